import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.catalog import images
from core.catalog.sample import crew
from core.catalog.sample.draw import draw_sample
from core.errors import PhotoError, StorageError
from core.progress import Cancelled

COUNT = 64


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "sample"
    draw_sample(folder, items=COUNT)
    return folder


@pytest.fixture(scope="module")
def truth(drawn):
    return json.loads((drawn / "ground_truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def labels(drawn):
    return pd.read_parquet(drawn / "labels.parquet")


def photo(drawn, item_id):
    return drawn / "images" / f"{item_id}.jpg"


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_draw_sample__same_seed_gives_the_same_bytes_however_the_work_is_shared(
    tmp_path, monkeypatch
):
    draw_sample(tmp_path / "a", seed=5, items=24)
    monkeypatch.setattr(crew, "ALONE", 0)
    monkeypatch.setattr(crew.os, "cpu_count", lambda: 3)
    draw_sample(tmp_path / "b", seed=5, items=24)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_draw_sample__another_seed_gives_other_photos(tmp_path, drawn):
    draw_sample(tmp_path / "other", seed=1, items=6)
    assert not set(digests(tmp_path / "other").values()) & set(digests(drawn).values())


def test_draw_sample__labels_have_the_columns_of_a_marketplace(labels):
    assert list(labels.columns[:6]) == [
        "uuid",
        "cc3",
        "polka dot",
        "floral",
        "checker",
        "seller_id",
    ]
    assert {"kids", "colour", "size", "price"} <= set(labels.columns)
    assert labels["floral"].isin([0, 1]).all()


def test_draw_sample__photos_are_of_a_phone_s_shape(drawn, truth):
    bad = {*truth["faults"]["unreadable"], *truth["faults"]["missing"]}
    small = {e["item"] for e in truth["faults"]["near_duplicates"]}
    sizes = {
        Image.open(photo(drawn, item)).size for item in truth["items"] if item not in bad | small
    }
    assert sizes <= {(300, 400), (400, 300)}


def test_draw_sample__an_exact_duplicate_has_the_same_bytes(drawn, truth):
    for entry in truth["faults"]["duplicate_photos"]:
        assert photo(drawn, entry["item"]).read_bytes() == photo(drawn, entry["of"]).read_bytes()


def test_draw_sample__a_near_duplicate_looks_alike_with_other_bytes(drawn, truth):
    for entry in truth["faults"]["near_duplicates"]:
        copy, source = photo(drawn, entry["item"]), photo(drawn, entry["of"])
        assert copy.read_bytes() != source.read_bytes()
        seen = [Image.open(path).convert("L").resize((24, 24)) for path in (copy, source)]
        if entry["how"] == "mirrored":
            seen[0] = seen[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        a, b = (np.asarray(picture, float).ravel() for picture in seen)
        assert np.corrcoef(a, b)[0, 1] > 0.8


def test_draw_sample__labels_are_wrong_exactly_where_the_truth_says_so(labels, truth):
    rows = labels.drop_duplicates().set_index("uuid")
    wrong = {
        item: rows.loc[item, "cc3"]
        for item, true in truth["items"].items()
        if rows.loc[item, "cc3"] != true["category"]
    }
    assert wrong == {e["item"]: e["label"] for e in truth["faults"]["wrong_categories"]}
    mistagged = {
        (item, tag)
        for item, true in truth["items"].items()
        for tag in ("polka dot", "floral", "checker")
        if rows.loc[item, tag] != (tag in true["tags"])
    }
    assert mistagged == {(e["item"], e["tag"]) for e in truth["faults"]["wrong_tags"]}


def test_draw_sample__duplicate_rows_stand_twice(labels, truth):
    twice = labels[labels.duplicated()]["uuid"]
    assert sorted(twice) == sorted(truth["faults"]["duplicate_rows"])
    assert len(labels) == COUNT + len(twice)


def test_draw_sample__broken_photos_cannot_be_read_and_all_others_can(drawn, truth):
    missing, unreadable = truth["faults"]["missing"], truth["faults"]["unreadable"]
    assert len(missing) == 1 and not photo(drawn, missing[0]).exists()
    for item in truth["items"]:
        if item in unreadable:
            with pytest.raises(PhotoError):
                images.photo_info(photo(drawn, item))
        elif item not in missing:
            assert images.photo_info(photo(drawn, item)).width >= 200


def test_draw_sample__stopped_midway_leaves_nothing(tmp_path):
    def stop(done, total):
        if done == 3:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        draw_sample(tmp_path / "sample", items=12, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_draw_sample__tells_how_far_it_is(tmp_path):
    steps = []
    draw_sample(tmp_path / "sample", items=5, progress=lambda *step: steps.append(step))
    assert steps[0] == (1, 5) and steps[-1] == (5, 5)


def test_draw_sample__draws_nothing_into_a_folder_in_use(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(StorageError, match="exists already; name a new folder"):
        draw_sample(tmp_path, items=3)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_draw_sample__no_items_make_an_empty_catalog(tmp_path):
    draw_sample(tmp_path / "none", items=0)
    assert len(pd.read_parquet(tmp_path / "none" / "labels.parquet")) == 0


def test_crew__a_process_that_fails_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(crew, "ALONE", 0)
    with pytest.raises(StorageError, match="could not be drawn into .* then try again"):
        list(crew.photograph(tmp_path / "absent" / "images", 0, 8))
