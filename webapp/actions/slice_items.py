"""The items of a slice as the pages open them: what is asked, in which order, where clicks lead."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import PredictionsError, SliceError
from core.metrics.slices.conditions import ITEMS, LIKE, Condition, mask_of, read_conditions
from core.metrics.slices.facets import Facets
from core.metrics.slices.saved import Saved, saved_slice
from webapp.actions import paging
from webapp.actions.judging import judged_side
from webapp.actions.opened import Opened
from webapp.session import Session

PHOTOS_A_PAGE = 24
MOST_WORDS = 1500
"""Characters of conditions in a link; longer ones must be saved under a name."""

LIKE_AT_FIRST = 50


@dataclass(frozen=True)
class Open:
    """A slice as it is looked at on a page.

    Attributes:
        facets: of all items of the side.
        conditions: all of which an item must fulfil.
        saved: under which name the slice is kept; None for one that is not.
        mask: bool (N,): its items.
        rows: its row numbers, the surest mistakes first.
        page, position: the open page of photos; the item looked at, -1 without items.
        problem: why what the link asks for cannot be shown, as a sentence; then nothing is open.
    """

    facets: Facets
    conditions: tuple[Condition, ...]
    saved: Saved | None
    mask: np.ndarray
    rows: np.ndarray
    page: int
    position: int
    problem: str = ""

    @property
    def item_ids(self) -> np.ndarray:
        """object: ids in the order of ``rows``."""
        return self.facets.judged.catalog.item_ids[self.rows]


def asked(opened: Opened, session: Session,
          page: str) -> tuple[tuple[Condition, ...], Saved | None]:
    """The conditions that a place names, and the saved slice that they are.

    Raises:
        SliceError: the link is damaged, or names a slice that is not there.
    """
    place = session.place(page)
    if "slice" in place:
        saved = saved_slice(opened.workspace.root, place["slice"])
        return saved.conditions, saved
    return read_where(place.get("where", "[]")), None


def read_where(text: str) -> tuple[Condition, ...]:
    """Conditions from the words of a link.

    Raises:
        SliceError: they are none.
    """
    try:
        return read_conditions(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise SliceError("this link's conditions are damaged; open the page anew") from error


def where(conditions: Sequence[Condition]) -> str:
    """Conditions as the words of a link."""
    return json.dumps([one.to_json() for one in conditions], ensure_ascii=False,
                      separators=(",", ":"))


def seen_slice(opened: Opened, session: Session, page: str,
               fallback: Sequence[Condition] = ()) -> Open:
    """As ``open_slice``, but a link that cannot be followed opens nothing and says why."""
    try:
        return open_slice(opened, session, page, fallback)
    except (SliceError, PredictionsError) as error:
        facets = judged_side(opened, session.part)
        said = f"{str(error)[:1].upper()}{str(error)[1:]}."
        nothing = np.zeros(len(facets), bool)
        return Open(facets, (), None, nothing, np.empty(0, np.int64), 0, -1, said)


def open_slice(opened: Opened, session: Session, page: str,
               fallback: Sequence[Condition] = ()) -> Open:
    """The slice that a place opens; ``fallback`` when it names none.

    Raises:
        SliceError, PredictionsError: it asks for what these items do not have.
    """
    conditions, saved = asked(opened, session, page)
    place = session.place(page)
    if not conditions and "where" not in place:
        conditions = tuple(fallback)
    facets = judged_side(opened, session.part)
    mask = mask_of(facets, conditions)
    rows = ordered(facets, np.flatnonzero(mask))
    ids = facets.judged.catalog.item_ids[rows]
    at, position = paging.looked_at(place, ids, PHOTOS_A_PAGE)
    return Open(facets, conditions, saved, mask, rows, at, position)


def ordered(facets: Facets, rows: np.ndarray) -> np.ndarray:
    """Those first to whose label the model gives least; unlabelled ones last."""
    judged = facets.judged
    if judged.predictions is None:
        return rows
    labels = judged.catalog.category[rows]
    given = judged.predictions.category[rows, np.maximum(labels, 0)]
    given = np.where(labels >= 0, given, 2.0)
    return rows[np.argsort(given, kind="stable")]


def items(opened: Opened, session: Session, page: str) -> list[str]:
    """Ids of the slice that a place opens, in their order."""
    return open_slice(opened, session, page).item_ids.tolist()


# What clicks do: a new place.

CLOSED = {"where": None, "slice": None, "at": None, "item": None}


def open_where(session: Session, page: str, conditions: Sequence[Condition]) -> Session:
    """Another slice.

    Raises:
        SliceError: its conditions are too long for a link.
    """
    text = where(conditions)
    if len(text) > MOST_WORDS:
        raise SliceError(f"these conditions are too long for a link ({len(text):,} characters);"
                         " save them as a slice")
    return session.put(page, **{**CLOSED, "where": text})


def choose(opened: Opened, session: Session, page: str, data: Mapping[str, Any]) -> Session:
    """A slice that the browser names: ``where``, a list of conditions, or ``slice``, a key."""
    if data.get("slice"):
        saved = saved_slice(opened.workspace.root, str(data["slice"]))
        return session.put(page, **{**CLOSED, "slice": saved.id})
    conditions = read_conditions(data.get("where"))
    mask_of(judged_side(opened, session.part), conditions)  # refuses what is not there
    return open_where(session, page, conditions)


def like(opened: Opened, session: Session, page: str, data: Mapping[str, Any]) -> Session:
    """The items most like one."""
    condition = Condition(ITEMS, LIKE, (str(data.get("item")), LIKE_AT_FIRST))
    mask_of(judged_side(opened, session.part), [condition])
    return open_where(session, page, [condition])


def step(opened: Opened, session: Session, page: str, found: Open,
         data: Mapping[str, Any]) -> Session:
    """The item after the one looked at, or the one before."""
    return paging.stepped(session, page, found.item_ids, found.position, PHOTOS_A_PAGE, data)


def kept_place(session: Session, page: str, found: Open) -> Session:
    """The same place, naming its slice also when nobody chose it."""
    if found.problem:
        return session
    if found.saved is not None:
        return session.put(page, where=None, slice=found.saved.id)
    return session.put(page, where=where(found.conditions), slice=None)


def source_of(opened: Opened, session: Session, page: str) -> str:
    """Where a relabelling comes from, for the log: ``slices:group=310|right=no``."""
    conditions, saved = asked(opened, session, page)
    said = saved.name if saved else "|".join(
        f"{one.facet}{'=' if one.op == 'is' else f' {one.op} '}{one.value}" for one in conditions)
    return f"{page}:{said}"[:200] if said else page


def move_on(opened: Opened, fresh: Opened, session: Session, page: str,
            done: Collection[str]) -> Session:
    """Stay in the slice and look at the item after those that were relabelled."""
    before, after = items(opened, session, page), items(fresh, session, page)
    return paging.followed(session, page, before, after, done, PHOTOS_A_PAGE)


def ids_csv(opened: Opened, session: Session, page: str) -> tuple[str, str]:
    """The open slice's items with label and answer, as CSV, and a name for the file."""
    found = open_slice(opened, session, page)
    judged, classes = found.facets.judged, opened.workspace.tasks.classes
    labels = judged.catalog.category[found.rows]
    header, columns = ["item_id", "label"], [
        found.item_ids, [classes[k] if k >= 0 else "" for k in labels]]
    if judged.predictions is not None:
        best = judged.best[found.rows]
        score = judged.predictions.category[found.rows, best]
        header += ["answer", "score"]
        columns += [[classes[k] for k in best], [f"{one:.4f}" for one in score]]
    name = found.saved.name if found.saved else "-".join(
        f"{one.facet}-{one.value}" for one in found.conditions)[:60]
    return paging.csv_file(header, zip(*columns), name or "all", session.part)
