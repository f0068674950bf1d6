"""Slices that people saved in a workspace: slices.json, with who saved what, and when."""

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.decisions.bundle import now
from core.errors import SliceError
from core.files import write_json
from core.metrics.slices.conditions import Condition, read_conditions

FILE = "slices.json"
MOST_SAVED = 200
LONGEST_NAME = 80

_writing = threading.Lock()


@dataclass(frozen=True)
class Saved:
    """One saved slice.

    Attributes:
        id: 12 hex digits, for links.
        name: what people call it; distinct among those in force.
        conditions: all of which an item must fulfil.
        by, at: who saved it, and when (UTC, ISO 8601).
        removed_by, removed_at: who took it off the list, and when; "" while it is on it.
    """

    id: str
    name: str
    conditions: tuple[Condition, ...]
    by: str
    at: str
    removed_by: str = ""
    removed_at: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "conditions": [one.to_json() for one in self.conditions]}


def saved_slices(root: Path) -> list[Saved]:
    """Those in force, in the order in which they were saved.

    Args:
        root: the workspace's folder.

    Raises:
        SliceError: the file is damaged.
    """
    return [one for one in _read(root) if not one.removed_at]


def saved_slice(root: Path, key: str) -> Saved:
    """One of them, also when it is not on the list any more: links keep working.

    Raises:
        SliceError: there is none.
    """
    for one in _read(root):
        if one.id == key:
            return one
    raise SliceError("this slice is not among the saved ones any more; choose another one")


def save_slice(root: Path, name: str, conditions: Sequence[Condition], by: str) -> Saved:
    """Add one to the list.

    Raises:
        SliceError: no name, one that is taken, no conditions, or too many slices.
        StorageError: it cannot be written; the list is as it was.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise SliceError(f"give the slice a name of 1 to {LONGEST_NAME} characters")
    if not conditions:
        raise SliceError("a slice needs a condition, otherwise it is the whole catalog; add one")

    def add(known: list[Saved]) -> Saved:
        now_on = [one for one in known if not one.removed_at]
        if any(one.name.casefold() == name.casefold() for one in now_on):
            raise SliceError(f"there is a slice {name!r} already; choose another name")
        if len(now_on) >= MOST_SAVED:
            raise SliceError(f"{MOST_SAVED} slices are saved already; remove one first")
        known.append(Saved(secrets.token_hex(6), name, tuple(conditions), by, now()))
        return known[-1]

    return _change(root, add)


def remove_slice(root: Path, key: str, by: str) -> Saved:
    """Take one off the list; the file keeps it, with who removed it.

    Raises:
        SliceError: it is not on the list.
        StorageError: it cannot be written.
    """
    def remove(known: list[Saved]) -> Saved:
        for place, one in enumerate(known):
            if one.id == key and not one.removed_at:
                known[place] = Saved(one.id, one.name, one.conditions, one.by, one.at, by, now())
                return known[place]
        raise SliceError("this slice is not on the list any more; reload the page")

    return _change(root, remove)


def _change(root: Path, change: Callable[[list[Saved]], Saved]) -> Saved:
    """Read, change and write the list as one step, also against other processes."""
    from fcntl import LOCK_EX, flock

    with _writing, (root / f".{FILE}.lock").open("a") as lock:
        flock(lock, LOCK_EX)
        known = _read(root)
        changed = change(known)
        write_json(root / FILE, {"slices": [one.to_json() for one in known]})
    return changed


def _read(root: Path) -> list[Saved]:
    path = root / FILE
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return [Saved(**{**one, "conditions": read_conditions(one["conditions"])})
                for one in value["slices"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, SliceError) as error:
        raise SliceError(f"{path} is damaged ({error}); mend it, or remove it") from error
