"""The log as columns: everything that is in force at one moment, millions of rows at a time."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import numpy as np
import sqlalchemy as sa

from core.annotations.answer import is_vote
from core.annotations.log import AnnotationLog, log_path, undone_saves
from core.annotations.schema import annotations, items, words
from core.workspace import Workspace


@dataclass(frozen=True)
class Records:
    """N answers in the order in which they were saved.

    Attributes:
        items: object (I,) of str: the item ids that ``item`` counts; place 0 is unused.
        words: object (W,) of str: the texts that the codes count; place 0 is unused.
        item: int64 (N,), in [0, I).
        task, value, annotator, source: int64 (N,), in [0, W).
        save: int64 (N,): number of the save.
    """

    items: np.ndarray
    words: np.ndarray
    item: np.ndarray
    task: np.ndarray
    value: np.ndarray
    annotator: np.ndarray
    source: np.ndarray
    save: np.ndarray

    def __len__(self) -> int:
        return len(self.item)

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """item, task, value, annotator, source, save."""
        return self.item, self.task, self.value, self.annotator, self.source, self.save

    def where(self, mask: np.ndarray) -> "Records":
        """Those for which ``mask`` (bool (N,)) holds."""
        return Records(self.items, self.words, *(column[mask] for column in self.columns))

    @property
    def is_vote(self) -> np.ndarray:
        """bool (N,): votes; the others are corrections."""
        return np.array([is_vote(word) for word in self.words], bool)[self.source]


def no_records() -> Records:
    """What a workspace without annotations has."""
    texts, none = np.array([""], object), np.empty(0, np.int64)
    return Records(texts, texts, none, none, none, none, none, none)


class Reader:
    """Reads a log and keeps what it read: asked again, it reads only what is new.

    One per log; not to be shared between threads.
    """

    def __init__(self, log: AnnotationLog):
        self._log = log
        self._read = no_records()
        self._last = 0  # number of the last annotation read

    def records(self, as_of: datetime | int | None = None) -> Records:
        """All answers in force, those taken back left out.

        Args:
            as_of: a moment, or the number of the last save to count; None for now.
        """
        if isinstance(as_of, datetime):
            as_of = self._log.save_at(as_of)
        with self._log.store.reading() as connection:
            self._read_on(connection)
            undone = undone_saves(connection, as_of)
        records = self._read
        if as_of is not None:
            records = records.where(records.save <= as_of)
        if not undone:
            return records
        return records.where(~np.isin(records.save, np.fromiter(undone, np.int64)))

    def _read_on(self, connection: sa.Connection) -> None:
        newest = connection.scalar(sa.select(sa.func.max(annotations.c.number))) or 0
        if newest == self._last:
            return
        word = _texts(connection, words.c.text, self._read.words)
        item = _texts(connection, items.c.item_id, self._read.items)
        rows = _rows(connection, len(word), self._last)
        if self._last:
            rows = [np.concatenate(pair) for pair in zip(self._read.columns, rows, strict=True)]
        self._read, self._last = Records(item, word, *rows), newest


def read_records(log: AnnotationLog, as_of: datetime | int | None = None) -> Records:
    """Read all answers in force; see ``Reader.records``."""
    return Reader(log).records(as_of)


def workspace_records(workspace: Workspace, as_of: datetime | int | None = None) -> Records:
    """All answers in force; no log is made where there is none."""
    if not log_path(workspace).exists():
        return no_records()
    log = AnnotationLog.of(workspace)
    try:
        return read_records(log, as_of)
    finally:
        log.close()


def _texts(connection: sa.Connection, column: sa.Column, known: np.ndarray) -> np.ndarray:
    """Texts by their number; numbers that no text has stay empty."""
    number = column.table.c.number
    new = number >= len(known)
    count, last = connection.execute(
        sa.select(sa.func.count(), sa.func.max(number)).where(new)
    ).one()
    if not count:
        return known
    query = sa.select(column).where(new).order_by(number)
    found = np.fromiter(chain.from_iterable(connection.execute(query).cursor), object, count)
    texts = np.full(last + 1, "", object)
    texts[: len(known)] = known
    if count == last + 1 - len(known):
        texts[len(known) :] = found
    else:
        numbers = connection.execute(sa.select(number).where(new).order_by(number)).scalars()
        texts[np.fromiter(numbers, np.int64, count)] = found
    return texts


def _rows(connection: sa.Connection, n_words: int, after: int) -> list[np.ndarray]:
    """item, task, value, annotator, source, save; several to a number, which halves the reading."""
    base = n_words
    table = annotations.c
    first, second = table.task * base + table.value, table.annotator * base + table.source
    packed = [table.item * 2**31 + table.save, first * base**2 + second]
    if base**4 >= 2**63:
        packed[1:] = [first, second]
    query = sa.select(*packed).where(table.number > after).order_by(table.number)
    cursor = connection.execute(query).cursor
    flat = np.fromiter(chain.from_iterable(cursor), np.int64).reshape(-1, len(packed))
    item, save = np.divmod(flat[:, 0], 2**31)
    first, second = np.divmod(flat[:, 1], base**2) if len(packed) == 2 else flat[:, 1:].T
    return [item, *np.divmod(first, base), *np.divmod(second, base), save]
