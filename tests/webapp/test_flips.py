"""Which items change sides when a cut moves."""

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.errors import ThresholdError
from tests.webapp.answered import answered_workspace
from webapp.actions.flips import flips
from webapp.actions.opened import open_now
from webapp.actions.served import Served
from webapp.flips import flips_router

SCORES = np.array([[0.5], [0.4], [0.45], [0.49], [0.9], [0.3]])
LABELS = np.array([[1], [1], [0], [-1], [1], [0]], np.int8)


@pytest.fixture
def opened(tmp_path):
    return open_now("shop", answered_workspace(
        tmp_path / "shop", tags=("dots",), items=6, splits=["heldout"] * 6,
        scores=SCORES, labels=LABELS,
    ).root)


def test_flips__names_gained_items_nearest_to_the_saved_cut_first(opened):
    found = flips(opened, "heldout", "dots", 0.5, 0.4)
    assert [item["item_id"] for item in found["items"]] == ["i3", "i2", "i1"]
    assert [item["right"] for item in found["items"]] == [None, False, True]
    assert {name: found[name] for name in ("gained", "lost", "right", "wrong", "unlabelled")} == {
        "gained": 3, "lost": 0, "right": 1, "wrong": 1, "unlabelled": 1,
    }


def test_flips__a_score_at_the_cut_is_tagged(opened):
    found = flips(opened, "heldout", "dots", 0.5, 0.501)
    assert [item["item_id"] for item in found["items"]] == ["i0"]
    assert found["lost"] == 1 and found["wrong"] == 1


def test_flips__none_when_the_cut_stays(opened):
    assert flips(opened, "all", "dots", 0.5, 0.5)["items"] == []


def test_flips__refuses_unknown_tags_and_impossible_cuts(opened):
    with pytest.raises(ThresholdError, match="there is no tag 'stripes'; the tags are dots"):
        flips(opened, "heldout", "stripes", 0.5, 0.4)
    with pytest.raises(ThresholdError, match="must lie in"):
        flips(opened, "heldout", "dots", 0.5, float("nan"))


def test_flips__over_http_with_addresses_of_photos(tmp_path):
    root = answered_workspace(
        tmp_path / "shop", tags=("dots",), items=6, splits=["heldout"] * 6,
        scores=SCORES, labels=LABELS,
    ).root
    client = TestClient(FastAPI(routes=flips_router(Served([root])).routes))
    words = {"workspace": "shop", "model": "paint", "tag": "dots", "saved": 0.5, "cut": 0.4}
    found = client.get("/thresholds/flips", params=words).json()
    assert found["gained"] == 3
    assert found["items"][0]["thumb"].startswith("media/thumb/i3?workspace=shop&v=")
    wrong = client.get("/thresholds/flips", params={**words, "tag": "<b>"})
    assert wrong.status_code == 404 and wrong.text == "there is no tag '<b>'; the tags are dots"
    assert client.get("/thresholds/flips", params={**words, "workspace": "x"}).status_code == 404
