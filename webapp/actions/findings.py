"""Findings: what the last audit suspects, what was decided about it, and which of it is shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.annotations.answer import FALSE, TRUE
from core.annotations.verdicts import ACCEPTED, DISMISSED, RELABELLED, Verdict, verdicts
from core.audit.finding import CHECK_NAMES, Finding
from core.audit.saved import Saved, findings_path, read_findings
from core.catalog.table import PARTS, tag_column
from core.errors import FindingsError
from core.workspace import Workspace
from webapp.actions.opened import Opened
from webapp.session import Session

PAGE = "findings"
ROWS_A_PAGE = 40

OPEN = "open"
STATES = (OPEN, ACCEPTED, DISMISSED, RELABELLED)


@dataclass(frozen=True)
class Board:
    """All F findings of the last audit, as columns, and where they stand.

    Attributes:
        saved: the findings themselves, the most suspicious first.
        place_of: row of each finding, by its key.
        check: int64 (F,): place in CHECK_NAMES.
        state: int64 (F,): place in STATES. Relabelled are also those whose suggested answer is
            the label by now, whoever gave it, wherever.
        sides: bool (F, 3): whether an item of it lies on this side, in the order of PARTS.
        said: what was decided, by key.
    """

    saved: Saved
    place_of: Mapping[str, int]
    check: np.ndarray
    state: np.ndarray
    sides: np.ndarray
    said: Mapping[str, Verdict]

    def __len__(self) -> int:
        return len(self.check)

    @cached_property
    def keys(self) -> list[str]:
        """Of the findings, in their order."""
        return list(self.place_of)

    @property
    def heldout(self) -> np.ndarray:
        """bool (F,): an item of it judges the model."""
        return self.sides[:, PARTS.index("heldout")]

    @property
    def suggests(self) -> np.ndarray:
        """bool (F,): it names the answer that is likelier."""
        return np.array([one.suggested is not None for one in self.saved.findings], bool)

    def finding(self, key: str) -> Finding:
        """The finding of this key.

        Raises:
            FindingsError: there is none.
        """
        if key not in self.place_of:
            raise FindingsError(
                "this finding is not among those of the last audit; reload the page"
            )
        return self.saved.findings[self.place_of[key]]


@dataclass(frozen=True)
class Filter:
    """Which findings are listed: ``check`` of CHECK_NAMES and ``side`` of PARTS, None for any;
    ``state`` of STATES, or ``all``."""

    check: str | None = None
    state: str = OPEN
    side: str | None = None


def board_of(opened: Opened) -> Board | None:
    """The findings as they stand now; None where no audit was run.

    Raises:
        FindingsError: what was kept of the last audit is damaged.
    """
    path = findings_path(opened.workspace)
    try:
        state = path.stat()
    except OSError:
        return None
    stamp = (state.st_mtime_ns, state.st_size)
    return opened.remember(("findings", stamp), lambda: _board(opened, path, stamp))


def require_board(opened: Opened) -> Board:
    """The findings as they stand now.

    Raises:
        FindingsError: no audit was run, or what was kept of it is damaged.
    """
    board = board_of(opened)
    if board is None:
        raise FindingsError("there are no findings here; run the audit first")
    return board


@lru_cache(maxsize=4)
def _kept(path: Path, stamp: tuple[int, int]) -> tuple[Saved, dict[str, int]]:
    saved = read_findings(Workspace.open(path.parent))
    if saved is None:
        raise FindingsError(f"{path} was taken away; run the audit again")
    return saved, {one.key: row for row, one in enumerate(saved.findings)}


def _board(opened: Opened, path: Path, stamp: tuple[int, int]) -> Board:
    saved, place_of = _kept(path, stamp)
    said = verdicts(opened.records)
    check = np.array([CHECK_NAMES.index(one.check) for one in saved.findings], np.int64)
    state = np.array(
        [STATES.index(said[key].value) if key in said else 0 for key in place_of], np.int64
    )
    state[(state == 0) & _settled(opened, saved)] = STATES.index(RELABELLED)
    return Board(saved, place_of, check, state, _sides(opened, saved), said)


def _settled(opened: Opened, saved: Saved) -> np.ndarray:
    """bool (F,): the suggested answer is the item's label now."""
    tasks, catalog = opened.workspace.tasks, opened.catalog
    tags = {tag_column(tag): number for number, tag in enumerate(tasks.tag_names)}
    rows = opened.place_of.get_indexer([one.item_ids[0] for one in saved.findings])
    settled = np.zeros(len(rows), bool)
    for at, (one, row) in enumerate(zip(saved.findings, rows, strict=True)):
        if row < 0 or one.suggested is None:
            continue
        if one.task in tags:
            wanted = {TRUE: 1, FALSE: 0}.get(one.suggested)
            settled[at] = catalog.tags[row, tags[one.task]] == wanted
        elif one.suggested in tasks.classes:
            settled[at] = tasks.classes.index(one.suggested) == catalog.category[row]
    return settled


def _sides(opened: Opened, saved: Saved) -> np.ndarray:
    ids = [item_id for one in saved.findings for item_id in one.item_ids]
    whose = np.repeat(np.arange(len(saved.findings)), [len(one.item_ids) for one in saved.findings])
    rows = opened.place_of.get_indexer(ids)
    part = opened.catalog.rows["split"].to_numpy(dtype=object)[rows]
    sides = np.zeros((len(saved.findings), len(PARTS)), bool)
    for number, name in enumerate(PARTS):
        sides[whose[(part == name) & (rows >= 0)], number] = True
    return sides


# Which are shown.

def filter_of(session: Session) -> Filter:
    """What the place says; words that make no sense count as none."""
    place = session.place(PAGE)
    check, state, side = place.get("check"), place.get("state", OPEN), place.get("of")
    return Filter(
        check if check in CHECK_NAMES else None,
        state if state in (*STATES, "all") else OPEN,
        side if side in PARTS else None,
    )


def matching(
    board: Board, *, check: str | None = None, state: str = "all", side: str | None = None
) -> np.ndarray:
    """bool (F,)."""
    found = np.ones(len(board), bool)
    if check is not None:
        found &= board.check == CHECK_NAMES.index(check)
    if state != "all":
        found &= board.state == STATES.index(state)
    if side is not None:
        found &= board.sides[:, PARTS.index(side)]
    return found


def listed(board: Board, session: Session) -> np.ndarray:
    """int64: rows of the findings that the place's filter lets through, in their order."""
    wanted = filter_of(session)
    return np.flatnonzero(
        matching(board, check=wanted.check, state=wanted.state, side=wanted.side)
    )


def looked_at(board: Board, session: Session, rows: np.ndarray) -> tuple[int, int]:
    """(page, row): the open page of the list, and the finding that is looked at.

    The row is -1 without any. A finding that the filter does not let through (it was decided,
    or a link names it) is looked at all the same.
    """
    place = session.place(PAGE)
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    at = place.get("at", "")
    page = min(int(at), pages - 1) if at.isdecimal() and len(at) < 8 else 0
    row = board.place_of.get(place.get("finding", ""), -1)
    position = int(np.searchsorted(rows, row))
    if 0 <= row and position < len(rows) and rows[position] == row:
        return position // ROWS_A_PAGE, row
    if row < 0 and len(rows):
        return page, int(rows[page * ROWS_A_PAGE])
    return page, row


def narrow(session: Session, data: Mapping[str, Any]) -> Session:
    """Another filter; what it does not name stays."""
    names = {"check": CHECK_NAMES, "state": (*STATES, "all"), "of": PARTS}
    words = {name: data[name] if data[name] in known else None
             for name, known in names.items() if name in data}
    return session.put(PAGE, **words, at=None, finding=None, item=None)


def turn(session: Session, data: Mapping[str, Any]) -> Session:
    """Another page of the list, counted from 0."""
    page = data.get("page")
    at = page if isinstance(page, int) and 0 < page < 10**7 else None
    return session.put(PAGE, at=at, finding=None, item=None)


def look(session: Session, data: Mapping[str, Any]) -> Session:
    """The finding to look at; ``item``: which of its items is looked at apart."""
    item = data.get("item")
    return session.put(PAGE, finding=str(data.get("finding")),
                       item=None if item is None else str(item))


def move_on(board: Board, before: np.ndarray, session: Session, done: Collection[str]) -> Session:
    """Look at the finding after those that were decided.

    Args:
        board: after the decision.
        before: rows that were listed when it was made.
    """
    decided = {board.place_of[key] for key in done}
    left = set(listed(board, session).tolist()) - decided
    last = max((place for place, row in enumerate(before) if row in decided), default=-1)
    following = [row for row in before[last + 1:] if row in left]
    earlier = [row for row in before[: last + 1][::-1] if row in left]
    row = next(iter(following), earlier[0] if earlier else None)
    key = None if row is None else board.keys[row]
    return session.put(PAGE, finding=key, at=None, item=None)
