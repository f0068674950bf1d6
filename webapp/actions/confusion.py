"""Confusion: which items lie in a cell, in which order, and which of them is looked at."""

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import FittingRoomError
from core.metrics.confusion import Confused, largest_confusions
from webapp.actions.explore import page_of
from webapp.actions.opened import Opened, Side
from webapp.session import Session

PAGE = "confusion"
PHOTOS_A_PAGE = 24
CONFUSIONS = 5
NO_TAG = "none"
"""In a link: items labelled with no tag. A tag of this name is written ``tag:none``."""


@dataclass(frozen=True)
class Cell:
    """Items labelled ``label`` and called ``predicted``; numbers of classes."""

    label: int
    predicted: int


@dataclass(frozen=True)
class CellItems:
    """What lies in a cell.

    Attributes:
        cell: the cell itself.
        support: items with this label that have an answer.
        total: items in the cell, whatever their tags.
        tag: name of the tag to which the items are narrowed, NO_TAG, or None for any.
        rows: row numbers in the side, surest first; of equally sure ones by id.
    """

    cell: Cell
    support: int
    total: int
    tag: str | None
    rows: np.ndarray


def matrix_of(opened: Opened, part: str) -> np.ndarray:
    """int64 (K, K), rows: label."""
    return np.array(opened.figures(part)["confusion"], np.int64)


def largest(opened: Opened, part: str, limit: int = CONFUSIONS) -> list[Confused]:
    """The cells off the diagonal with the most items."""
    return largest_confusions(matrix_of(opened, part), limit)


def cell_of(opened: Opened, session: Session) -> Cell | None:
    """The open cell; the largest confusion when the link names none; None without items.

    Raises:
        FittingRoomError: the link names a class that this workspace does not have.
    """
    place = session.place(PAGE)
    classes = opened.workspace.tasks.classes
    if "label" in place and "answer" in place:
        return Cell(_class(classes, place["label"]), _class(classes, place["answer"]))
    for worst in largest(opened, session.part, 1):
        return Cell(worst.label, worst.predicted)
    matrix = matrix_of(opened, session.part)
    if not matrix.any():
        return None
    label, predicted = np.unravel_index(int(matrix.argmax()), matrix.shape)
    return Cell(int(label), int(predicted))


def _class(classes: tuple[str, ...], name: str) -> int:
    if name not in classes:
        raise FittingRoomError(f"there is no category {name!r} in this workspace; open another cell")
    return classes.index(name)


def items_in(opened: Opened, session: Session, cell: Cell) -> CellItems:
    """The items of a cell, narrowed to the tag that the place names."""
    side = opened.side(session.part)
    labels, best = side.catalog.category, side.predictions.top[:, 0]
    inside = (labels == cell.label) & (best == cell.predicted)
    tag = _tag(opened, session)
    chosen = inside & _with_tag(side, tag)
    rows = np.flatnonzero(chosen)
    sure = side.predictions.category[rows, cell.predicted]
    order = np.lexsort((side.catalog.item_ids[rows].astype(str), -sure))
    return CellItems(cell, int((labels == cell.label).sum()), int(inside.sum()), tag, rows[order])


def _tag(opened: Opened, session: Session) -> str | None:
    word = session.place(PAGE).get("tag")
    names = opened.workspace.tasks.tag_names
    if word == NO_TAG and names:
        return NO_TAG
    name = (word or "").removeprefix("tag:")
    return name if name in names else None


def _with_tag(side: Side, tag: str | None) -> np.ndarray:
    tags = side.catalog.tags
    if tag is None:
        return np.ones(len(tags), bool)
    if tag == NO_TAG:
        return (tags != 1).all(axis=1)
    return tags[:, side.catalog.tasks.tag_names.index(tag)] == 1


def looked_at(opened: Opened, session: Session, found: CellItems) -> tuple[int, int]:
    """(page, position): the open page, and the item looked at by its place among all.

    The position is -1 when there is nothing to look at. An item that is not in the cell
    gives way to the first of the page.
    """
    if not len(found.rows):
        return 0, -1
    place = session.place(PAGE)
    page = page_of(place, len(found.rows), PHOTOS_A_PAGE)
    ids = opened.side(session.part).catalog.item_ids[found.rows]
    here = np.flatnonzero(ids == place.get("item", ""))
    position = int(here[0]) if len(here) else page * PHOTOS_A_PAGE
    return (position // PHOTOS_A_PAGE if len(here) else page), position


# What clicks do: a new place.

def open_cell(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A cell of the matrix, or a sentence about one; the tag stays."""
    classes = opened.workspace.tasks.classes
    label, answer = data.get("label"), data.get("answer")
    for number in (label, answer):
        if not isinstance(number, int) or not 0 <= number < len(classes):
            raise FittingRoomError("this cell is not in the matrix; open another one")
    return session.put(PAGE, label=classes[label], answer=classes[answer], at=None, item=None)


def choose_view(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Counts, or shares of the row."""
    return session.put(PAGE, view="shares" if data.get("view") == "shares" else None)


def choose_tag(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Only items with one tag, with none, or all again."""
    return session.put(PAGE, tag=str(data["tag"]) if data.get("tag") else None, at=None, item=None)


def turn(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another page of photos, counted from 0."""
    page = data.get("page")
    at = page if isinstance(page, int) and 0 < page < 10**7 else None
    return session.put(PAGE, at=at, item=None)


def choose_item(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The item to look at."""
    return session.put(PAGE, item=str(data.get("item")))


def step(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The next item of the cell (``by`` 1) or the one before (-1); stays at the ends."""
    cell = cell_of(opened, session)
    found = items_in(opened, session, cell) if cell else None
    if found is None or not len(found.rows):
        return session
    _, position = looked_at(opened, session, found)
    by = 1 if data.get("by") == 1 else -1
    position = min(max(position + by, 0), len(found.rows) - 1)
    ids = opened.side(session.part).catalog.item_ids
    page = position // PHOTOS_A_PAGE
    return session.put(PAGE, item=str(ids[found.rows[position]]), at=page or None)


def chosen_items(opened: Opened, session: Session, data: Mapping[str, Any]) -> list[Any]:
    """Which items are to be relabelled: those named, or all of the open cell.

    Raises:
        FittingRoomError: the cell holds another number of items than the person saw.
    """
    if data.get("scope") != "cell":
        items = data.get("items")
        return items if isinstance(items, list) else []
    inside = _ids(opened, session)
    if len(inside) != data.get("expected"):
        raise FittingRoomError(
            f"the cell holds {len(inside):,} items now, because labels have changed meanwhile;"
            " look at them, then choose again"
        )
    return inside


def source_of(opened: Opened, session: Session) -> str:
    """Where a relabelling comes from, for the log: ``confusion:SHIRTS>BLOUSES``."""
    cell = cell_of(opened, session)
    classes = opened.workspace.tasks.classes
    return f"{PAGE}:{classes[cell.label]}>{classes[cell.predicted]}" if cell else PAGE


def move_on(opened: Opened, fresh: Opened, session: Session, done: Collection[str]) -> Session:
    """Stay in the cell and look at the item after those that were relabelled.

    Args:
        opened: before the change.
        fresh: after it.
    """
    cell = cell_of(opened, session)
    if cell is None:
        return session
    classes = opened.workspace.tasks.classes
    session = session.put(PAGE, label=classes[cell.label], answer=classes[cell.predicted])
    before, after = _ids(opened, session), _ids(fresh, session)
    places = [place for place, item_id in enumerate(before) if item_id in done]
    start = max(places, default=-1) + 1
    still = set(after)
    next_ones = [item_id for item_id in before[start:] if item_id in still]
    previous = [item_id for item_id in before[:start] if item_id in still]
    item = next(iter(next_ones), previous[-1] if previous else None)
    at = after.index(item) // PHOTOS_A_PAGE if item is not None else 0
    return session.put(PAGE, item=item, at=at or None)


def _ids(opened: Opened, session: Session) -> list[str]:
    """The items of the open cell in their order."""
    cell = cell_of(opened, session)
    if cell is None:
        return []
    rows = items_in(opened, session, cell).rows
    return opened.side(session.part).catalog.item_ids[rows].tolist()


def cell_csv(session: Session, opened: Opened) -> tuple[str, str]:
    """The ids of the open cell in their order, as CSV, and a name for the file.

    Raises:
        FittingRoomError: nothing was predicted yet, or the cell does not exist.
    """
    opened.require_predictions()
    cell = cell_of(opened, session)
    if cell is None:
        raise FittingRoomError("there are no answered items here; choose other photos")
    found = items_in(opened, session, cell)
    side, classes = opened.side(session.part), opened.workspace.tasks.classes
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["item_id", "label", "answer", "score"])
    names = classes[cell.label], classes[cell.predicted]
    for row in found.rows:
        score = side.predictions.category[row, cell.predicted]
        writer.writerow([side.catalog.item_ids[row], *names, f"{score:.4f}"])
    plain = (re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "class" for name in names)
    return out.getvalue(), f"{'-called-'.join(plain)}-{session.part}.csv"
