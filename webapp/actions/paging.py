"""Lists of photos in pages: which page is open, which item is looked at, where clicks lead."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from webapp.session import Session

MOST_PAGES = 10**7


def page_of(place: Mapping[str, str], total: int, size: int) -> int:
    """The page that a place names, counted from 0, never beyond the last."""
    last = max(0, (total - 1) // size)
    text = place.get("at", "0")
    return min(int(text), last) if text.isdecimal() and len(text) < 8 else 0


def looked_at(place: Mapping[str, str], item_ids: np.ndarray, size: int) -> tuple[int, int]:
    """(page, position): the open page, and the item looked at by its place among all.

    The position is -1 when there is nothing to look at. An item that is not in the list
    gives way to the first of the page.
    """
    if not len(item_ids):
        return 0, -1
    here = np.flatnonzero(item_ids == place.get("item", ""))
    if len(here):
        return int(here[0]) // size, int(here[0])
    page = page_of(place, len(item_ids), size)
    return page, page * size


def turned(session: Session, page: str, data: Mapping[str, Any]) -> Session:
    """Another page of photos, counted from 0."""
    number = data.get("page")
    at = number if isinstance(number, int) and 0 < number < MOST_PAGES else None
    return session.put(page, at=at, item=None)


def stepped(
    session: Session, page: str, item_ids: np.ndarray, position: int, size: int,
    data: Mapping[str, Any],
) -> Session:
    """The next item of a list (``by`` 1) or the one before (-1); stays at the ends."""
    if not len(item_ids):
        return session
    position = min(max(position + (1 if data.get("by") == 1 else -1), 0), len(item_ids) - 1)
    return session.put(page, item=str(item_ids[position]), at=position // size or None)


def followed(
    session: Session, page: str, before: Sequence[str], after: Sequence[str], done: Iterable[str],
    size: int,
) -> Session:
    """Look at the item after those that were relabelled; at the one before where none is left.

    An item that is looked at and was not relabelled itself stays.

    Args:
        before, after: the list's items before and after the change.
        done: the items that were relabelled.
    """
    done, still = set(done), set(after)
    position = looked_at(session.place(page), np.array(before, object), size)[1]
    item = before[position] if position >= 0 else None
    if item is None or item in done or item not in still:
        start = max((at for at, one in enumerate(before) if one in done), default=-1) + 1
        later = next((one for one in before[start:] if one in still), None)
        earlier = next((one for one in reversed(before[:start]) if one in still), None)
        item = later if later is not None else earlier
    at = after.index(item) // size if item is not None else 0
    return session.put(page, item=item, at=at or None)


def window(total: int, page: int, size: int) -> dict[str, int]:
    """What ``pager`` of assets/js/items.js draws."""
    start = page * size
    return {"total": total, "first": start + 1, "last": min(start + size, total), "page": page,
            "pages": -(-total // size)}


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Any]], *words: str) -> tuple[str, str]:
    """Rows as CSV, and a name for the file made of plain letters and digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    plain = (re.sub(r"[^A-Za-z0-9]+", "-", word).strip("-").lower() for word in words)
    return out.getvalue(), f"{'-'.join(word for word in plain if word) or 'items'}.csv"
