"""Which items lie behind a bar, a cell, a tile or a gap."""

import numpy as np
import pytest

from core.catalog.table import read_catalog, write_catalog
from core.errors import FittingRoomError
from tests.webapp.wardrobe import wardrobe
from webapp.actions import explore, paging
from webapp.actions.opened import open_now
from webapp.render import explore as render
from webapp.render.words import Words
from webapp.session import Session

START = Session("shop")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_now("shop", wardrobe(tmp_path_factory.mktemp("explore") / "shop").root)


def ids(opened, **words) -> list[str]:
    return explore.behind(opened, START.put("explore", **words)).items.item_ids.tolist()


def test_pair__opens_the_items_that_have_both(opened):
    assert ids(opened, a="category:SHIRTS", b="tag:checker") == ["s1", "s2", "v1", "n1"]
    assert ids(opened, a="tag:floral", b="tag:checker") == ["b4"]
    assert ids(opened, a="category:SHIRTS", b="tag:floral") == []


def test_pair__is_narrowed_by_the_side(opened):
    assert ids(opened, a="category:SHIRTS", b="tag:checker", of="train") == ["n1"]


def test_bar__opens_the_items_of_one_label(opened):
    assert ids(opened, a="tag:floral") == ["b1", "b4", "v2"]


def test_nothing_open__shows_the_strongest_pair(opened):
    shown = explore.behind(opened, START)
    assert {shown.a, shown.b} == {"category:SHIRTS", "tag:checker"}


def test_sets__hold_what_their_gap_says(opened):
    assert ids(opened, show="untagged") == ["b2", "t1", "n2", "n3"]
    assert ids(opened, show="twins") == ["n2", "n3"]
    assert ids(opened, show="unlabelled") == []


def test_rows_left_out__are_told_apart_from_duplicates(opened):
    duplicates = explore.behind(opened, START.put("explore", show="duplicates")).rows
    others = explore.behind(opened, START.put("explore", show="left-out")).rows
    assert duplicates["item_id"].tolist() == ["b1"]
    assert others["reason"].tolist() == ["unreadable photo"]


def test_unknown_label__is_refused_with_a_sentence(opened):
    with pytest.raises(FittingRoomError, match="no label 'category:SHOES' in this workspace"):
        ids(opened, a="category:SHOES")


def test_page__never_lies_beyond_the_last():
    assert paging.page_of({"at": "7"}, 20, 16) == 1
    assert paging.page_of({"at": "-1"}, 20, 16) == 0
    assert paging.page_of({"at": "²"}, 20, 16) == 0
    assert paging.page_of({"at": "1"}, 0, 16) == 0


def test_clicks__open_and_close(opened):
    session = explore.open_pair(
        opened, START.go(page="explore"), {"a": "tag:floral", "b": "tag:checker"})
    session = explore.turn(opened, session, {"page": 1})
    assert session.place() == {"a": "tag:floral", "b": "tag:checker", "at": "1"}
    assert explore.open_label(opened, session, {"show": "twins"}).place() == {"show": "twins"}
    assert explore.turn(opened, session, {"page": "1; drop"}).place().get("at") is None


def test_figures__are_counted_by_hand(opened):
    words = Words(opened.workspace.tasks)
    found = explore.profile_of(opened, "all")
    tiles = render.tiles_value(opened, found)["tiles"]
    assert [(tile["figure"], tile["words"], tile["show"]) for tile in tiles] == [
        ("12", "items with a photo", None), ("3", "categories, one each", None),
        ("2", "tags, any of them", None), ("1", "exact duplicates", "duplicates"),
        ("1", "unreadable photos", "left-out"), ("3 / 2 / 7", "train, validation, held-out", None),
    ]
    bars = render.bars_value(opened, "all", found, words, None)
    assert [(row["name"], row["parts"]) for group in bars["groups"] for row in group["rows"]] == [
        ("Blouse", [1, 1, 4]), ("Shirt", [1, 1, 2]), ("Tank top", [1, 0, 1]),
        ("floral", [0, 1, 2]), ("checker", [1, 1, 4]),
    ]
    pairs = render.pairs_value(opened, "all", found, words, explore.behind(opened, START))
    # rows Shirt, Tank top, floral, checker; columns Blouse, Shirt, Tank top, floral
    assert pairs["both"] == [0, 0, 0, 3, 0, 0, 2, 4, 0, 1]
    assert pairs["sentences"][0]["text"] == "4 of 6 checker items are shirts"


def test_gaps__are_said_in_words(opened):
    words = Words(opened.workspace.tasks)
    found = explore.profile_of(opened, "all")
    gaps = render.bars_value(opened, "all", found, words, None)["gaps"]
    assert [gap["text"] for gap in gaps] == [
        "2 items are Tank top: 1 of them held out. Figures for this label will be rough.",
        "4 items are Shirt: 2 of them held out. Figures for this label will be rough.",
        "3 items are floral: 2 of them held out. Figures for this label will be rough.",
        "2 more labels have fewer than 10 held-out items.",
        "4 items have no tag.",
        "2 items have the same photo as another item.",
    ]


def test_labels_only__are_explored_without_photos(tmp_path):
    opened = open_now("bare", wardrobe(tmp_path / "bare", photos=False, predicted=False).root)
    value = render.beside_value(
        opened, START, explore.behind(opened, START), Words(opened.workspace.tasks))
    assert value["total"] == 4
    assert value["items"][0] == {
        "id": "s1", "thumb": None, "words": "Item s1, Shirt, checker", "guesses": [],
        "tags": ["checker"], "corrected": False}
    found = explore.profile_of(opened, "all")
    assert render.tiles_value(opened, found)["tiles"][0]["words"] == "items, labels only"


@pytest.mark.parametrize("keep", [0, 3])
def test_few_or_no_items__are_no_reason_to_fail(tmp_path, keep):
    workspace = wardrobe(tmp_path / "few")
    catalog = read_catalog(workspace)
    few = catalog.where(np.arange(len(catalog)) < keep)
    few.rows["category"] = None
    write_catalog(workspace, few)
    opened = open_now("few", workspace.root)
    words = Words(opened.workspace.tasks)
    shown = explore.behind(opened, START.put("explore", of="train"))
    found = explore.profile_of(opened, "all")
    assert render.tiles_value(opened, found)["tiles"][0]["figure"] == str(keep)
    assert len(render.pairs_value(opened, "all", found, words, shown)["phi"]) == 10
    assert render.beside_value(opened, START, shown, words)["total"] == 0
    gaps = [gap["text"] for gap in render.bars_value(opened, "all", found, words, shown)["gaps"]]
    assert ("3 items have no category." in gaps) == (keep == 3)
