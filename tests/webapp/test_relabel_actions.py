"""What a relabelling may say, what it changes at once, and how it is taken back."""

import pytest

from core.annotations.log import AnnotationLog
from core.errors import AnnotationError, FittingRoomError
from tests.webapp.wardrobe import wardrobe
from webapp.actions import confusion, relabel
from webapp.actions.lists import chosen_items
from webapp.actions.opened import open_now
from webapp.render.confusion import panel_value
from webapp.render.corrected_strip import strip_value
from webapp.render.keys import class_keys, tag_keys
from webapp.render.relabel import saved_sentence, undone_sentence
from webapp.render.words import Words
from webapp.session import Session

CELL = Session("shop", page="confusion").put(label="BLOUSES", answer="SHIRTS")


@pytest.fixture
def shop(tmp_path):
    """``shop()`` opens the workspace as it is now."""
    root = wardrobe(tmp_path / "shop").root
    return lambda: open_now("shop", root)


def key(number: int) -> str:
    return f"{number:032x}"


def wish(opened, *items, number=1, by="Ana", **labels):
    return relabel.wish_of(opened, {"by": by, "key": key(number), **labels}, items)


def cell(opened, session=CELL) -> list[str]:
    found = confusion.items_in(opened, session, confusion.cell_of(opened, session))
    return opened.side("heldout").catalog.item_ids[found.rows].tolist()


def test_saving__changes_matrix_cell_and_figures_at_once(shop):
    relabel.save(shop(), wish(shop(), "b3", category="SHIRTS"), "confusion:BLOUSES>SHIRTS")
    assert confusion.matrix_of(shop(), "heldout").tolist() == [[1, 2, 0], [1, 2, 0], [0, 0, 1]]
    assert cell(shop()) == ["b2", "b4"]
    assert shop().corrected_labels("heldout") == 1 and shop().corrected_labels("train") == 0


def test_saving__writes_who_and_where(shop):
    relabel.save(shop(), wish(shop(), "b3", category="SHIRTS", tags={"checker": False}),
                 confusion.source_of(shop(), CELL))
    log = AnnotationLog.of(shop().workspace)
    said = [(one.task, one.value, one.annotator, one.source) for one in log.history("b3")]
    log.close()
    assert said == [("category", "SHIRTS", "Ana", "confusion:BLOUSES>SHIRTS"),
                    ("tag:checker", "false", "Ana", "confusion:BLOUSES>SHIRTS")]


def test_sent_twice__is_saved_once(shop):
    for _ in range(2):
        relabel.save(shop(), wish(shop(), "b3", category="SHIRTS"), "confusion")
    log = AnnotationLog.of(shop().workspace)
    assert len(log.history("b3")) == 1
    log.close()


def test_undo__is_one_more_record_and_gives_everything_back(shop):
    relabel.save(shop(), wish(shop(), "b3", "b2", category="SHIRTS", tags={"floral": True}), "x")
    assert relabel.undo(shop(), {"key": key(1), "by": "Ben"}) == ["b3", "b2"]
    assert cell(shop()) == ["b3", "b2", "b4"] and shop().corrected_labels("all") == 0
    log = AnnotationLog.of(shop().workspace)
    assert [one.undone for one in log.history("b3")] == [True, True]
    log.close()
    with pytest.raises(AnnotationError, match="was undone before"):
        relabel.undo(shop(), {"key": key(1)})


@pytest.mark.parametrize(("items", "sent", "sentence"), [
    (["zz"], {"category": "SHIRTS"}, "there is no item 'zz' in this workspace"),
    ([], {"category": "SHIRTS"}, "choose 1 to 20,000 items to relabel, not 0"),
    (["b1"], {"category": "SHOES"}, "'SHOES' is no answer to category"),
    (["b1"], {"category": "skip", "tags": {"plaid": True}}, "there is no task 'tag:plaid'"),
    (["b1"], {"tags": {"floral": "yes"}}, "a tag is set or not set"),
    (["b1"], {"tags": ["floral"]}, "a tag is set or not set"),
    (["b1"], {}, "nothing was chosen; choose a category or a tag"),
    (["b1"], {"category": "SHIRTS", "key": "../../x"}, "this save has no name of its own"),
])
def test_nonsense__is_refused_with_a_sentence(shop, items, sent, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        relabel.wish_of(shop(), {"key": key(1), **sent}, items)
    assert len(shop().records) == 0


def test_an_undo_of_nothing__says_so(shop):
    with pytest.raises(AnnotationError, match="nothing to undo"):
        relabel.undo(shop(), {"key": key(7)})


def test_the_next_item__opens_after_a_save_and_the_cell_stays(shop):
    before = shop()
    relabel.save(before, wish(before, "b2", category="SHIRTS"), "x")
    moved = confusion.move_on(before, shop(), CELL.put(item="b2"), ["b2"])
    assert moved.place() == {"label": "BLOUSES", "answer": "SHIRTS", "item": "b4"}
    before = shop()
    relabel.save(before, wish(before, "b4", number=2, category="SHIRTS"), "x")
    assert confusion.move_on(before, shop(), moved, ["b4"]).place()["item"] == "b3"


def test_an_emptied_cell__is_still_the_open_one(shop):
    before = shop()
    relabel.save(before, wish(before, "b2", "b3", "b4", category="SHIRTS"), "x")
    moved = confusion.move_on(before, shop(), CELL, ["b2", "b3", "b4"])
    assert "item" not in moved.place() and confusion.cell_of(shop(), moved) == confusion.Cell(0, 1)


def test_the_whole_cell__is_meant_only_while_it_is_as_the_person_saw_it(shop):
    sent = {"list": CELL.link, "expected": 3}
    assert chosen_items(shop(), CELL, sent) == ["b3", "b2", "b4"]
    relabel.save(shop(), wish(shop(), "b3", category="SHIRTS"), "x")
    with pytest.raises(FittingRoomError, match="the cell holds 2 items now"):
        chosen_items(shop(), CELL, sent)
    with pytest.raises(FittingRoomError, match="this list is not open any more"):
        chosen_items(shop(), CELL, {**sent, "list": "workspace=other&tab=confusion"})


def test_corrections__are_marked_wherever_figures_rest_on_them(shop):
    relabel.save(shop(), wish(shop(), "b3", category="SHIRTS"), "x")
    relabel.save(shop(), wish(shop(), "s1", number=2, tags={"floral": True}), "x")
    opened, words = shop(), Words(shop().workspace.tasks)
    assert strip_value(opened, CELL)["text"].startswith(
        "2 held-out labels were corrected since the import. Top-1 is 57.1 %; as imported 42.9 %")
    session = CELL.put(label="SHIRTS", item="b3")
    found = confusion.items_in(opened, session, confusion.Cell(1, 1))
    item = panel_value(opened, session, found, words)["item"]
    assert item["origin"] == "b3, held-out, corrected by Ana"
    assert item["now"] == {"category": "SHIRTS", "tags": ["checker"],
                           "guess": {"category": "SHIRTS", "share": "85 %"}}
    assert item["history"][0].startswith("Ana said Shirt, ")


@pytest.mark.parametrize(("items", "labels", "sentence"), [
    (["b3"], {"category": "SHIRTS"}, "1 item is a shirt now."),
    (["b3", "b2"], {"category": "TANK_TOPS"}, "2 items are tank tops now."),
    (["b3"], {"tags": {"floral": True, "checker": False}},
     "1 item is floral and not checker now."),
    (["b3", "b2"], {"category": "BLOUSES", "tags": {"floral": True}},
     "2 items are blouses, floral now."),
])
def test_sentence__says_what_holds_now(shop, items, labels, sentence):
    opened = shop()
    assert saved_sentence(wish(opened, *items, **labels), Words(opened.workspace.tasks)) == sentence


def test_undone__is_said_with_its_number():
    assert undone_sentence(1) == "Undone: 1 item has its earlier labels back."
    assert undone_sentence(1200) == "Undone: 1,200 items have their earlier labels back."


def test_keys__are_one_to_a_button():
    assert class_keys(["A", "B", "C"]) == ["1", "2", "3"]
    assert class_keys(["x"] * 57)[::28] == ["01", "29", "57"]
    assert tag_keys(["polka dot", "floral", "checker"]) == ["p", "f", "c"]
    assert tag_keys(["stripes", "spots", "plaid", "pleats"]) == ["t", "o", "p", "l"]
    many = tag_keys([f"tag {n}" for n in range(50)])
    assert len({k for k in many if k}) == 24 and many[-1] is None and not {"u", "s"} & set(many)
