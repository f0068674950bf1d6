"""Explore: how many items there are, what goes together, and which items lie behind a figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.profile import Profile, profile
from core.catalog.table import PARTS, Catalog, tag_column
from core.errors import FittingRoomError
from core.predictions.table import class_column
from core.tasks import Tasks
from webapp.actions import paging
from webapp.actions.opened import Opened
from webapp.session import Session

PAGE = "explore"
PHOTOS_A_PAGE, ROWS_A_PAGE = 16, 8
MOST_SOURCE = 200
ROUGH_BELOW = 10
"""Held-out items below which a label's figures are rough."""

SHOWS = ("duplicates", "left-out", "untagged", "unlabelled", "twins", "no-photo")
"""Sets of items and rows that tiles and gaps link to."""


def label_keys(tasks: Tasks) -> list[str]:
    """Every class and tag in the order of tables: ``category:SHIRTS`` ..., ``tag:floral`` ..."""
    return [*map(class_column, tasks.classes), *map(tag_column, tasks.tag_names)]


@dataclass(frozen=True)
class Behind:
    """What lies behind a bar, a cell, a tile or a gap.

    Attributes:
        a, b: keys of labels that all items have; b None for one label; both None for a set.
        show: one of SHOWS, or None.
        items: the items, in the catalog's order.
        rows: rows of the labels file that init left out (columns of left_out.csv), or None.
        with_a, with_b: how many items of this side have each label.
    """

    a: str | None
    b: str | None
    show: str | None
    items: Catalog
    rows: pd.DataFrame | None = None
    with_a: int = 0
    with_b: int = 0


def part_of(session: Session) -> str:
    """The side that Explore looks at: its own switch, every item at first."""
    part = session.place(PAGE).get("of", "all")
    return part if part in (*PARTS, "all") else "all"


def profile_of(opened: Opened, part: str) -> Profile:
    """Counts of one side; remembered with what is open."""
    return opened.remember(
        ("profile", part),
        lambda: profile(opened.catalog.part(part), opened.workspace.settings.duplicate_rows),
    )


def has_label(catalog: Catalog, key: str) -> np.ndarray:
    """bool (N,): items labelled with a class or tag.

    Raises:
        FittingRoomError: no such label.
    """
    keys = label_keys(catalog.tasks)
    if key not in keys:
        raise FittingRoomError(f"there is no label {key!r} in this workspace; choose another cell")
    index = keys.index(key)
    n_classes = len(catalog.tasks.classes)
    if index < n_classes:
        return catalog.category == index
    return catalog.tags[:, index - n_classes] == 1


def left_out(opened: Opened) -> pd.DataFrame:
    """Rows of the labels file that are not in the catalog; empty when nothing was left out."""
    def read() -> pd.DataFrame:
        columns = ["row", "item_id", "image", "reason", "detail"]
        path = opened.workspace.left_out_path
        try:
            return pd.read_csv(path, dtype=str, keep_default_na=False)[columns]
        except (OSError, KeyError, ValueError):
            return pd.DataFrame(columns=columns, dtype=str)

    return opened.remember("left out", read)


def behind(opened: Opened, session: Session) -> Behind | None:
    """What the place opens; the strongest pair when it opens nothing; None without labels.

    Raises:
        FittingRoomError: the link names labels that this workspace does not have.
    """
    place = session.place(PAGE)
    part = part_of(session)
    items = opened.catalog.part(part)
    if place.get("show") in SHOWS:
        return _set(opened, items, place["show"])
    a, b = place.get("a"), place.get("b")
    if a is None:
        a, b = strongest(profile_of(opened, part), opened.workspace.tasks)
    if a is None:
        return None
    has_a = has_label(items, a)
    if b is None:
        return Behind(a, None, None, items.where(has_a), with_a=int(has_a.sum()))
    has_b = has_label(items, b)
    return Behind(a, b, None, items.where(has_a & has_b), None, int(has_a.sum()), int(has_b.sum()))


def _set(opened: Opened, items: Catalog, show: str) -> Behind:
    rows = items.rows
    if show in ("duplicates", "left-out"):
        left = left_out(opened)
        repeated = left["reason"] == "duplicate row"
        chosen = left[repeated if show == "duplicates" else ~repeated].reset_index(drop=True)
        return Behind(None, None, show, items.where(np.zeros(len(items), bool)), chosen)
    mask = {
        "untagged": lambda: (items.tags == 0).all(axis=1),
        "unlabelled": lambda: items.category < 0,
        "twins": lambda: twins(items),
        "no-photo": lambda: rows["image"].isna().to_numpy(),
    }[show]()
    found = items.where(mask)
    if show == "twins":  # those with the same photo stand side by side
        order = found.rows["content"].argsort(kind="stable").to_numpy()
        found = Catalog(found.tasks, found.rows.iloc[order].reset_index(drop=True))
    return Behind(None, None, show, found)


def twins(catalog: Catalog) -> np.ndarray:
    """bool (N,): items whose very photo another item of this catalog has too."""
    content = catalog.rows["content"]
    return (content.notna() & content.duplicated(keep=False)).to_numpy(dtype=bool)


def strongest(found: Profile, tasks: Tasks) -> tuple[str | None, str | None]:
    """Keys of the pair with the largest phi; the largest class when no two labels meet."""
    keys = label_keys(tasks)
    for row, column in found.strongest(1):
        return keys[row], keys[column]
    largest = int(found.totals[: len(tasks.classes)].argmax())
    return (keys[largest], None) if found.totals[largest] else (None, None)


# What clicks do: a new place.

def open_label(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A bar or a gap: the items of one label, or of one set."""
    fresh = _closed(session)
    if data.get("show") in SHOWS:
        return fresh.put(PAGE, show=data["show"])
    return fresh.put(PAGE, a=str(data.get("label")))


def open_pair(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A cell of the triangle: the items that have both labels."""
    return _closed(session).put(PAGE, a=str(data.get("a")), b=str(data.get("b")))


def choose_part(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another side of the split; what is open stays open."""
    part = str(data.get("part"))
    return session.put(PAGE, of=part if part in PARTS else None, at=None, item=None)


def turn(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another page of photos, counted from 0."""
    return paging.turned(session, PAGE, data)


def choose_item(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """One item, large; None goes back to the photos."""
    item = data.get("item")
    return session.put(PAGE, item=None if item is None else str(item))


def step(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The next item behind what is open, or the one before."""
    ids = np.array(items(opened, session), object)
    position = paging.looked_at(session.place(PAGE), ids, PHOTOS_A_PAGE)[1]
    return paging.stepped(session, PAGE, ids, position, PHOTOS_A_PAGE, data)


def items(opened: Opened, session: Session) -> list[str]:
    """The items behind what is open, in their order."""
    shown = behind(opened, session)
    return [] if shown is None else shown.items.item_ids.tolist()


def source_of(opened: Opened, session: Session) -> str:
    """Where a relabelling comes from, for the log: ``explore:category:SHIRTS|tag:checker``."""
    place = session.place(PAGE)
    shown = [place[word] for word in ("show", "a", "b") if word in place]
    return f"{PAGE}:{'|'.join(shown)}"[:MOST_SOURCE] if shown else PAGE


def _closed(session: Session) -> Session:
    return session.put(PAGE, a=None, b=None, show=None, at=None, item=None)
