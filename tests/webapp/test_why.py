"""Answers with more than scores: none of these, a prediction set, and why."""

import base64
import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core.decisions.bundle import Bundle
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks
from tests.photos import encoded
from tests.webapp.mapped import MappedPredictor
from webapp.actions import uploads
from webapp.actions.predict import answer_photo
from webapp.actions.why import why

TASKS = Tasks(Category("kind", ("SHIRTS", "DRESSES", "TOPS")), Tags(("floral", "dots")))
BUNDLE = Bundle("0123456789abcdef", {"floral": 0.2, "dots": 0.9}, out_of_catalog=0.6,
                set_cut=0.25, coverage=0.9)


def answer(red, green, blue, bundle=BUNDLE, size=(12, 16), name="a.png"):
    data = encoded(Image.new("RGB", size, (red, green, blue)), "PNG")
    return answer_photo(data, name, MappedPredictor(TASKS), "paint", bundle)


def grid(text, columns=3):
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, columns).tolist()


def test_answer__says_none_of_these_from_its_threshold_on():
    assert answer(0, 0, 153).to_json()["out_of_catalog"] == {
        "score": pytest.approx(0.6), "threshold": 0.6, "none_of_these": True,
    }
    assert not answer(0, 0, 152).out_of_catalog.none_of_these


def test_answer__holds_the_prediction_set_the_likeliest_first():
    # Red 51 of 255: SHIRTS 0.2, the others 0.4 each.
    assert answer(51, 0, 0).to_json()["prediction_set"] == {
        "coverage": 0.9, "classes": ("DRESSES", "TOPS"),
    }
    # Red 255: SHIRTS 1.0.
    assert answer(255, 0, 0).prediction_set.classes == ("SHIRTS",)


def test_answer__is_silent_where_the_bundle_is():
    plain = answer(51, 0, 255, Bundle("0123456789abcdef", {"floral": 0.2, "dots": 0.9}))
    assert plain.out_of_catalog is None and plain.prediction_set is None


def test_why__comes_with_the_page_and_not_with_the_endpoint():
    given = answer(51, 0, 0)
    assert "why" not in given.to_json()
    found = json.loads(json.dumps(given.for_page()))["why"]
    assert (found["rows"], found["columns"], found["region"]) == (4, 3, [0, 0, 1, 1])
    assert grid(found["classes"]["SHIRTS"]) == [[255, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    # DRESSES: -1 at the top left; at the bottom right 1 against a mean of 0.5 of the others.
    assert grid(found["classes"]["DRESSES"]) == [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 255]]
    assert grid(found["tags"]["floral"]) == [[0, 0, 0], [0, 0, 0], [0, 0, 0], [255, 0, 0]]
    assert not any(map(any, grid(found["tags"]["dots"])))


def test_why__knows_where_the_photo_lies():
    # 24 x 16 in an image of 12 x 16: it fills 12 x 8, four rows from the top.
    found = answer(51, 0, 0, size=(24, 16)).why
    assert found.region == (0.25, 0.0, 0.5, 1.0)


def test_why__of_many_classes_and_tags_is_small():
    tasks = Tasks(Category("kind", tuple(f"C{n}" for n in range(57))),
                  Tags(tuple(f"t{n}" for n in range(50))))
    maps = np.random.default_rng(0).normal(size=(9, 7, 107)).astype(np.float32)
    found = why(maps, tasks, (0, 0, 288, 216), (288, 216))
    assert list(found.classes) == list(tasks.classes) and list(found.tags) == list(tasks.tag_names)
    assert len(json.dumps(found.to_json())) < 12_000


def test_why__works_without_tags():
    tasks = Tasks(Category("kind", ("A", "B")))
    found = why(np.ones((2, 2, 2), np.float32), tasks, (0, 0, 8, 8), (8, 8))
    assert found.tags == {} and not any(map(any, grid(found.classes["A"], 2)))


def test_results__hold_none_of_these_and_the_sets_as_they_were_shown():
    shown = [answer(51, 51, 255).to_json(), answer(255, 51, 0, name="b.png").to_json()]
    shown[1]["out_of_catalog"]["none_of_these"] = True  # whatever was saved meanwhile
    table = uploads.results_table(json.loads(json.dumps(shown)), TASKS)
    assert table["none_of_these"].to_pylist() == [True, True]
    assert table["in_set:SHIRTS"].to_pylist() == [False, True]
    assert table["in_set:DRESSES"].to_pylist() == [True, False]
    found = Predictions.from_arrow(pq.read_table(io.BytesIO(uploads.as_parquet(table))), TASKS)
    assert found.extra["out_of_catalog"].tolist() == [1.0, 0.0]
    head = uploads.as_csv(table).decode().splitlines()[0]
    assert head == (
        "item_id,category1,category2,none_of_these,decision:floral,decision:dots,in_set:SHIRTS,"
        "in_set:DRESSES,in_set:TOPS,category:SHIRTS,category:DRESSES,category:TOPS,tag:floral,"
        "tag:dots,out_of_catalog"
    )


@pytest.mark.parametrize("spoiled", [
    {"out_of_catalog": 3}, {"out_of_catalog": {"score": "x", "none_of_these": True}},
    {"prediction_set": {"classes": 3}}, {"prediction_set": "SHIRTS"},
])
def test_results__refuse_what_is_no_answer(spoiled):
    with pytest.raises(uploads.PredictionsError, match="not of this workspace's tasks"):
        uploads.results_table([{**answer(51, 51, 255).to_json(), **spoiled}], TASKS)
