"""How fast people answer: items and hours of each, from the times of their saves."""

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from core.annotations.answer import SKIP
from core.annotations.log import AnnotationLog
from core.annotations.records import Records
from core.annotations.schema import saves

BREAK_SECONDS = 180.0
"""A longer time between two answers was no work."""

FEWEST = 3
"""Answers from which a speed is told."""


@dataclass(frozen=True)
class Pace:
    """One person in one queue.

    Attributes:
        annotator: their name.
        items: that they answered; skipped ones do not count.
        per_hour: items in an hour of work, breaks left out; None for too few.
        last: when they answered last, seconds since 1970.
    """

    annotator: str
    items: int
    per_hour: float | None
    last: float


class Clock:
    """Knows when each save was; asked again, it reads only what is new.

    One per log; not to be shared between threads.
    """

    def __init__(self, log: AnnotationLog):
        self._log = log
        self._times = np.zeros(1, np.int64)

    def times(self) -> np.ndarray:
        """int64 (S + 1,): microseconds since 1970 by number of the save; 0 without one."""
        after = len(self._times) - 1
        query = sa.select(saves.c.number, saves.c.time).where(saves.c.number > after)
        with self._log.store.reading() as connection:
            rows = np.array(connection.execute(query).all(), np.int64).reshape(-1, 2)
        if len(rows):
            grown = np.zeros(int(rows[:, 0].max()) + 1, np.int64)
            grown[: len(self._times)] = self._times
            grown[rows[:, 0]] = rows[:, 1]
            self._times = grown
        return self._times


def paces(records: Records, times: np.ndarray, source: str) -> list[Pace]:
    """Everybody who answered from one source, those with most items first.

    Args:
        times: int64, as ``Clock.times``.
        source: as in the log, for example ``queue:main``.
    """
    code = np.flatnonzero(records.words == source)
    if not len(code):
        return []
    skipped = np.flatnonzero(records.words == SKIP)
    own = (records.source == code[0]) & ~np.isin(records.value, skipped)
    found = []
    for person in np.unique(records.annotator[own]):
        rows = own & (records.annotator == person)
        said = np.unique(records.save[rows])
        found.append(Pace(
            str(records.words[person]), len(np.unique(records.item[rows])),
            _per_hour(times[said] / 1e6), float(times[said[-1]] / 1e6),
        ))
    return sorted(found, key=lambda pace: (-pace.items, pace.annotator))


def _per_hour(seconds: np.ndarray) -> float | None:
    """Answers in an hour of work, from the moments of N of them, ascending."""
    gaps = np.diff(seconds)
    worked = gaps[gaps <= BREAK_SECONDS]
    if len(worked) + 1 < FEWEST or worked.sum() <= 0:
        return None
    return float(len(worked) / worked.sum() * 3600)
