"""One photo answered, and answers handed out as files."""

import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core.decisions.bundle import Bundle
from core.errors import PhotoError, PredictionsError, TasksMismatchError
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks
from tests.photos import bad_photos, encoded, odd_photos
from tests.webapp.answered import MeanPredictor, answered_workspace
from webapp.actions import predictors, uploads
from webapp.actions.opened import open_now
from webapp.actions.predict import answer_photo, is_close, photo_name, require_size
from webapp.actions.predictors import PredictorPool

TASKS = Tasks(Category("kind", ("SHIRTS", "DRESSES", "TOPS")), Tags(("floral", "dots")))


def photo(red: int, green: int) -> bytes:
    return encoded(Image.new("RGB", (12, 16), (red, green, 0)), "PNG")


def answer(source, name="shirt.png", thresholds=None):
    bundle = Bundle("0123456789abcdef", thresholds or {"floral": 0.2, "dots": 0.9}, version=3)
    return answer_photo(source, name, MeanPredictor(TASKS), "paint", bundle)


def test_answer__orders_categories_and_decides_tags():
    given = answer(photo(51, 51))
    assert [category.name for category in given.categories] == ["DRESSES", "TOPS", "SHIRTS"]
    assert given.categories[0].score == pytest.approx(0.4)
    floral, dots = given.tags
    assert (floral.name, floral.tagged, floral.threshold) == ("floral", True, 0.2)
    assert (dots.name, dots.tagged, dots.close) == ("dots", False, False)
    assert given.bundle == "v3" and given.model == "paint" and given.milliseconds > 0


def test_answer__accepts_a_tie_at_the_threshold():
    assert answer(photo(0, 255), thresholds={"floral": 1.0, "dots": 1.0}).tags[0].tagged


def test_answer__is_plain_json():
    value = json.loads(json.dumps(answer(photo(200, 10)).to_json()))
    assert set(value) == {
        "photo", "model", "model_id", "bundle", "categories", "tags", "out_of_catalog",
        "prediction_set", "milliseconds",
    }
    assert value["out_of_catalog"] is None and value["prediction_set"] is None
    assert set(value["tags"][0]) == {"name", "score", "threshold", "tagged", "close", "review"}


def test_answer__goes_by_the_cut_of_its_category_and_says_what_a_person_is_to_look_at():
    floral = answer(photo(51, 51)).tags[0]
    assert floral.tagged and not floral.review
    bundle = Bundle("0123456789abcdef", {"floral": 0.2, "dots": 0.9},
                    per_category={"floral": {"DRESSES": 0.35, "TOPS": 0.0}},
                    zones={"floral": {"accept": 0.5, "reject": 0.1}})

    floral, dots = answer_photo(photo(51, 51), "a.png", MeanPredictor(TASKS), "paint", bundle).tags

    assert (floral.threshold, floral.tagged, floral.review) == (0.35, False, True)
    assert (dots.threshold, dots.review) == (0.9, False)


@pytest.mark.parametrize("name", sorted(bad_photos()))
def test_answer__refuses_bad_files_with_a_sentence_about_them(name):
    data, reason = bad_photos()[name]
    with pytest.raises(PhotoError) as refused:
        answer(data, name)
    assert str(refused.value).startswith(f"{name} ") and refused.value.reason == reason


@pytest.mark.parametrize("name", sorted(odd_photos()))
def test_answer__reads_odd_photos(name):
    assert len(answer(odd_photos()[name], name).categories) == 3


@pytest.mark.parametrize(("score", "threshold", "close"), [
    (0.497, 0.55, True), (0.584, 0.62, True), (0.744, 0.41, False),
    (0.04, 0.05, True), (0.0, 0.05, False), (0.5, 0.5, True), (1.0, 1.0, False),
])
def test_is_close__compares_odds(score, threshold, close):
    assert is_close(score, threshold) is close


@pytest.mark.parametrize(("given", "kept"), [
    ("C:\\photos\\a.jpg", "a.jpg"), ("../../etc/passwd", "passwd"), ("a\x00\nb.jpg", "ab.jpg"),
    ("", "photo"), (None, "photo"), ("x" * 300, "x" * 200), ("<img onerror=1>.jpg",) * 2,
])
def test_photo_name__keeps_a_bare_printable_name(given, kept):
    assert photo_name(given) == kept


def test_require_size__names_the_limit():
    with pytest.raises(PhotoError, match=r"big.jpg has 25.0 MB, more than the 20 MB allowed"):
        require_size(25 * 2**20, "big.jpg")
    require_size(20 * 2**20, "fits.jpg")


def test_pool__opens_one_predictor_and_lends_it_again():
    opened = []
    pool = PredictorPool(lambda: opened.append(1) or MeanPredictor(TASKS), 2)
    for _ in range(3):
        with pool.borrow():
            pass
    assert len(opened) == 1


def test_pool__survives_a_model_that_cannot_be_opened():
    calls = []

    def open_one():
        calls.append(1)
        if len(calls) == 1:
            raise OSError("gone")
        return MeanPredictor(TASKS)

    pool = PredictorPool(open_one, 1)
    with pytest.raises(OSError, match="gone"), pool.borrow():
        pass
    with pool.borrow() as predictor:
        assert predictor.tasks == TASKS


@pytest.fixture
def shop(tmp_path, monkeypatch):
    workspace = answered_workspace(tmp_path / "shop")
    monkeypatch.setattr(
        predictors, "open_predictor", lambda folder, threads: MeanPredictor(workspace.tasks)
    )
    predictors._pools.clear()
    yield open_now("shop", workspace.root)
    predictors._pools.clear()


def test_answer__writes_nothing(shop, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    uploads.answer(shop, photo(9, 9), "a.png")
    assert sorted(tmp_path.rglob("*")) == before


def test_answer__of_an_item_reads_its_photo(shop):
    path = uploads.item_photo(shop, "i3")
    assert uploads.answer(shop, path, path.name).photo == "i3.png"
    with pytest.raises(PhotoError, match="item nobody has no photo in this workspace"):
        uploads.item_photo(shop, "nobody")


def test_answer__refuses_a_model_of_other_tasks(shop):
    shop.mismatch = TasksMismatchError("other questions")
    with pytest.raises(TasksMismatchError, match="other questions"):
        uploads.answer(shop, photo(9, 9), "a.png")


def test_examples__are_held_out_photos_of_every_class_in_turn(shop):
    found = uploads.examples(shop, 6)
    picked = shop.catalog.pick(found).rows
    assert set(picked["split"]) == {"heldout"} and len(set(found)) == 6


def test_examples__none_without_photos(tmp_path):
    workspace = answered_workspace(tmp_path / "bare", photos=False)
    assert uploads.examples(open_now("bare", workspace.root)) == []


def answers(*names):
    return [answer(photo(51, 230), name).to_json() for name in names]


def test_results__hold_scores_and_decisions_as_predictions_do():
    table = uploads.results_table(answers("a.png", "b.png", "a.png"), TASKS)
    found = Predictions.from_arrow(pq.read_table(io.BytesIO(uploads.as_parquet(table))), TASKS)
    assert list(found.item_ids) == ["a.png", "b.png", "a.png (2)"]
    assert found.tags[0].tolist() == [np.float32(230 / 255)] * 2
    assert table["decision:dots"].to_pylist() == [True] * 3
    assert table["category1"].to_pylist() == ["DRESSES"] * 3
    assert table["category2"].to_pylist() == ["TOPS"] * 3


def test_results__csv_runs_no_formula():
    text = uploads.as_csv(uploads.results_table(answers("=cmd|x.png"), TASKS)).decode()
    head, row, rest = text.split("\r\n")
    assert head.startswith("item_id,category1,category2,decision:floral,decision:dots,category:S")
    assert row.startswith("'=cmd|x.png,DRESSES,TOPS,True,True,0.2,0.4,0.4,") and rest == ""


def test_results__without_tags():
    tasks = Tasks(Category("kind", ("A", "B")))
    given = [{"photo": "a", "model_id": "m", "bundle": "v0", "tags": [],
              "categories": [{"name": "B", "score": 0.75}, {"name": "A", "score": 0.25}]}]
    assert uploads.results_table(given, tasks)["category1"].to_pylist() == ["B"]


@pytest.mark.parametrize("given", [
    [], [{}], [1], [{"photo": "a", "categories": [], "tags": [], "model_id": "m", "bundle": "b"}],
    answers("a.png") * 1001,
])
def test_results__refuse_what_is_no_answer(given):
    with pytest.raises(PredictionsError):
        uploads.results_table(given, TASKS)


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"\xff"])
def test_read_answers__refuses_what_is_no_list(body):
    with pytest.raises(PredictionsError, match="these are no answers"):
        uploads.read_answers(body)


def test_results__keep_the_decisions_that_were_shown():
    given = answers("a.png", "b.png")
    given[1]["tags"][0]["tagged"] = False
    table = uploads.results_table(given, TASKS)
    assert table["decision:floral"].to_pylist() == [True, False]


def test_usual_milliseconds__is_known_after_a_few_answers(shop):
    assert uploads.usual_milliseconds(shop) is None
    for _ in range(3):
        uploads.answer(shop, photo(9, 9), "a.png")
    assert uploads.usual_milliseconds(shop) > 0
