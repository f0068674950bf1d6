"""The confusion matrix as it is looked at: which classes, in which order, showing what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import FittingRoomError
from core.metrics.confusion import Cells, cells
from core.metrics.similarity import Similar, similar
from webapp.actions.opened import Opened
from webapp.actions.paging import csv_file, page_of
from webapp.session import Session

PAGE = "confusion"
WIDEST = 80
"""Classes up to which a grid is drawn; beyond, the cells that hold items are listed."""
CELLS_A_PAGE = 50
LARGEST = 12
"""Confusions whose classes make the grid of the largest ones."""
VIEWS = ("counts", "rows", "columns", "all", "second")
LARGEST_ONES = "largest"


@dataclass(frozen=True)
class Look:
    """What of the matrix is shown.

    Attributes:
        view: one of VIEWS: what a cell says.
        similar: classes that are taken for each other stand together.
        zoom: class numbers, in the order shown; None for all.
        word: the zoom as links write it: class numbers joined by dots, or LARGEST_ONES; "".
        find: part of a class's name, in small letters.
        right: the list also holds right answers.
    """

    view: str
    similar: bool
    zoom: tuple[int, ...] | None
    word: str
    find: str
    right: bool


def cells_of(opened: Opened, part: str) -> Cells:
    """The cells of one side that hold items."""
    side = opened.side(part)
    return opened.remember(
        ("cells", part), lambda: cells(side.catalog.category, side.predictions.top))


def similar_of(opened: Opened, part: str) -> Similar:
    """Order and blocks by what is confused on one side."""
    return opened.remember(("similar", part), lambda: similar(
        np.array(opened.figures(part)["confusion"], np.int64)))


def look_of(opened: Opened, session: Session) -> Look:
    """What the place asks to see; words that make no sense show the whole matrix."""
    place = session.place(PAGE)
    view, word = place.get("view", VIEWS[0]), place.get("zoom", "")
    zoom = _zoom(opened, session.part, word)
    return Look(
        view if view in VIEWS else VIEWS[0], place.get("order") == "similar", zoom,
        word if zoom else "", place.get("find", "").casefold(), place.get("right") == "1",
    )


def shown_classes(opened: Opened, session: Session) -> np.ndarray | None:
    """int64: classes of the grid in the order shown; None where cells are listed instead."""
    look = look_of(opened, session)
    k = len(opened.workspace.tasks.classes)
    if look.zoom is None and k > WIDEST:
        return None
    order = similar_of(opened, session.part).order if look.similar else np.arange(k)
    if look.zoom is None:
        return order
    return order[np.isin(order, look.zoom)]


def listed(opened: Opened, session: Session) -> np.ndarray:
    """int64: places in ``cells_of`` of the cells that the list shows, most items first."""
    look, found = look_of(opened, session), cells_of(opened, session.part)
    keep = np.ones(len(found.count), bool) if look.right else found.label != found.predicted
    if look.find:
        named = np.array([look.find in _plain(name) for name in opened.workspace.tasks.classes])
        keep &= named[found.label] | named[found.predicted]
    return np.flatnonzero(keep)


def listed_page(opened: Opened, session: Session, total: int) -> int:
    """The page of the list, counted from 0."""
    place = {"at": session.place(PAGE).get("cells", "0")}
    return page_of(place, total, CELLS_A_PAGE)


def choose_look(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """What of the matrix to show; what the browser does not name stays."""
    change: dict[str, Any] = {}
    if data.get("view") in VIEWS:
        change["view"] = data["view"] if data["view"] != VIEWS[0] else None
    if "order" in data:
        change["order"] = "similar" if data["order"] == "similar" else None
    if "zoom" in data:
        word = str(data["zoom"] or "")
        change |= {"zoom": word if _zoom(opened, session.part, word) else None, "cells": None}
    if "find" in data:
        change |= {"find": str(data["find"] or "")[:80] or None, "cells": None}
    if "right" in data:
        change |= {"right": 1 if data["right"] is True else None, "cells": None}
    if isinstance(data.get("page"), int) and 0 <= data["page"] < 10**7:
        change["cells"] = data["page"] or None
    return session.put(PAGE, **change)


def matrix_csv(session: Session, opened: Opened) -> tuple[str, str]:
    """All cells with items, as CSV, and a name for the file.

    Raises:
        FittingRoomError: nothing was predicted yet.
    """
    opened.require_predictions()
    classes, found = opened.workspace.tasks.classes, cells_of(opened, session.part)
    if not len(found.count):
        raise FittingRoomError("there are no answered items here; choose other photos")
    support = np.bincount(found.label, found.count, len(classes))
    called = np.bincount(found.predicted, found.count, len(classes))
    shares = (found.count / base for base in (
        support[found.label], called[found.predicted], found.count.sum()))
    rows = zip((classes[at] for at in found.label), (classes[at] for at in found.predicted),
               found.count, *(np.char.mod("%.6f", share) for share in shares), found.second)
    header = ["label", "answer", "items", "share_of_label", "share_of_answer", "share_of_all",
              "label_was_second_guess"]
    return csv_file(header, rows, "confusion", session.part)


def _zoom(opened: Opened, part: str, word: str) -> tuple[int, ...] | None:
    """Class numbers of a zoom; None when it names none, or more than a grid can show."""
    k = len(opened.workspace.tasks.classes)
    if word == LARGEST_ONES:
        found = cells_of(opened, part)
        wrong = np.flatnonzero(found.label != found.predicted)[:LARGEST]
        numbers = {*found.label[wrong].tolist(), *found.predicted[wrong].tolist()}
    else:
        numbers = {int(text) for text in word.split(".") if text.isascii() and text.isdigit()
                   and len(text) < 7 and int(text) < k}
    return tuple(sorted(numbers)) if 2 <= len(numbers) <= WIDEST else None


def _plain(name: str) -> str:
    return name.replace("_", " ").casefold()
