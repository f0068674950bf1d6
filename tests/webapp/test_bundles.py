"""Bundles and fitted cuts: what the page Thresholds asks the server for."""

import json

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.errors import DecisionError, SplitError, ThresholdError
from tests.webapp.answered import answered_workspace
from webapp.actions.bundles import compared, kept, put_into_use, take_back
from webapp.actions.cut_fits import cross_fitted, per_category, reason_in_link
from webapp.actions.opened import open_now
from webapp.actions.served import Served
from webapp.actions.thresholds import bench, save
from webapp.cuts import cuts_router

LABELS = np.array([[1], [1], [0], [0], [1], [0]], np.int8)
SCORES = np.array([[0.9], [0.6], [0.4], [0.2], [0.3], [0.7]])


def opened(root):
    return open_now("shop", root)


@pytest.fixture
def root(tmp_path):
    """Six held-out items; at 0.5 three get the tag, two of them rightly; one is missed."""
    return answered_workspace(tmp_path / "shop", tags=("dots",), items=6, splits=["heldout"] * 6,
                              scores=SCORES, labels=LABELS).root


def save_at(root, cut, **more):
    return save(opened(root), {"thresholds": {"dots": cut}, "version": 0, **more}, "Ana").bundle


def test_bundles__are_put_into_use_and_taken_back(root):
    save_at(root, 0.8)
    save_at(root, 0.25, draft=True, name="broad")
    assert opened(root).bundle.label == "v1"
    assert put_into_use(opened(root), 2, "Ben") == (
        "v2 (broad) is in use now. Predict and exports use it.")
    assert opened(root).bundle.thresholds == {"dots": 0.25}
    assert bench(opened(root))["back"] == 1
    assert take_back(opened(root), "Ben") == (
        "Rolled back: v1 is in use again, v2 (broad) stays among the bundles.")
    assert opened(root).bundle.thresholds == {"dots": 0.8}
    assert bench(opened(root))["back"] == 0
    events = [(one["event"], one["version"], one["by"]) for one in bench(opened(root))["events"]]
    assert events[:2] == [("rolled back", 1, "Ben"), ("promoted", 2, "Ben")]


@pytest.mark.parametrize(("version", "sentence"), [
    (7, "there is no decision bundle v7"), (0, "v0 is in use already"),
    ("0", "version is a whole number"), (True, "is a whole number"),
])
def test_bundles__that_cannot_be_put_into_use_say_why(root, version, sentence):
    with pytest.raises(DecisionError, match=sentence):
        put_into_use(opened(root), version, "Ben")


def test_bundles__without_another_before_there_is_nothing_to_take_back(root):
    with pytest.raises(DecisionError, match="v0 was the first in use"):
        take_back(opened(root), "Ben")


def test_compared__tells_a_draft_from_what_is_saved(root):
    found = compared(opened(root), "0", "draft", json.dumps({"thresholds": {"dots": 0.25}}))
    assert found["sentence"] == "v1 against v0: dots -6.7 points precision, +33.3 recall"
    assert found["tags"]["dots"]["gained"] == 2 and found["tags"]["dots"]["lost"] == 0
    with pytest.raises(DecisionError, match="could not be read; load it again"):
        compared(opened(root), "0", "draft", "{")
    with pytest.raises(DecisionError, match="there is no decision bundle 'v9'"):
        compared(opened(root), "v9", "0")


def test_kept__holds_a_bundle_to_what_it_promised(root):
    save_at(root, 0.5)
    found = kept(opened(root), "1")["dots"]["precision"]
    assert found["promised"] == found["now"] == pytest.approx(2 / 3)
    assert found["state"] == "kept"


def test_reason_in_link__is_read_with_doubt():
    assert reason_in_link("cost:0.05:0.4").to_json() == {
        "reason": "cost", "false_tag": 0.05, "missed_tag": 0.4}
    for word in ("mood:1", "precision", "precision:x", "precision:1:2", ""):
        with pytest.raises(ThresholdError, match="reason for a cut"):
            reason_in_link(word)
    with pytest.raises(ThresholdError, match="must lie above 0 and up to 1"):
        reason_in_link("precision:7")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """Items whose tag is cut at 0.3 on the first class, at 0.7 on the others."""
    rng = np.random.default_rng(0)
    scores = rng.random((900, 1))
    kinds = np.arange(900) % 3
    labels = (scores[:, 0] >= np.where(kinds == 0, 0.3, 0.7)).astype(np.int8)[:, None]
    splits = [("validation", "validation", "heldout")[n // 3 % 3] for n in range(900)]
    return answered_workspace(tmp_path_factory.mktemp("f") / "shop", tags=("dots",), items=900,
                              scores=scores, labels=labels, splits=splits, photos=False).root


def test_cross_fitted__judges_on_items_that_did_not_choose(fitted):
    found = cross_fitted(opened(fitted), "f_beta:1")["tags"]["dots"]
    assert found["status"] == "chosen" and found["low"] <= found["high"]
    assert found["honest"]["f1"] <= found["apparent"]["f1"]
    assert found["honest"]["support"] == found["apparent"]["support"]


def test_per_category__finds_the_class_with_another_cut(fitted):
    found = per_category(opened(fitted), "f_beta:1", '{"dots": 0.7}')
    assert found["gain"] == "F1"
    assert found["classes"][1] == {"name": "CASUAL_DRESSES", "title": "Casual dress"}
    kept_cells = [cell for cell in found["cells"] if cell["kept"]]
    assert [cell["category"] for cell in kept_cells] == ["SHIRTS"]
    assert 0.3 < kept_cells[0]["threshold"] < 0.6
    with pytest.raises(ThresholdError, match="threshold of tag 'dots' must lie in"):
        per_category(opened(fitted), "f_beta:1", "[]")


def test_routes__answer_with_json_or_a_sentence(fitted):
    app = FastAPI()
    app.include_router(cuts_router(Served([fitted])))
    client = TestClient(app)
    found = client.get("/thresholds/crossfit", params={"workspace": "shop", "by": "precision:0.9"})
    assert found.json()["tags"]["dots"]["status"] == "chosen"
    found = client.get("/thresholds/kept", params={"workspace": "shop", "version": "0"})
    assert found.json()["dots"]["f1"]["state"] == "unknown"
    lost = client.get("/thresholds/compare", params={"workspace": "shop", "old": "8", "new": "0"})
    assert lost.json() == {"error": "There is no decision bundle '8'; there are v0."}
    lost = client.get("/thresholds/crossfit", params={"workspace": "no", "by": "rate:0.1"})
    assert lost.json()["error"].startswith("There is no workspace 'no' here")


def test_cross_fitted__needs_ten_validation_items(root):
    with pytest.raises(SplitError, match="0 validation items cannot be dealt into 5 parts"):
        cross_fitted(opened(root), "f_beta:1")
