"""The annotation logs behind the open workspaces: one connection pool and one reader for each."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from core.annotations.board import KINDS, Entry, newest_entry, standing
from core.annotations.log import AnnotationLog, log_path
from core.annotations.pace import Clock
from core.annotations.records import Reader, Records, no_records
from core.workspace import Workspace
from webapp.actions.person import who

KEPT = 8
"""Logs that stay open; the one longest unused is closed first."""


@dataclass
class _Kept:
    log: AnnotationLog
    reader: Reader
    clock: Clock
    lock: threading.Lock = field(default_factory=threading.Lock)
    board: tuple[int, list[Entry]] = (0, [])


_kept: OrderedDict[tuple[str, int], _Kept] = OrderedDict()
_lock = threading.Lock()


def log_of(workspace: Workspace) -> AnnotationLog:
    """The workspace's log, made on first use.

    Raises:
        AnnotationError, StorageError: it cannot be opened or made.
    """
    return _open(workspace).log


def newest_save(workspace: Workspace) -> int:
    """Number of the last save; 0 where nobody has labelled anything (no log is made)."""
    return _open(workspace).log.newest_save if log_path(workspace).exists() else 0


def changed_since(workspace: Workspace, save: int, but: str) -> dict[str, int]:
    """Who else has changed labels after a save: name -> of how many items, the latest first.

    Args:
        but: the name of the person who asks, as the browser gives it.
    """
    if not log_path(workspace).exists():
        return {}
    found = _open(workspace).log.changed_since(save)
    found.pop(who(but), None)
    return found


def records_of(workspace: Workspace, as_of: int | None = None) -> Records:
    """Everything in force; reads only what is new since it was last asked.

    Args:
        as_of: number of the last save to count; None for all.
    """
    if not log_path(workspace).exists():
        return no_records()
    kept = _open(workspace)
    with kept.lock:
        return kept.reader.records(as_of)


def times_of(workspace: Workspace) -> np.ndarray:
    """When each save was, see ``core.annotations.pace.Clock``."""
    if not log_path(workspace).exists():
        return np.zeros(1, np.int64)
    kept = _open(workspace)
    with kept.lock:
        return kept.clock.times()


def board_of(workspace: Workspace, *kinds: str) -> list[Entry]:
    """What stands on the team's board of some kinds, the oldest first."""
    if not log_path(workspace).exists():
        return []
    kept = _open(workspace)
    with kept.lock:
        newest = newest_entry(kept.log)
        if kept.board[0] != newest:
            kept.board = newest, standing(kept.log, *KINDS)
        return [entry for entry in kept.board[1] if entry.kind in kinds]


def newest_on_board(workspace: Workspace) -> int:
    """Number of the board's last entry; 0 without any."""
    return newest_entry(_open(workspace).log) if log_path(workspace).exists() else 0


def _open(workspace: Workspace) -> _Kept:
    path = log_path(workspace)
    with _lock:
        if not path.exists():
            AnnotationLog.of(workspace).close()
        place = (str(path), path.stat().st_ino)  # a workspace made anew has another log
        if place not in _kept:
            log = AnnotationLog.of(workspace)
            _kept[place] = _Kept(log, Reader(log), Clock(log))
        _kept.move_to_end(place)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)[1].log.close()
        return _kept[place]
