"""A place in the app fits into a link and comes back out of it."""

from urllib.parse import parse_qsl

import pytest

from webapp.session import Session, read_link

START = Session("shop")


def test_link__reopens_the_same_place():
    session = START.go(page="confusion", part="validation").put(label="A&B", answer="x=y", at=2)
    again = read_link(dict(parse_qsl(session.link)), START)
    assert again == session


def test_link__carries_only_what_is_open_on_its_own_page():
    session = START.put("explore", a="tag:floral").go(page="confusion").put(label="A")
    assert dict(parse_qsl(session.link)) == {
        "workspace": "shop", "tab": "confusion", "photos": "heldout", "label": "A",
    }


def test_pages__keep_what_was_open_while_another_one_is_shown():
    session = START.put("explore", a="tag:floral").go(page="confusion").go(page="explore")
    assert session.place() == {"a": "tag:floral"}


def test_another_workspace__closes_what_was_open():
    assert START.put("explore", a="tag:floral").go(workspace="other").places == {}


def test_words_that_make_no_sense__fall_back_to_the_start():
    session = read_link({"tab": "nowhere", "photos": "all of them", "__theme": "dark"}, START)
    assert session == START


def test_none__closes_a_word():
    assert START.put(a="x", b="y").put(b=None).place() == {"a": "x"}


def test_words_of_the_app__cannot_be_taken_by_a_page():
    with pytest.raises(ValueError, match="these words are the app's"):
        START.put(tab="x")


def test_a_place__cannot_be_changed_in_passing():
    with pytest.raises(TypeError):
        START.put(a="x").place()["a"] = "y"
