"""Confusion as its components get it: the matrix, its sentences, a cell's photos, one item."""

from typing import Any

from core.catalog.table import PART_WORDS
from webapp.actions import confusion
from webapp.actions.confusion import NO_TAG, CellItems
from webapp.actions.opened import Opened
from webapp.actions.paging import window
from webapp.render.cards import best_guesses, cards
from webapp.render.item import item_value
from webapp.render.relabel import questions_value
from webapp.render.words import Words, count, percent
from webapp.session import Session


def summary_value(opened: Opened, session: Session) -> dict[str, Any]:
    """73 % right of 172, 88 % in the first two."""
    figures = opened.figures(session.part)
    return {
        "right": percent(figures["top1"]),
        "of": count(figures["n"]),
        "two": percent(figures["top2"]) if len(figures["classes"]) > 2 else None,
        "notes": notes(opened, session.part),
    }


def notes(opened: Opened, part: str) -> list[str]:
    """What somebody should know of the items behind the figures."""
    figures = opened.figures(part)
    said = []
    where = PART_WORDS.get(part, "catalog")
    seen, missing = figures["left_out_seen"], figures["without_prediction"]
    if seen:
        said.append(f"{count(seen)} {where} items are left out: the model was trained on their"
                    " photos.")
    if missing:
        said.append(f"{count(missing)} {where} items have no answer yet.")
    if part in ("train", "all"):
        said.append("The model has learned from train photos; judge it on held-out ones.")
    return said


def sentences_value(opened: Opened, session: Session, found: CellItems | None,
                    words: Words) -> dict[str, Any]:
    """The largest confusions in words."""
    classes = opened.workspace.tasks.classes
    shown = (found.cell.label, found.cell.predicted) if found else None
    return {
        "sentences": [
            {
                "text": _sentence(one.count, one.support, classes[one.label],
                                  classes[one.predicted], words),
                "share": one.count / one.support,
                "label": one.label, "answer": one.predicted,
                "open": shown == (one.label, one.predicted),
            }
            for one in confusion.largest(opened, session.part)
        ]
    }


def _sentence(number: int, support: int, label: str, answer: str, words: Words) -> str:
    """9 of 28 blouses were called shirts; 1 of 28 blouses was called a shirt."""
    of = f"{count(number)} of {words.some(support, label)}"
    if number != 1:
        return f"{of} were called {words.many(answer)}"
    return f"{of} was called {words.one(answer)}"


def cell_value(opened: Opened, session: Session, found: CellItems | None,
               words: Words) -> dict[str, Any]:
    """The photos of the open cell, a page of them."""
    if found is None:
        return {"title": "No answers here", "subtitle": "", "items": [], "total": 0, "tags": [],
                "tag": "", "empty": "None of these items has a label and an answer."}
    classes = opened.workspace.tasks.classes
    label, answer = classes[found.cell.label], classes[found.cell.predicted]
    page, position = confusion.looked_at(opened, session, found)
    start, total = page * confusion.PHOTOS_A_PAGE, len(found.rows)
    rows = found.rows[start:start + confusion.PHOTOS_A_PAGE]
    side = opened.side(session.part)
    link = _link(opened, session, found)
    right = found.cell.label == found.cell.predicted
    name = words.names[label]
    called = "rightly called" if right else f"called {words.one(answer)}"
    narrowed = ""
    if found.tag is not None:
        narrowed = (f", {count(total)} of them"
                    f" {'without a tag' if found.tag == NO_TAG else found.tag}")
    return {
        "title": f"{name}, {called}",
        "subtitle": f"{count(found.total)} of {words.some(found.support, label)}{narrowed},"
                    " surest first",
        "tags": _tag_options(opened),
        "tag": "" if found.tag is None else _tag_word(found.tag),
        "items": cards(opened, side.catalog, rows, words,
                       best_guesses(side.predictions.take(rows), words)),
        "selected": position - start,
        "cell": [label, answer, found.tag or ""],
        **window(total, page, confusion.PHOTOS_A_PAGE),
        "empty": _nobody(found, label, answer, words),
        "csv": f"download/cell.csv?{link}", "list": link, "seen": opened.newest,
    }


def _nobody(found: CellItems, label: str, answer: str, words: Words) -> str:
    if found.total:
        return "No item of this cell has that tag. Choose another tag."
    if not found.support:
        return f"No item here is labelled {words.one(label)}. Open another cell."
    if found.cell.label == found.cell.predicted:
        return f"None of {words.some(found.support, label)} was called so. Open another cell."
    return (f"None of {words.some(found.support, label)} was called {words.one(answer)}."
            " Open another cell.")


def _tag_options(opened: Opened) -> list[dict[str, str]]:
    names = opened.workspace.tasks.tag_names
    if not names:
        return []
    return [{"value": "", "label": "Any tag"},
            *({"value": _tag_word(name), "label": name} for name in names),
            {"value": NO_TAG, "label": "No tag"}]


def _tag_word(name: str) -> str:
    return name if name == NO_TAG else f"tag:{name}"


def panel_value(opened: Opened, session: Session, found: CellItems | None,
                words: Words) -> dict[str, Any]:
    """The item that is looked at, large."""
    if found is None or not len(found.rows):
        return {"item": None, "number": 0, "total": 0}
    _, position = confusion.looked_at(opened, session, found)
    item_id = opened.side(session.part).catalog.item_ids[found.rows[position]]
    return {"item": item_value(opened, item_id, words), "number": position + 1,
            "total": len(found.rows), "questions": questions_value(opened.workspace.tasks, words),
            "list": _link(opened, session, found), "seen": opened.newest}


def _link(opened: Opened, session: Session, found: CellItems) -> str:
    """The words that bring back exactly this cell, also one that nobody chose."""
    classes = opened.workspace.tasks.classes
    return session.put(confusion.PAGE, label=classes[found.cell.label],
                       answer=classes[found.cell.predicted]).link
