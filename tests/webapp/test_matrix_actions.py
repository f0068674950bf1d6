"""What of the confusion matrix is shown: views, orders, zooms, and the list for many classes."""

import numpy as np
import pytest

from tests.webapp.answered import answered_workspace
from tests.webapp.wardrobe import wardrobe
from webapp.actions import matrix
from webapp.actions.opened import open_now
from webapp.render.matrix import matrix_value
from webapp.render.words import Words
from webapp.session import Session

START = Session("shop", page="confusion")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return open_now("shop", wardrobe(tmp_path_factory.mktemp("matrix") / "shop").root)


def many(folder, k: int, confused: int):
    """Two held-out items of each class, of which ``confused`` classes lose one to the next."""
    scores = np.full((2 * k, k), 0.1 / (k - 1), np.float32)
    labels = np.repeat(np.arange(k), 2)
    answers = np.where((np.arange(2 * k) % 2 == 1) & (labels < confused), (labels + 1) % k, labels)
    scores[np.arange(2 * k), labels] = 0.3
    scores[np.arange(2 * k), answers] = 0.6
    scores /= scores.sum(axis=1, keepdims=True)
    return open_now("many", answered_workspace(
        folder, classes=[f"KIND_{n}" for n in range(k)], tags=(), items=2 * k, kinds=labels,
        category=scores, splits=["heldout"] * (2 * k), photos=False).root)


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    return many(tmp_path_factory.mktemp("thousand") / "w", 1000, 120)


def value_of(opened, session=START):
    return matrix_value(opened, session, None, Words(opened.workspace.tasks), [])


def test_cells__are_those_with_items_and_know_the_second_guess(shop):
    value = value_of(shop)
    assert value["shown"] == [0, 1, 2]
    # of the shirts called blouse, and of the blouses called shirt, the label was second
    assert value["cells"] == [[0, 1, 3, 3], [0, 0, 1, 0], [1, 0, 1, 1], [1, 1, 1, 0], [2, 2, 1, 0]]
    assert [one["called"] for one in value["classes"]] == [2, 4, 1]


def test_zoom__keeps_some_classes_and_counts_what_lies_elsewhere(shop):
    session = matrix.choose_look(shop, START, {"zoom": "0.2"})
    value = value_of(shop, session)
    assert value["shown"] == [0, 2] and value["cells"] == [[0, 0, 1, 0], [2, 2, 1, 0]]
    assert value["elsewhere"] == [3, 0]
    assert "zoom=0.2" in session.link


@pytest.mark.parametrize("word", ["0", "0.99", "x.y", "-1.-2", "", "9" * 40 + ".1", "²"])
def test_zoom__that_names_no_two_classes_shows_all(shop, word):
    session = matrix.choose_look(shop, START, {"zoom": word})
    assert "zoom" not in session.place() and value_of(shop, session)["shown"] == [0, 1, 2]


def test_look__forgets_what_makes_no_sense(shop):
    hostile = {"view": "<b>", "order": 7, "find": None, "page": -1, "right": "yes"}
    assert matrix.choose_look(shop, START, hostile).place() == {}
    assert value_of(shop, START.put(view="nothing"))["view"] == "counts"


def test_similar_order__brings_confused_classes_together_and_offers_their_block(tmp_path):
    opened = many(tmp_path / "w", 20, 2)  # 0 is called 1, and 1 is called 2
    value = value_of(opened, START.put(order="similar"))
    place = [value["shown"].index(number) for number in (0, 1, 2)]
    assert max(place) - min(place) == 2
    assert value["zooms"] == [
        {"word": "largest", "text": "Classes of the largest confusions"},
        {"word": "0.1.2", "text": "Kind 0, Kind 1 and 1 more: 2 confused"}]
    assert value_of(opened, START.put(zoom="largest"))["shown"] == [0, 1, 2]


def test_a_thousand_classes__are_a_list_of_cells_a_page_at_a_time(thousand):
    value = value_of(thousand)
    assert value["shown"] is None and len(value["cells"]) == 50 and value["total"] == 120
    assert (value["first"], value["last"], value["pages"]) == (1, 50, 3)
    assert value["cells"][0] == [0, 1, 1, 1]
    last = value_of(thousand, matrix.choose_look(thousand, START, {"page": 2}))
    assert (last["first"], last["last"], len(last["cells"])) == (101, 120, 20)


def test_list__finds_classes_by_name_and_holds_right_answers_when_asked(thousand):
    session = matrix.choose_look(thousand, START, {"find": "kind 119"})
    assert [cell[:2] for cell in value_of(thousand, session)["cells"]] == [[118, 119], [119, 120]]
    session = matrix.choose_look(thousand, session, {"right": True})
    assert [119, 119] in [cell[:2] for cell in value_of(thousand, session)["cells"]]


def test_csv__holds_every_cell_with_its_shares(shop):
    text, name = matrix.matrix_csv(START, shop)
    assert name == "confusion-heldout.csv"
    assert text.splitlines()[:2] == [
        "label,answer,items,share_of_label,share_of_answer,share_of_all,label_was_second_guess",
        "BLOUSES,SHIRTS,3,0.750000,0.750000,0.428571,3"]
    assert len(text.splitlines()) == 6
