"""Confusion: which items lie in a cell, in which order, and which of them is looked at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import FittingRoomError
from core.metrics.confusion import Confused, largest_confusions
from webapp.actions import paging
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
    """(page, position) in the cell; see ``paging.looked_at``."""
    ids = opened.side(session.part).catalog.item_ids[found.rows]
    return paging.looked_at(session.place(PAGE), ids, PHOTOS_A_PAGE)


# What clicks do: a new place.

def open_cell(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A cell of the matrix, or a sentence about one; the tag stays."""
    classes = opened.workspace.tasks.classes
    label, answer = data.get("label"), data.get("answer")
    for number in (label, answer):
        if not isinstance(number, int) or not 0 <= number < len(classes):
            raise FittingRoomError("this cell is not in the matrix; open another one")
    return session.put(PAGE, label=classes[label], answer=classes[answer], at=None, item=None)


def choose_tag(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Only items with one tag, with none, or all again."""
    return session.put(PAGE, tag=str(data["tag"]) if data.get("tag") else None, at=None, item=None)


def turn(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another page of photos, counted from 0."""
    return paging.turned(session, PAGE, data)


def choose_item(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The item to look at."""
    return session.put(PAGE, item=str(data.get("item")))


def step(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The next item of the cell, or the one before."""
    cell = cell_of(opened, session)
    if cell is None:
        return session
    found = items_in(opened, session, cell)
    ids = opened.side(session.part).catalog.item_ids[found.rows]
    position = looked_at(opened, session, found)[1]
    return paging.stepped(session, PAGE, ids, position, PHOTOS_A_PAGE, data)


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
    return paging.followed(session, PAGE, items(opened, session), items(fresh, session), done,
                           PHOTOS_A_PAGE)


def items(opened: Opened, session: Session) -> list[str]:
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
    names = classes[cell.label], classes[cell.predicted]
    sure = side.predictions.category[found.rows, cell.predicted]
    rows = ([item, *names, f"{score:.4f}"]
            for item, score in zip(side.catalog.item_ids[found.rows], sure))
    return paging.csv_file(["item_id", "label", "answer", "score"], rows,
                           names[0], "called", names[1], session.part)
