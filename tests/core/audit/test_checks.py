import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from core.audit.checks import CHECKS, audit
from core.audit.finding import Finding, ordered
from core.audit.ground import Ground, cross_validated
from core.audit.looks import look_at, no_looks
from core.audit.twins import near_twins, unit_vectors
from core.catalog.images import content_hash
from core.catalog.table import Catalog
from core.predictions.table import Predictions
from core.progress import Cancelled
from core.workspace import Settings, Workspace
from tests.annotated import TASKS, catalog


def picture(seed: int, size=(300, 400)) -> Image.Image:
    """A few coloured shapes, another seed another picture."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(40, 230, (7, 5, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC)


def jpeg(image: Image.Image, quality=90) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def ground(tmp_path, photos: list[bytes | None], **labels) -> Ground:
    """Items i0, i1, ... with these photos; no model."""
    labelled = catalog(labels.pop("category", ["BAGS"] * len(photos)), **labels)
    (tmp_path / "photos").mkdir()
    rows, contents, sizes = labelled.rows, [], []
    for number, photo in enumerate(photos):
        contents.append(None if photo is None else content_hash(photo))
        sizes.append((None, None) if photo is None else Image.open(io.BytesIO(photo)).size)
        if photo is not None:
            (tmp_path / "photos" / f"p{number}.jpg").write_bytes(photo)
    rows["content"] = pd.Series(contents, dtype="str")
    rows["width"], rows["height"] = (pd.array(side, dtype="Int32") for side in zip(*sizes))
    workspace = Workspace(tmp_path, Settings("shop", "."))
    found = Catalog(labelled.tasks, rows)
    return Ground(found, look_at(workspace, found))


def of(check, found) -> list[tuple[str, ...]]:
    return [one.item_ids for one in found if one.check == check]


def test_near_duplicates__are_seen_through_what_people_do_to_photos(tmp_path):
    one = picture(1)
    changed = [
        jpeg(one, 40), jpeg(one.resize((200, 267))), jpeg(one.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        jpeg(ImageEnhance.Brightness(one).enhance(1.2)), jpeg(picture(2)), jpeg(picture(3)),
    ]
    found = audit(ground(tmp_path, [jpeg(one), *changed]), {"near duplicate"})

    twins = {f"i{k}" for k in range(5)}
    assert {frozenset(pair) for pair in of("near duplicate", found)} == {
        frozenset((a, b)) for a in twins for b in twins if a != b}
    mirrored = next(one for one in found if one.item_ids == ("i0", "i3"))
    assert mirrored.because == "nearly the same photo (mirrored)"


def test_exact_duplicates__are_one_finding_and_no_near_duplicates(tmp_path):
    same, other = jpeg(picture(1)), jpeg(picture(2))
    found = audit(ground(tmp_path, [same, other, same, same]))
    assert of("exact duplicate", found) == [("i0", "i2", "i3")]
    assert of("near duplicate", found) == []
    assert found[0].suspicion == 1
    assert found[0].because == "3 items show the very same photo file"


def test_twins__on_two_sides_or_labelled_differently_are_told(tmp_path):
    same = jpeg(picture(1))
    again = jpeg(picture(1), 45)
    found = audit(ground(
        tmp_path, [same, same, again, jpeg(picture(5))], category=["BAGS", "BAGS", "HATS", None],
        red=[True, None, False, False], split=["train", "train", "heldout", "heldout"]))
    assert of("on two sides of the split", found) == [("i0", "i2")]
    assert [(one.task, one.because) for one in found if one.check == "conflicting labels on twins"] == [
        ("category", "nearly the same photo, but labelled BAGS and HATS"),
        ("tag:red", "nearly the same photo, but labelled red and not red")]
    leak = next(one for one in found if one.check == "on two sides of the split")
    assert leak.because == ("nearly the same photo, one in train and one in held-out: figures"
                            " there would flatter the model")


def test_poor_photos__are_told_with_the_reason(tmp_path):
    dark = ImageEnhance.Brightness(picture(2)).enhance(0.1)
    noise = np.random.default_rng(0).integers(0, 255, (400, 300, 3), dtype=np.uint8)
    sharp = [Image.fromarray(np.roll(noise, k, axis=0)) for k in range(5)]
    blurred = sharp[0].filter(ImageFilter.GaussianBlur(6))
    photos = [*map(jpeg, sharp), jpeg(dark), jpeg(blurred), jpeg(picture(3, (90, 100))),
              jpeg(sharp[1].resize((900, 200))), None]
    found = {(one.check, one.item_ids[0]): one for one in audit(ground(tmp_path, photos))}

    assert ("too dark", "i5") in found
    assert ("blurred", "i6") in found
    assert found["tiny", "i7"].because == "only 90 x 100 pixels"
    assert found["odd shape", "i8"].because == "900 x 200 pixels: one side is 4.5 times the other"
    assert not any(item in ("i0", "i1", "i2", "i9") and check != "near duplicate"
                   for check, item in found)
    assert all(0.5 <= one.suspicion <= 1 for one in found.values())


def seen_by_a_model(n=90, wrong=(), tags=None, extra=None):
    """Items in three well separated classes, some labelled wrongly; no photos to look at."""
    rng = np.random.default_rng(0)
    truth = np.arange(n) % 3
    embedding = (rng.normal(0, 1, (3, 16)) * 4)[truth] + rng.normal(0, 1, (n, 16))
    labels = truth.copy()
    labels[list(wrong)] = (truth[list(wrong)] + 1) % 3
    labelled = catalog([TASKS.classes[k] for k in labels], red=tags)
    scores = np.full((n, 3), 1 / 3, np.float32)
    predictions = Predictions(TASKS, labelled.item_ids, scores, np.zeros((n, 2), np.float32),
                              embedding.astype(np.float16), extra or {})
    return Ground(labelled, no_looks(n), predictions), truth


def test_label_errors__come_first_with_what_they_look_like():
    wrong = (4, 20, 33, 71)
    known, truth = seen_by_a_model(wrong=wrong)

    found = audit(known, {"label error"})

    assert {one.item_ids[0] for one in found[:4]} == {f"i{k}" for k in wrong}
    for one in found[:4]:
        row = int(one.item_ids[0][1:])
        assert one.task == "category" and one.suggested == TASKS.classes[truth[row]]
        assert one.suspicion > 0.8
        assert one.because.startswith(f"labelled {TASKS.classes[(truth[row] + 1) % 3]} (")
        assert f"looks like {one.suggested}" in one.because


def test_tag_errors__tell_forgotten_tags_and_tags_too_many():
    tags = [k % 3 == 0 for k in range(90)]
    tags[6], tags[7] = False, True
    known, _ = seen_by_a_model(tags=tags)

    found = audit(known, {"tag error"})

    assert {(one.item_ids[0], one.suggested) for one in found[:2]} == {("i6", "true"), ("i7", "false")}
    assert {one.task for one in found} == {"tag:red"}  # worn has one side only
    forgotten = next(one for one in found if one.item_ids == ("i6",))
    assert forgotten.because.startswith("not tagged red, but looks like it (")


def test_classes_too_rare_to_learn__are_not_judged():
    known, _ = seen_by_a_model()
    few = ["HATS"] * 2 + ["BAGS"] * 45 + ["BELTS"] * 43
    labelled = Catalog(TASKS, known.catalog.rows.assign(category=few))
    known = Ground(labelled, known.looks, known.predictions)
    assert not any(one.item_ids[0] in ("i0", "i1") for one in audit(known, {"label error"}))


def test_outsiders__by_distance_or_by_the_models_own_score():
    known, _ = seen_by_a_model()
    embedding = known.predictions.embedding.copy()
    embedding[5] = -40 * np.ones(16) * (np.arange(16) % 2 * 2 - 1)
    moved = Predictions(TASKS, known.predictions.item_ids, known.predictions.category,
                        known.predictions.tags, embedding)
    found = audit(Ground(known.catalog, known.looks, moved), {"none of the classes"})
    assert [one.item_ids for one in found] == [("i5",)]
    assert "unlike all other photos" in found[0].because

    score = np.linspace(0, 1, 90, dtype=np.float32)
    scored, _ = seen_by_a_model(extra={"out_of_catalog": score})
    assert len(audit(scored, {"none of the classes"})) == 45
    strict = Ground(scored.catalog, scored.looks, scored.predictions, out_of_catalog_cut=0.99)
    assert [one.item_ids for one in audit(strict, {"none of the classes"})] == [("i89",)]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_few_items__find_nothing_and_do_not_fail(n):
    known, _ = seen_by_a_model(n)
    assert audit(known) == []
    assert audit(Ground(catalog(["BAGS"] * n), no_looks(n))) == []


def test_audit__joins_predictions_by_id():
    known, _ = seen_by_a_model(wrong=(4,))
    shuffled = known.predictions.take(np.random.default_rng(1).permutation(90))
    found = audit(Ground(known.catalog, known.looks, shuffled), {"label error"})
    assert found[0].item_ids == ("i4",)


def test_near_twins__need_no_hash_where_the_embedding_says_so():
    looks = no_looks(4)
    looks.seen[:] = True
    rng = np.random.default_rng(0)
    looks.hashes[:] = rng.choice([-1, 1], (4, 256))
    looks.mirrored[:] = rng.choice([-1, 1], (4, 256))
    embedding = rng.normal(0, 1, (4, 32)).astype(np.float32)
    embedding[2] = embedding[0] + 0.05
    found = near_twins(looks, np.arange(4), unit_vectors(embedding, np.arange(4), 4))
    assert found.rows.tolist() == [[0, 2]]
    assert found.suspicion[0] > 0.9
    assert len(near_twins(looks, np.arange(4), None).rows) == 0


def test_findings__have_stable_keys_and_one_order():
    one = Finding("tiny", ("i1",), 0.5, "only 9 x 9 pixels")
    same = Finding("tiny", ("i1",), 0.9, "only 8 x 9 pixels")
    other = Finding("tiny", ("i0",), 0.5, "only 9 x 9 pixels")
    assert one.key == same.key != other.key
    assert len(one.key) == 16
    assert ordered([one, same, other]) == [same, other, one]
    assert one.as_dict()["item_ids"] == ["i1"]


def test_checks__are_named_as_their_findings(tmp_path):
    same = jpeg(picture(1))
    twins = ground(tmp_path, [same, same], category=["BAGS", "HATS"])
    for name in CHECKS:
        assert {one.check for one in audit(twins, {name})} <= {name}
    assert [one.check for one in audit(twins)] == ["conflicting labels on twins", "exact duplicate"]


def test_cross_validated__answers_without_the_items_own_labels():
    known, truth = seen_by_a_model(wrong=(4, 20), tags=[k % 3 == 0 for k in range(90)])
    found = cross_validated(known)
    assert found.item_ids.tolist() == [f"i{k}" for k in range(90)]
    assert (found.top[:, 0] == truth).mean() > 0.95
    assert ((found.tags[:, 0] > 0.5) == (truth == 0)).mean() > 0.95
    assert set(found.tags[:, 1]) == {0}  # nothing is worn
    assert cross_validated(Ground(catalog(["BAGS"]), no_looks(1))) is None


def test_audit__ends_between_two_fits_when_it_is_cancelled():
    asked = []

    def progress(done, total):
        asked.append((done, total))
        if len(asked) == 4:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        audit(seen_by_a_model()[0], progress=progress)
    assert asked == [(0, 11)] * 4  # still in the first check
