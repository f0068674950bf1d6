"""Which items change sides when a cut moves."""

import numpy as np
import pytest

from core.errors import ThresholdError
from tests.webapp.answered import answered_workspace
from webapp.actions.flips import flips
from webapp.actions.opened import open_now

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
