"""Slices: any figure by any facet, and of any set of conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit.measures import measures_stamp
from core.errors import SliceError
from core.metrics.judged import Judged
from core.metrics.slices.conditions import AMONG, IS, ITEMS, NOT, RANGE, Condition, read_conditions
from core.metrics.slices.facets import NUMBER, Facet
from core.metrics.slices.figures import ECE, ByLevel, by_level, figure_keys, interval_of, share_keys
from core.metrics.slices.saved import Saved, remove_slice, save_slice
from webapp.actions import slice_items
from webapp.actions.judging import judged_side
from webapp.actions.opened import Opened
from webapp.actions.paging import csv_file
from webapp.actions.person import who
from webapp.actions.slice_items import Open
from webapp.session import Session

PAGE = "slices"
VIEWS = ("compare", "worst", "saved")
SORTS = ("worst", "items", "name")
FLOORS = (5, 10, 20, 50, 100)
LEVELS_SHOWN = 50
MOST_RANKED = 100_000
"""Items beyond which average precision goes without its interval: it would be narrower than the
digits that are shown, and cost seconds."""

FIRST_FACETS = ("group", "meta:", "label")
"""What is compared at first: the first of these that there is."""


def view_of(opened: Opened, session: Session) -> str:
    view = session.place(PAGE).get("view", "compare")
    return view if view in VIEWS else "compare"


def figures_of(opened: Opened) -> list[str]:
    """Figures to choose from; none without answers."""
    return figure_keys(opened.workspace.tasks.tag_names) if opened.predictions is not None else []


def figure_of(opened: Opened, session: Session) -> str | None:
    """The figure that is compared; None without answers."""
    known, figure_ = figures_of(opened), session.place(PAGE).get("figure")
    return figure_ if figure_ in known else next(iter(known), None)


def share_of(opened: Opened, session: Session) -> str | None:
    """The share that is searched: the figure, where it is one."""
    known = share_keys(opened.workspace.tasks.tag_names)
    chosen = figure_of(opened, session)
    return chosen if chosen is None or chosen in known else known[0]


def facet_of(opened: Opened, session: Session) -> str:
    """Key of the facet that is compared."""
    keys, chosen = judged_side(opened, session.part).keys, session.place(PAGE).get("by")
    if chosen in keys:
        return chosen
    return next(key for first in FIRST_FACETS for key in keys if key.startswith(first))


@dataclass(frozen=True)
class Compared:
    """One figure of every level of a facet.

    Attributes:
        facet: what tells the items apart.
        items: int64 (L,): how many each level holds.
        by: the figure; None without answers.
        whole: the same over all items of the side (one level).
        order: int64: levels that hold items, in the order asked for.
    """

    facet: Facet
    items: np.ndarray
    by: ByLevel | None
    whole: ByLevel | None
    order: np.ndarray


def compared(opened: Opened, session: Session) -> Compared:
    """The figure of every level of the facet that the place names."""
    facets = judged_side(opened, session.part)
    key, name = figure_of(opened, session), facet_of(opened, session)
    sort = session.place(PAGE).get("sort", SORTS[0])

    def count() -> tuple[Facet, np.ndarray, ByLevel | None, ByLevel | None]:
        facet = facets.facet(name)
        levels = len(facet.levels)
        items = np.bincount(facet.codes[facet.codes >= 0], minlength=levels)
        if key is None:
            return facet, items, None, None
        whole = np.zeros(len(facets), np.int64)
        return (facet, items, by_level(facets.judged, facet.codes, levels, key),
                by_level(facets.judged, whole, 1, key))

    stamp = measures_stamp(opened.workspace)
    facet, items, by, whole = opened.remember(
        ("compared", session.part, name, key, stamp), count)
    return Compared(facet, items, by, whole, _order(facet, items, by, key, sort))


def _order(facet: Facet, items: np.ndarray, by: ByLevel | None, key: str | None,
           sort: str) -> np.ndarray:
    """Levels with items. ``worst``: those first that are bad even at the better end of their
    interval; figures without one by their value; undefined ones last."""
    there = np.flatnonzero(items)
    names = np.arange(len(facet.levels))
    if sort == "name" or (by is None and facet.kind == NUMBER):
        return there
    if by is None or sort == "items":
        return there[np.lexsort((names[there], -items[there]))]
    best = by.value if by.bounds is None else by.bounds[1]
    worse = np.where(np.isnan(by.value), np.inf, -best if key == ECE else best)
    return there[np.lexsort((names[there], -items[there], worse[there]))]


def level_interval(opened: Opened, session: Session, found: Compared,
                   level: int) -> Sequence[float] | None:
    """95 % interval of one level's figure."""
    if found.by.bounds is not None:
        return [float(bound[level]) for bound in found.by.bounds]
    facets, key = judged_side(opened, session.part), figure_of(opened, session)
    return opened.remember(
        ("level", session.part, found.facet.key, level, key, measures_stamp(opened.workspace)),
        lambda: interval_of(facets.judged.where(found.facet.codes == level), key))


def compared_csv(session: Session, opened: Opened) -> tuple[str, str]:
    """All levels, as CSV, and a name for the file."""
    found, key = compared(opened, session), figure_of(opened, session)
    header, rows = ["value", "items"], []
    if key is not None:
        header += [key, "rests on", "low", "high"]
    for level in found.order:
        row = [found.facet.levels[level], int(found.items[level])]
        if key is not None:
            low, high = ((float(b[level]) for b in found.by.bounds) if found.by.bounds else
                         ("", ""))
            row += [_cell(found.by.value[level]), int(found.by.support[level]), _cell(low),
                    _cell(high)]
        rows.append(row)
    return csv_file(header, rows, found.facet.key, key or "items", session.part)


def _cell(value: float | str) -> str:
    return "" if value == "" or value != value else f"{value:.6f}"


# The open slice.

def found(opened: Opened, session: Session) -> Open:
    """What the place opens; all items when it names nothing."""
    return slice_items.seen_slice(opened, session, PAGE)


@dataclass(frozen=True)
class Figure:
    """One figure of the open slice, and of all other items.

    Attributes:
        value, rest: None where undefined.
        interval: 95 %; None where undefined, and for average precision beyond MOST_RANKED.
        support: items that it rests on.
    """

    key: str
    value: float | None
    interval: Sequence[float] | None
    support: int
    rest: float | None


def figures(opened: Opened, session: Session, now: Open) -> list[Figure]:
    """Every figure of the open slice; none without answers or items."""
    if opened.predictions is None or not now.mask.any():
        return []
    what = ("figures of", session.part, now.conditions, measures_stamp(opened.workspace))

    def measure() -> list[Figure]:
        own = now.facets.judged.where(now.mask)
        return [_figure(now, own, key) for key in figures_of(opened)]

    return opened.remember(what, measure)


def _figure(now: Open, own: Judged, key: str) -> Figure:
    found_ = by_level(now.facets.judged, (~now.mask).astype(np.int64), 2, key)
    value, rest = (None if np.isnan(one) else float(one) for one in found_.value)
    plain = key.startswith("ap:") and len(own) > MOST_RANKED
    interval = None if value is None or plain else interval_of(own, key)
    return Figure(key, value, interval, int(found_.support[0]), rest)


# What clicks do: a new place.

def look(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another view, facet, figure, order, floor, or one condition instead of two."""
    keys = judged_side(opened, session.part).keys
    choices = {"view": VIEWS, "by": keys, "figure": figures_of(opened), "sort": SORTS,
               "floor": [str(floor) for floor in FLOORS], "pairs": ("yes", "no"), "add": keys}
    for word, known in choices.items():
        if word in data and str(data[word]) in known:
            session = session.put(PAGE, **{word: str(data[word])})
    return session


def open_slice(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A level, a worst slice, a saved one, or what is left without one condition."""
    return slice_items.choose(opened, session, PAGE, data)


def narrow(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """One more condition on the open slice.

    Raises:
        SliceError: the value is none of the facet's, or the conditions are too many.
    """
    facets, key = judged_side(opened, session.part), str(data.get("facet"))
    conditions = found(opened, session).conditions  # none of a link that cannot be followed
    if key == ITEMS:
        one = Condition(ITEMS, AMONG, _ids(opened, data.get("value")))
    elif facets.facet(key).kind == NUMBER:
        one = Condition(key, RANGE, tuple(_number(end) for end in _pair(data.get("value"))))
    else:
        value = data.get("value")
        if value is not None and value not in facets.facet(key).levels:
            raise SliceError(f"there is no {value!r} among these items; choose one from the list")
        one = Condition(key, NOT if data.get("op") == NOT else IS, value)
    wanted = read_conditions([c.to_json() for c in (*conditions, one)])
    return slice_items.open_where(session, PAGE, wanted)


def _pair(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) and len(value) == 2 else (None, None)


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise SliceError(f"{value!r} is no number; write one like 40 or 0.5") from error


def _ids(opened: Opened, text: Any) -> tuple[str, ...]:
    """Item ids out of pasted text, one on each line or apart by commas."""
    wanted = dict.fromkeys(str(text or "").replace(",", "\n").split("\n"))
    ids = [one.strip() for one in wanted if one.strip()]
    missing = [one for one, at in zip(ids, opened.place_of.get_indexer(ids)) if at < 0]
    if not ids or missing:
        raise SliceError(f"there is no item {missing[0]!r} in this workspace; take it off the list"
                         if missing else "paste one item id at least")
    return tuple(ids)


def save(opened: Opened, session: Session, data: Mapping[str, Any]) -> tuple[Session, Saved]:
    """Keep the open slice, or pasted ids, under a name."""
    conditions, _ = slice_items.asked(opened, session, PAGE)
    if data.get("ids"):
        conditions = (Condition(ITEMS, AMONG, _ids(opened, data["ids"])),)
    saved = save_slice(opened.workspace.root, str(data.get("name") or ""), conditions,
                       who(data.get("by")))
    return session.put(PAGE, **{**slice_items.CLOSED, "slice": saved.id}), saved


def remove(opened: Opened, session: Session, data: Mapping[str, Any]) -> tuple[Session, Saved]:
    """Take a saved slice off the list; its items stay open."""
    gone = remove_slice(opened.workspace.root, str(data.get("slice")), who(data.get("by")))
    if session.place(PAGE).get("slice") == gone.id:
        session = slice_items.open_where(session, PAGE, gone.conditions) if not any(
            one.op == AMONG for one in gone.conditions) else session.put(PAGE, slice=None)
    return session, gone


def items(opened: Opened, session: Session) -> list[str]:
    """Ids of the open slice, in their order."""
    return slice_items.items(opened, session, PAGE)

