"""The log as columns: everything that is in force at one moment, millions of rows at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import numpy as np
import sqlalchemy as sa

from core.annotations.answer import is_vote
from core.annotations.log import AnnotationLog, log_path, undone_saves
from core.annotations.schema import annotations, items, words
from core.workspace import Workspace

BLOCK = 1 << 16
"""Rows that the database joins to one text."""

SEPARATOR = "\x1f"


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
        rows = _rows(connection, len(item), len(word), self._last)
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
    last = connection.scalar(sa.select(sa.func.max(number))) or 0
    texts = np.full(max(last + 1, len(known)), "", object)
    texts[: len(known)] = known
    for start in range(len(known), last + 1, BLOCK):
        block = sa.select(number, column).where(number.between(start, start + BLOCK - 1))
        rows = block.order_by(number).subquery()
        count, first, final, joined = connection.execute(sa.select(
            sa.func.count(), sa.func.min(rows.c.number), sa.func.max(rows.c.number),
            sa.func.aggregate_strings(rows.c[column.name], SEPARATOR),
        )).one()
        found = joined.split(SEPARATOR) if count else []
        if count and len(found) == count == final - first + 1:
            texts[first : final + 1] = found
        else:  # numbers without a text between them, or a text with the separator in it
            for place, text in connection.execute(block):
                texts[place] = text
    return texts


def _rows(connection: sa.Connection, n_items: int, n_words: int, after: int) -> list[np.ndarray]:
    """item, task, value, annotator, source, save of the annotations with numbers above.

    The database packs each row into as few numbers as hold it, and joins thousands of rows
    to one text, which numpy reads: three times as fast as a Python object for each.
    """
    table = annotations.c
    last, last_save = (connection.scalar(sa.select(sa.func.max(number))) or 0
                       for number in (table.number, table.save))
    columns = [table.item, table.task, table.value, table.annotator, table.source, table.save]
    groups = _packing([n_items, n_words, n_words, n_words, n_words, last_save + 1])
    packed = [sum(columns[at] * 2**shift for at, shift, _ in group) for group in groups]
    parts = [np.empty((0, len(groups)), np.int64)]
    for start in range(after + 1, last + 1, BLOCK):
        rows = sa.select(*(one.label(f"c{at}") for at, one in enumerate(packed))).where(
            table.number.between(start, start + BLOCK - 1)
        ).order_by(table.number).subquery()
        line = reduce(lambda left, right: left + " " + right, (sa.cast(c, sa.Text) for c in rows.c))
        joined = connection.scalar(sa.select(sa.func.aggregate_strings(line, " ")))
        if joined:
            parts.append(np.fromstring(joined, np.int64, sep=" ").reshape(-1, len(groups)))
    flat = np.concatenate(parts)
    return [
        (flat[:, number] >> shift) & (2**bits - 1)
        for number, group in enumerate(groups) for _, shift, bits in group
    ]


def _packing(sizes: Sequence[int]) -> list[list[tuple[int, int, int]]]:
    """How columns of values below these sizes share numbers of 63 bits, one after the other.

    Returns:
        For each number its columns as (place among all, bits to shift by, bits of its own).
    """
    groups, used = [[]], 0
    for place, size in enumerate(sizes):
        bits = max(1, int(size - 1).bit_length())
        if used + bits > 63:
            groups.append([])
            used = 0
        groups[-1].append((place, used, bits))
        used += bits
    return groups
