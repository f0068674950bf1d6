"""Which saved thresholds are in use: an append-only record of promotions and roll-backs.

Beside the bundles ``v1.json``, ``v2.json``, ... of a model lie ``p1.json``, ``p2.json``, ...:
each says that from then on another of the versions is in use. A saved version is in use from
its own saving on, unless it was saved as a draft.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import DecisionError
from core.files import write_once

PROMOTED, ROLLED_BACK = "promoted", "rolled back"


@dataclass(frozen=True)
class Promotion:
    """One record.

    Attributes:
        event: ``promoted`` or ``rolled back``.
        version: in use from then on.
        after: the newest version that was saved by then.
        model_id: weights that the version is for.
        by, at, note: who, when (UTC, ISO 8601), and why.
    """

    event: str
    version: int
    after: int
    model_id: str
    by: str
    at: str
    note: str = ""


def numbered(folder: Path, letter: str) -> list[int]:
    """Numbers of the files ``<letter>N.json`` in a folder (which may not exist), ascending."""
    found = (re.fullmatch(rf"{letter}(\d+)\.json", path.name) for path in folder.glob("*.json"))
    return sorted(int(match[1]) for match in found if match)


def read_promotions(folder: Path) -> list[Promotion]:
    """All records of a model, the oldest first.

    Raises:
        DecisionError: one is damaged.
    """
    return [_read(folder / f"p{number}.json") for number in numbered(folder, "p")]


def record(folder: Path, promotion: Promotion) -> None:
    """Write as the next record; never over another one, even with two writers at once."""
    number = max(numbered(folder, "p"), default=0) + 1
    while not write_once(folder / f"p{number}.json", asdict(promotion)):
        number += 1


def in_use(
    saved: Sequence[int], drafts: Collection[int], records: Sequence[Promotion]
) -> list[int]:
    """Versions in use one after the other, what was rolled back left out; the last is in use.

    Args:
        saved: all versions for one model's weights, ascending, without 0.
        drafts: those of them that saving did not put into use.
        records: for the same weights.

    Returns:
        At least [0], what training chose; each roll-back takes away what lay on top.
    """
    stack, waiting = [0], [version for version in saved if version not in drafts]
    for one in [*records, None]:
        while waiting and (one is None or waiting[0] <= one.after):
            stack.append(waiting.pop(0))
        if one is None or one.version not in (0, *saved):
            continue
        if one.event == ROLLED_BACK and one.version in stack:
            stack = stack[: len(stack) - stack[::-1].index(one.version)]
        elif stack[-1] != one.version:
            stack.append(one.version)
    return stack


def _read(path: Path) -> Promotion:
    try:
        return Promotion(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise DecisionError(f"{path} is no record of a promotion ({error}); remove it") from error
