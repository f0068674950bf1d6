"""Both heads together: what is counted on the page, and which items each figure opens."""

import numpy as np
import pytest

from core.errors import SliceError
from core.metrics.slices.conditions import mask_of, read_conditions
from tests.webapp.answered import answered_workspace
from tests.webapp.wardrobe import wardrobe
from webapp.actions import together
from webapp.actions.judging import judged_side
from webapp.actions.opened import open_now
from webapp.render import together as render
from webapp.render.slice_words import SliceWords
from webapp.session import Session


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """600 items, one third held out; x implies y; 15 % of the tags are answered wrong."""
    rng = np.random.default_rng(1)
    n = 600
    labels = (rng.random((n, 2)) < 0.4).astype(np.int8)
    labels[:, 1] |= labels[:, 0]  # x, so y
    scores = np.where(labels == 1, 0.9, 0.1)
    flip = rng.random((n, 2)) < 0.15
    scores[flip] = 1 - scores[flip]
    return answered_workspace(tmp_path_factory.mktemp("together") / "mixed", tags=("x", "y"),
                              items=n, labels=labels, scores=scores, photos=False)


def shown(workspace, **words):
    opened = open_now("mixed", workspace.root)
    session = Session("mixed", page="together").put("together", **words)
    return opened, session, render.figures_value(
        opened, session, together.found(opened, session), SliceWords(workspace.tasks))


def items_of(opened, conditions) -> int:
    facets = judged_side(opened, "heldout")
    return int(mask_of(facets, read_conditions(conditions)).sum())


def test_outcomes__are_counted_and_open_as_many_items(tmp_path):
    shop = wardrobe(tmp_path / "shop")
    opened, session, value = shown(shop)
    assert [(one["count"], one["share"]) for one in value["outcomes"]["cells"]] == [
        (3, "43 %"), (0, "0 %"), (4, "57 %"), (0, "0 %")]
    assert value["outcomes"]["sentence"] == (
        "Where the category is wrong, a tag is wrong on 0 % (0 of 4); where it is right, on 0 %"
        " (0 of 3). Chance alone may do that.")
    for one in value["outcomes"]["cells"]:
        assert items_of(opened, one["where"]) == one["count"]
    assert together.items(opened, session) == ["b3", "b2", "b4", "s2"]  # what is wrong, at first


@pytest.mark.parametrize("view", ["cells", "pairs", "rules", "tag"])
def test_every_figure__opens_exactly_the_items_that_it_counts(mixed, view):
    opened, _, value = shown(mixed, view=view)
    assert value["view"] == view and (value["rows"] or view == "cells")
    for row in value["rows"]:
        if view == "rules":
            assert items_of(opened, row["labels"]["where"]) == row["labels"]["count"]
            assert items_of(opened, row["answers"]["where"]) == row["answers"]["count"]
        elif view == "tag":
            for side in (row["label"], row["answer"]):
                for result in ("hit", "wrong", "missed"):
                    assert items_of(opened, side["where"][result]) == side[result]
        else:
            assert items_of(opened, row["where"]) == row["hits"]


def test_rules__speak_in_words_and_stand_with_their_support(mixed):
    opened, _, value = shown(mixed, view="rules")
    rule = next(row for row in value["rows"] if row["words"] == "X, so y")
    tags = opened.catalog.tags
    assert (rule["hits"], rule["of"], rule["labels"]["count"]) == (
        tags[:, 0].sum(), tags[:, 0].sum(), 0)
    assert rule["answers"]["count"] > 0


def test_labels_alone__still_have_their_rules(tmp_path):
    shop = wardrobe(tmp_path / "bare", predicted=False, photos=False)
    opened, session, value = shown(shop)
    assert (value["view"], value["outcomes"]) == ("rules", None)
    assert value["why_none"].startswith("No model has answered these items yet")
    assert value["empty"].startswith("No two labels go together")
    assert len(together.items(opened, session)) == 7


def test_without_tags__the_page_says_so(tmp_path):
    workspace = answered_workspace(tmp_path / "plain", tags=(), items=30, photos=False)
    opened, session, value = shown(workspace)
    assert value["why_none"].startswith("This workspace asks for no tags")
    assert value["outcomes"] is None and value["rows"] == []
    assert together.items(opened, session) == []  # nothing is wrong here
    _, _, value = shown(workspace, view="tag", tag="nothing")
    assert value["empty"]


def test_clicks__are_doubted(mixed):
    opened, session, _ = shown(mixed)
    assert together.choose_view(opened, session, {"view": "secrets", "tag": 7}) == session
    assert together.choose_view(opened, session, {"view": "tag", "tag": "y"}).place()["tag"] == "y"
    with pytest.raises(SliceError):
        together.open_figure(opened, session, {"where": [["label", "is"]]})
    with pytest.raises(SliceError, match="told apart by 'result:z'"):
        together.open_figure(opened, session, {"where": [["result:z", "is", "wrong"]]})
