"""The annotation logs behind the open workspaces: one connection pool and one reader for each."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from core.annotations.log import AnnotationLog, log_path
from core.annotations.records import Reader, Records, no_records
from core.workspace import Workspace

KEPT = 8
"""Logs that stay open; the one longest unused is closed first."""


@dataclass
class _Kept:
    log: AnnotationLog
    reader: Reader
    lock: threading.Lock = field(default_factory=threading.Lock)


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


def records_of(workspace: Workspace) -> Records:
    """Everything in force; reads only what is new since it was last asked."""
    if not log_path(workspace).exists():
        return no_records()
    kept = _open(workspace)
    with kept.lock:
        return kept.reader.records()


def _open(workspace: Workspace) -> _Kept:
    path = log_path(workspace)
    with _lock:
        if not path.exists():
            AnnotationLog.of(workspace).close()
        place = (str(path), path.stat().st_ino)  # a workspace made anew has another log
        if place not in _kept:
            log = AnnotationLog.of(workspace)
            _kept[place] = _Kept(log, Reader(log))
        _kept.move_to_end(place)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)[1].log.close()
        return _kept[place]
