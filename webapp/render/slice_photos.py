"""The photos of an open slice, and the item of it that is looked at."""

from typing import Any

from webapp.actions import slice_items, slices
from webapp.actions.judging import comparable
from webapp.actions.opened import Opened
from webapp.actions.paging import window
from webapp.actions.slice_items import PHOTOS_A_PAGE, Open
from webapp.render.cards import best_guesses, cards
from webapp.render.item import item_value
from webapp.render.relabel import questions_value
from webapp.render.slice_words import SliceWords
from webapp.render.words import count
from webapp.session import Session


def photos_value(opened: Opened, session: Session, page: str, found: Open,
                 words: SliceWords) -> dict[str, Any]:
    """What assets/js/slice-photos.js draws: a page of photos."""
    judged = found.facets.judged
    start = found.page * PHOTOS_A_PAGE
    rows = found.rows[start:start + PHOTOS_A_PAGE]
    link = slice_items.kept_place(session, page, found).link
    guesses = None
    if judged.predictions is not None:
        guesses = best_guesses(judged.predictions.take(rows), words.words)
    return {
        "title": "Photos" if page == slices.PAGE else words.title(found.conditions),
        "of": words.conditions(found.conditions),
        "subtitle": _subtitle(found, words),
        "items": cards(opened, judged.catalog, rows, words.words, guesses),
        "selected": found.position - start,
        "list": link, "seen": opened.newest,
        "csv": f"download/{page}.csv?{link}",
        "slices": None if page == slices.PAGE else f"?{_as_slice(session, found)}",
        "empty": found.problem or "No item here fulfils all of this. Take a condition away, or choose other photos.",
        **window(len(found.rows), found.page, PHOTOS_A_PAGE),
    }


def _as_slice(session: Session, found: Open) -> str:
    """Link that opens the same items on the page Slices, where they can be narrowed and saved."""
    return slice_items.kept_place(session.go(page=slices.PAGE), slices.PAGE, found).link


def _subtitle(found: Open, words: SliceWords) -> str:
    total, rows = len(found.facets), found.facets.judged.catalog.rows
    text = f"{count(len(found.rows))} of {count(total)} items"
    groups = rows["group"].iloc[found.rows].nunique() if "group" in rows else 0
    if groups:
        text += f", of {count(groups)} {words.group}{'s' if groups != 1 else ''}"
    if found.facets.judged.predictions is None:
        return text
    return f"{text}; least likely labels first"


def panel_value(opened: Opened, session: Session, page: str, found: Open,
                words: SliceWords) -> dict[str, Any]:
    """The item that is looked at, large."""
    if found.position < 0:
        return {"item": None, "number": 0, "total": 0,
                "questions": questions_value(opened.workspace.tasks, words.words)}
    return {
        "item": item_value(opened, str(found.item_ids[found.position]), words.words),
        "number": found.position + 1, "total": len(found.rows),
        "questions": questions_value(opened.workspace.tasks, words.words),
        "list": slice_items.kept_place(session, page, found).link, "seen": opened.newest,
        "like": comparable(opened),
    }
