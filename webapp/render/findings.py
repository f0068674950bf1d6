"""Findings as their components get them: the list and its filters, and one finding, large."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np

from core.annotations.answer import NONE_OF_THESE, TRUE
from core.annotations.apply import CORRECTED
from core.audit.finding import (
    BLURRED,
    CHECK_NAMES,
    CONFLICT,
    DARK,
    EXACT_DUPLICATE,
    LABEL_ERROR,
    NEAR_DUPLICATE,
    NONE_OF_THE_CLASSES,
    ODD_SHAPE,
    SPLIT_LEAK,
    TAG_ERROR,
    TINY,
    Finding,
)
from core.catalog.table import PART_WORDS, PARTS
from core.tasks import Tasks
from webapp.actions import findings as actions
from webapp.actions.findings import OPEN, PAGE, STATES, Board
from webapp.actions.logs import newest_save
from webapp.actions.opened import Opened
from webapp.render.item import item_value, item_words, short
from webapp.render.items import photo_url, thumb_url
from webapp.render.keys import RESERVED, tag_keys
from webapp.render.relabel import questions_value
from webapp.render.words import Words, and_list, count
from webapp.session import Session

KEYS = f"{RESERVED}adrjkx"
"""Letters that this page uses itself."""

THUMBS = 2
TWINS = 8
"""Photos of one finding beside each other, at most."""

ADVICE = {
    LABEL_ERROR: "Relabel it, or dismiss the finding where the label is right.",
    TAG_ERROR: "Relabel it, or dismiss the finding where the tag is right.",
    EXACT_DUPLICATE: "Keep one of them in the labels file: the others count the same photo again.",
    NEAR_DUPLICATE: "Accept where it is the same product; dismiss where it is another one.",
    SPLIT_LEAK: "Give them the same group and make the workspace anew, so that they stay on one"
                " side.",
    CONFLICT: "Give all of them the label that is right.",
    NONE_OF_THE_CLASSES: "Relabel it as none of these, or dismiss the finding.",
    DARK: "Ask for a brighter photo where nothing can be told.",
    BLURRED: "Ask for a sharper photo where nothing can be told.",
    TINY: "Ask for a larger photo.",
    ODD_SHAPE: "Look whether the photo shows the garment alone; crop it if not.",
}
"""What to do about each check's findings, in a sentence."""


def list_value(opened: Opened, session: Session, board: Board | None,
               words: Words) -> dict[str, Any] | None:
    """Filters with their counts, and a page of findings; None without an audit."""
    if board is None:
        return None
    wanted, rows = actions.filter_of(session), actions.listed(board, session)
    page, looked = actions.looked_at(board, session, rows)
    start = page * actions.ROWS_A_PAGE
    here = rows[start : start + actions.ROWS_A_PAGE]
    known = _Shown(opened, board, words, here, THUMBS)
    suggests = board.suggests[rows] if len(rows) else np.zeros(0, bool)
    return {
        "newest": newest_save(opened.workspace), "workspace": opened.key,
        "checks": _checks(board, wanted), "states": _states(board, wanted),
        "sides": _sides(board, wanted),
        "check": wanted.check, "state": wanted.state, "side": wanted.side or "",
        "rows": [known.row(row) for row in here],
        "looked": board.keys[looked] if looked >= 0 else None,
        "total": len(rows), "first": start + 1 if len(rows) else 0, "last": start + len(here),
        "page": page, "pages": -(-len(rows) // actions.ROWS_A_PAGE),
        "suggested": int(suggests.sum()),
        "suggestedHeldout": int((board.heldout[rows] & suggests).sum()),
        "empty": _empty(board, wanted),
        "link": session.link,
    }


def panel_value(opened: Opened, session: Session, board: Board | None,
                words: Words) -> dict[str, Any] | None:
    """The finding that is looked at, with its photos; None without any."""
    if board is None:
        return None
    rows = actions.listed(board, session)
    _, looked = actions.looked_at(board, session, rows)
    questions = _questions(opened.workspace.tasks, words)
    common = {"newest": newest_save(opened.workspace), "workspace": opened.key,
              "questions": questions}
    if looked < 0:
        return {**common, "finding": None}
    one = board.saved.findings[looked]
    known = _Shown(opened, board, words, [looked], TWINS)
    position = int(np.searchsorted(rows, looked))
    inside = position < len(rows) and rows[position] == looked
    apart = session.place(PAGE).get("item")
    apart = one.item_ids[0] if len(one.item_ids) == 1 else apart if apart in one.item_ids else None
    item = item_value(opened, apart, words) if apart is not None else None
    if item is not None:
        item["questions"] = questions
    return {
        **common,
        "finding": {**known.row(looked), "advice": ADVICE[one.check]},
        "number": position + 1 if inside else None, "total": len(rows),
        "items": known.some(one, TWINS), "more": max(0, len(one.item_ids) - TWINS),
        "item": item, "answer": _answer(one, opened.workspace.tasks),
    }


class _Shown:
    """Writes findings out, with what their items are now."""

    def __init__(self, opened: Opened, board: Board, words: Words, rows: Iterable[int], most: int):
        """Look the items of these findings up, at most ``most`` of each."""
        self.opened, self.board, self.words = opened, board, words
        found = [board.saved.findings[row].item_ids[:most] for row in rows]
        self.items = self._items(list(dict.fromkeys(chain.from_iterable(found))))

    def row(self, row: int) -> dict[str, Any]:
        """One line of the list."""
        one, key = self.board.saved.findings[row], self.board.keys[row]
        said, state = self.board.said.get(key), STATES[self.board.state[row]]
        items = self.some(one, THUMBS)
        return {
            "key": key, "check": title(one.check), "because": in_words(one, self.words),
            "suspicion": round(one.suspicion, 4), "state": state,
            "decided": _decided(state, said.annotator if said else None),
            "suggested": _suggested(one, self.words),
            "sides": [PART_WORDS[name] for name, on in zip(PARTS, self.board.sides[row]) if on],
            "heldout": bool(self.board.heldout[row]),
            "corrected": any(item["corrected"] for item in items),
            "name": self._name(one),
            "items": items, "number": len(one.item_ids),
        }

    def some(self, one: Finding, most: int) -> list[dict[str, Any]]:
        """Its first items."""
        return [self.items[item_id] for item_id in one.item_ids[:most]]

    def _items(self, item_ids: list[str]) -> dict[str, dict[str, Any]]:
        known = self.opened.catalog.pick(item_ids)
        content = known.rows["content"] if "content" in known.rows else [None] * len(known)
        columns = zip(known.item_ids, content, known.rows["split"], known.rows[CORRECTED],
                      strict=True)
        found = {item_id: {
            "id": item_id, "gone": True, "thumb": None, "photo": None, "tags": [], "side": "",
            "words": f"Item {short(item_id)}", "label": "not in the catalog now",
            "corrected": False,
        } for item_id in item_ids}
        for row, (item_id, photo, side, corrected) in enumerate(columns):
            label = int(known.category[row])
            found[item_id] = {
                "id": item_id, "gone": False, "thumb": thumb_url(self.opened, item_id, photo),
                "photo": photo_url(self.opened, item_id, photo),
                "tags": [tag for tag, on in zip(known.tasks.tag_names, known.tags[row]) if on == 1],
                "side": PART_WORDS[side], "words": item_words(known, row, self.words),
                "label": self.words.names[known.tasks.classes[label]] if label >= 0
                else "no category",
                "corrected": bool(corrected),
            }
        return found

    def _name(self, one: Finding) -> str:
        names = [short(item_id) for item_id in one.item_ids[:THUMBS]]
        more = len(one.item_ids) - len(names)
        return ", ".join(names) + (f" and {more} more" if more else "")


def title(check: str) -> str:
    """A check's name as a heading."""
    return check[:1].upper() + check[1:]


def in_words(one: Finding, words: Words) -> str:
    """The reason as a sentence, with the classes as people call them."""
    text = re.sub(r"(?<=\d)%", " %", one.because)
    if one.check in (LABEL_ERROR, CONFLICT) and one.task == "category":
        text = _any_class(tuple(words.names)).sub(lambda found: words.one(found[0]), text)
    return f"{text[:1].upper()}{text[1:]}."


@lru_cache(maxsize=8)
def _any_class(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds a class's name where it stands as a word of its own, the longest first."""
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{known})(?!\w)")


def _decided(state: str, by: str | None) -> str:
    """Dismissed by Ana; Labelled so since the audit."""
    if state == OPEN:
        return ""
    return f"{title(state)} by {by}" if by else "Labelled so since the audit"


def _suggested(one: Finding, words: Words) -> str | None:
    """The suggested answer, as a short phrase."""
    if one.suggested is None:
        return None
    if one.task is None or one.task == "category":
        known = one.suggested in words.names
        return words.names[one.suggested] if known else title(one.suggested)
    tag = one.task.partition(":")[2]
    return tag if one.suggested == TRUE else f"not {tag}"


def _answer(one: Finding, tasks: Tasks) -> dict[str, Any] | None:
    """The suggested answer as the form takes it."""
    if one.suggested is None:
        return None
    tag = (one.task or "").partition(":")[2]
    if tag:
        return {"tags": {tag: one.suggested == TRUE}} if tag in tasks.tag_names else None
    return {"category": one.suggested} if one.suggested in (*tasks.classes, NONE_OF_THESE) else None


def _questions(tasks: Tasks, words: Words) -> dict[str, Any]:
    """The form's questions, none of these among the answers; keys of this page left free."""
    value = questions_value(tasks, words)
    for tag, key in zip(value["tags"], tag_keys(tasks.tag_names, KEYS)):
        tag["key"] = key
    if NONE_OF_THESE not in tasks.classes:
        value["classes"].append({"value": NONE_OF_THESE, "name": "None of these",
                                 "one": "none of these", "key": ""})
    return value


def _checks(board: Board, wanted: actions.Filter) -> list[dict[str, Any]]:
    """Every check with how many of its findings the other filters let through."""
    here = actions.matching(board, state=wanted.state, side=wanted.side)
    counts = np.bincount(board.check[here], minlength=len(CHECK_NAMES))
    every = {"value": None, "title": "All checks", "count": int(here.sum()), "skipped": None}
    return [every, *(
        {"value": name, "title": title(name), "count": int(number),
         "skipped": board.saved.skipped.get(name)}
        for name, number in zip(CHECK_NAMES, counts)
    )]


def _states(board: Board, wanted: actions.Filter) -> list[dict[str, Any]]:
    here = actions.matching(board, check=wanted.check, side=wanted.side)
    counts = np.bincount(board.state[here], minlength=len(STATES))
    return [*({"value": name, "title": title(name), "count": int(number)}
              for name, number in zip(STATES, counts)),
            {"value": "all", "title": "All", "count": int(here.sum())}]


def _sides(board: Board, wanted: actions.Filter) -> list[dict[str, Any]]:
    here = actions.matching(board, check=wanted.check, state=wanted.state)
    counts = board.sides[here].sum(axis=0)
    return [{"value": "", "title": f"Any side, {count(int(here.sum()))}"},
            *({"value": name, "title": f"{title(PART_WORDS[name])}, {count(int(number))}"}
              for name, number in zip(PARTS, counts))]


def _empty(board: Board, wanted: actions.Filter) -> dict[str, Any]:
    """What stands where no finding does: a title, a sentence, and the filter that shows more."""
    if not len(board):
        done = [title(name).lower() for name in CHECK_NAMES if name not in board.saved.skipped]
        text = f"Looked for: {and_list(done, len(done))}." if done else "Nothing could be checked."
        return {"title": "Nothing found", "text": text, "show": None}
    if wanted.check is None and wanted.side is None and wanted.state == OPEN:
        counts = [f"{count(int((board.state == number).sum()))} {name}"
                  for number, name in enumerate(STATES) if name != OPEN]
        return {"title": "All findings are decided", "text": f"{and_list(counts, 3)}.".capitalize(),
                "show": {"state": "all"}, "button": "Show all of them"}
    return {"title": "No finding here", "text": "None is left under this filter.",
            "show": {"check": None, "state": OPEN, "of": None}, "button": "Show all open ones"}
