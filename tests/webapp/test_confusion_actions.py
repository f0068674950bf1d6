"""Which items lie in a cell of the matrix, and in which order."""

import numpy as np
import pytest

from core.catalog.table import read_catalog, write_catalog
from core.errors import FittingRoomError, PredictionsError
from tests.webapp.wardrobe import wardrobe
from webapp.actions import confusion
from webapp.actions.confusion import Cell
from webapp.actions.opened import open_now
from webapp.render import confusion as render
from webapp.render.matrix import matrix_value
from webapp.render.words import Words
from webapp.session import Session

START = Session("shop", page="confusion")


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_now("shop", wardrobe(tmp_path_factory.mktemp("confusion") / "shop").root)


def at(**words) -> Session:
    return START.put("confusion", **words)


def ids(opened, session: Session) -> list[str]:
    found = confusion.items_in(opened, session, confusion.cell_of(opened, session))
    return opened.side(session.part).catalog.item_ids[found.rows].tolist()


def test_matrix__is_the_one_written_beside_the_items(opened):
    assert confusion.matrix_of(opened, "heldout").tolist() == [[1, 3, 0], [1, 1, 0], [0, 0, 1]]


def test_cell__lists_the_surest_first_and_ties_by_id(opened):
    assert ids(opened, at(label="BLOUSES", answer="SHIRTS")) == ["b3", "b2", "b4"]


def test_cell__is_narrowed_to_a_tag(opened):
    cell = {"label": "BLOUSES", "answer": "SHIRTS"}
    assert ids(opened, at(**cell, tag="tag:checker")) == ["b3", "b4"]
    assert ids(opened, at(**cell, tag="none")) == ["b2"]
    assert ids(opened, at(**cell, tag="tag:unknown")) == ["b3", "b2", "b4"]


def test_nothing_open__shows_the_largest_confusion(opened):
    assert confusion.cell_of(opened, START) == Cell(0, 1)


def test_nothing_confused__shows_the_fullest_cell(opened):
    assert confusion.cell_of(opened, START.go(part="validation")) == Cell(0, 0)


def test_unknown_class__is_refused_with_a_sentence(opened):
    with pytest.raises(FittingRoomError, match="there is no category 'SHOES' in this workspace"):
        confusion.cell_of(opened, at(label="SHOES", answer="SHIRTS"))


@pytest.mark.parametrize("sent", [{"label": 9, "answer": 0}, {"label": "0", "answer": 1}, {}])
def test_cell_outside_the_matrix__is_refused(opened, sent):
    with pytest.raises(FittingRoomError, match="not in the matrix"):
        confusion.open_cell(opened, START, sent)


def test_step__walks_through_the_cell_and_stays_at_its_ends(opened):
    session = at(label="BLOUSES", answer="SHIRTS")
    seen = []
    for _ in range(4):
        session = confusion.step(opened, session, {"by": 1})
        seen.append(session.place()["item"])
    assert seen == ["b2", "b4", "b4", "b4"]
    assert confusion.step(opened, session, {"by": -1}).place()["item"] == "b2"


def test_pages__follow_the_item(opened, monkeypatch):
    monkeypatch.setattr(confusion, "PHOTOS_A_PAGE", 2)
    session = at(label="BLOUSES", answer="SHIRTS", item="b4")
    found = confusion.items_in(opened, session, Cell(0, 1))
    assert confusion.looked_at(opened, session, found) == (1, 2)
    assert confusion.looked_at(opened, at(at=1), found) == (1, 2)
    assert confusion.looked_at(opened, at(at=99), found) == (1, 2)
    assert confusion.step(opened, session, {"by": -1}).place() == {
        "label": "BLOUSES", "answer": "SHIRTS", "item": "b2"}


def test_csv__holds_the_cell_in_its_order(opened):
    text, name = confusion.cell_csv(at(label="BLOUSES", answer="SHIRTS", tag="tag:checker"), opened)
    assert text == (
        "item_id,label,answer,score\n"
        "b3,BLOUSES,SHIRTS,0.8500\n"
        "b4,BLOUSES,SHIRTS,0.7000\n"
    )
    assert name == "blouses-called-shirts-heldout.csv"


def test_csv__without_answers_says_what_to_do(tmp_path):
    workspace = wardrobe(tmp_path / "fresh")
    (workspace.predictions_dir("paint") / "run.json").unlink()
    with pytest.raises(PredictionsError, match="has not answered this workspace yet; predict it"):
        confusion.cell_csv(START, open_now("fresh", workspace.root))


def test_sentences__repeat_the_matrix(opened):
    session = at(label="BLOUSES", answer="SHIRTS")
    words = Words(opened.workspace.tasks)
    found = confusion.items_in(opened, session, Cell(0, 1))
    sentences = render.sentences_value(opened, session, found, words)["sentences"]
    assert [(one["text"], one["open"]) for one in sentences] == [
        ("3 of 4 blouses were called shirts", True),
        ("1 of 2 shirts was called blouse", False),
    ]


def test_cards__show_two_guesses_and_the_tags(opened):
    session = at(label="BLOUSES", answer="SHIRTS")
    words = Words(opened.workspace.tasks)
    found = confusion.items_in(opened, session, Cell(0, 1))
    value = render.cell_value(opened, session, found, words)
    assert (value["title"], value["subtitle"]) == (
        "Blouse, called shirt", "3 of 4 blouses, surest first")
    card = value["items"][0]
    assert card["guesses"] == [{"name": "Shirt", "share": "85 %"}, {"name": "Blouse", "share": "10 %"}]
    assert card["tags"] == ["checker"]
    assert card["thumb"].startswith("media/thumb/b3?workspace=shop&v=")


def test_item__is_shown_with_label_scores_tags_and_origin(opened):
    session = at(label="BLOUSES", answer="SHIRTS", item="b4")
    words = Words(opened.workspace.tasks)
    found = confusion.items_in(opened, session, Cell(0, 1))
    value = render.panel_value(opened, session, found, words)
    assert (value["number"], value["total"]) == (3, 3)
    item = value["item"]
    assert (item["label"], item["origin"]) == ("Blouse", "b4, held-out, labelled by import")
    assert [(one["name"], one["score"], one["label"]) for one in item["classes"]] == [
        ("Shirt", 0.7, False), ("Blouse", 0.25, True), ("Tank top", 0.05, False)]
    assert [(tag["name"], tag["tagged"]) for tag in item["tags"]] == [
        ("floral", True), ("checker", True)]


def test_empty_cell__says_why(opened):
    words = Words(opened.workspace.tasks)
    session = at(label="TANK_TOPS", answer="SHIRTS")
    found = confusion.items_in(opened, session, Cell(2, 1))
    value = render.cell_value(opened, session, found, words)
    assert value["empty"] == "None of 1 tank top was called shirt. Open another cell."


def test_summary__says_on_how_many_it_rests(opened):
    value = render.summary_value(opened, START)
    assert (value["right"], value["of"], value["two"]) == ("43 %", "7", "100 %")


@pytest.mark.parametrize("keep", [0, 3])
def test_items_without_labels__leave_the_matrix_empty(tmp_path, keep):
    workspace = wardrobe(tmp_path / "few")
    catalog = read_catalog(workspace)
    few = catalog.where(np.arange(len(catalog)) < keep)
    few.rows["category"] = None
    write_catalog(workspace, few)
    opened = open_now("few", workspace.root)
    words = Words(opened.workspace.tasks)
    assert confusion.cell_of(opened, START) is None
    assert render.summary_value(opened, START)["right"] == "–"
    assert render.cell_value(opened, START, None, words)["title"] == "No answers here"
    assert render.panel_value(opened, START, None, words)["item"] is None
    assert render.sentences_value(opened, START, None, words)["sentences"] == []
    empty = matrix_value(opened, START, None, words, [])
    assert empty["open"] is None and empty["cells"] == [] and empty["shown"] == [0, 1, 2]
