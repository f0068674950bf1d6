"""Which items change sides when a cut moves."""

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.errors import ThresholdError
from tests.webapp.answered import answered_workspace
from webapp.actions.flips import flips, items
from webapp.actions.lists import chosen_items
from webapp.actions.opened import open_now
from webapp.actions.served import Served
from webapp.flips import flips_router
from webapp.session import Session

SCORES = np.array([[0.5], [0.4], [0.45], [0.49], [0.9], [0.3]])
LABELS = np.array([[1], [1], [0], [-1], [1], [0]], np.int8)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return answered_workspace(
        tmp_path_factory.mktemp("flips") / "shop", tags=("dots",), items=6,
        splits=["heldout"] * 6, scores=SCORES, labels=LABELS,
    ).root


@pytest.fixture
def opened(root):
    return open_now("shop", root)


def ids(opened, found) -> list[str]:
    order = found.nearest(0, len(found.rows))
    return opened.side("heldout").catalog.item_ids[found.rows[order]].tolist()


def test_flips__names_gained_items_nearest_to_the_saved_cut_first(opened):
    found = flips(opened, "heldout", "dots", 0.5, 0.4)
    assert ids(opened, found) == ["i3", "i2", "i1"]
    assert (found.gained, found.lost, found.right, found.wrong, found.unlabelled) == (3, 0, 1, 1, 1)


@pytest.mark.parametrize(("kind", "expected"), [
    ("right", ["i1"]), ("wrong", ["i2"]), ("unlabelled", ["i3"]), ("odd", ["i3", "i2", "i1"])])
def test_flips__of_one_kind_are_counted_with_all(opened, kind, expected):
    found = flips(opened, "heldout", "dots", 0.5, 0.4, kind)
    assert ids(opened, found) == expected and found.gained == 3


def test_flips__a_score_at_the_cut_is_tagged(opened):
    found = flips(opened, "heldout", "dots", 0.5, 0.501)
    assert ids(opened, found) == ["i0"]
    assert found.lost == 1 and found.wrong == 1


def test_flips__none_when_the_cut_stays(opened):
    assert ids(opened, flips(opened, "all", "dots", 0.5, 0.5)) == []


def test_pages__cut_equally_near_items_in_the_catalogs_order(tmp_path):
    opened = open_now("even", answered_workspace(
        tmp_path / "even", tags=("dots",), items=5, splits=["heldout"] * 5,
        scores=np.array([[0.4], [0.3], [0.4], [0.4], [0.2]])).root)
    found = flips(opened, "heldout", "dots", 0.5, 0.1)
    assert [found.rows[found.nearest(at, at + 2)].tolist() for at in (0, 2, 4, 6)] == [
        [0, 2], [3, 1], [4], []]


def test_flips__refuses_unknown_tags_and_impossible_cuts(opened):
    with pytest.raises(ThresholdError, match="there is no tag 'stripes'; the tags are dots"):
        flips(opened, "heldout", "stripes", 0.5, 0.4)
    with pytest.raises(ThresholdError, match="must lie in"):
        flips(opened, "heldout", "dots", 0.5, float("nan"))
    with pytest.raises(ThresholdError, match="'x' is no threshold; drag the cut again"):
        items(opened, Session("shop").put("thresholds", tag="dots", saved="x", cut="0.4"))


def test_flips__over_http_in_pages_with_a_link_to_all_of_them(root, opened):
    client = TestClient(FastAPI(routes=flips_router(Served([root])).routes))
    words = {"workspace": "shop", "model": "paint", "tag": "dots", "saved": 0.5, "cut": 0.4}
    found = client.get("/thresholds/flips", params=words).json()
    assert (found["gained"], found["total"], found["pages"]) == (3, 3, 1)
    assert found["items"][0]["thumb"].startswith("media/thumb/i3?workspace=shop&v=")
    assert [one["guesses"][0] for one in found["items"]] == [
        {"name": "no label", "share": "0.490"}, {"name": "wrong", "share": "0.450"},
        {"name": "right", "share": "0.400"}]
    sent = {"list": found["list"], "expected": 3}
    for model in ("paint", ""):  # by name, or the one in use
        assert chosen_items(opened, Session("shop", model), sent) == ["i3", "i2", "i1"]
    wrong = client.get("/thresholds/flips", params={**words, "of": "wrong", "at": 9}).json()
    assert [one["id"] for one in wrong["items"]] == ["i2"] and wrong["page"] == 0
    wrong = client.get("/thresholds/flips", params={**words, "tag": "<b>"})
    assert wrong.status_code == 404 and wrong.text == "there is no tag '<b>'; the tags are dots"
    assert client.get("/thresholds/flips", params={**words, "workspace": "x"}).status_code == 404
