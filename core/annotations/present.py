"""What the log says now: for each item and task the answer in force, and what it rests on.

The rule, for one item and task: the latest correction stands. Without one, the answer that
most voters give wins (each person's latest vote counts); a tie is open and changes nothing.
"""

from dataclasses import dataclass

import numpy as np

from core.annotations.answer import CANNOT_TELL, NONE_OF_THESE, SKIP, task_names, task_values
from core.annotations.records import Records
from core.tasks import Tasks

UNANSWERED = -1
"""Code of CANNOT_TELL, and of NONE_OF_THESE as a label: there is none."""

OPEN = -2
"""Code where votes tie."""

DENSE = 8
"""Keys for each value up to which a place for every key is quicker than sorting."""


@dataclass(frozen=True)
class Votes:
    """The latest vote of each person on each item and task, abstentions left out.

    Attributes:
        item: int64 (V,): place in ``Records.items``.
        task: int64 (V,): place in ``task_names(tasks)``.
        value: int64 (V,): place in ``task_values(tasks, task)``.
        annotator: int64 (V,): place in ``Records.words``.
    """

    item: np.ndarray
    task: np.ndarray
    value: np.ndarray
    annotator: np.ndarray


@dataclass(frozen=True)
class Present:
    """One row for each item and task that anybody answered.

    Attributes:
        item: int64 (P,): place in ``Records.items``.
        task: int64 (P,): place in ``task_names(tasks)``.
        value: int64 (P,): place in ``task_values(tasks, task)``, UNANSWERED or OPEN.
        corrected: bool (P,): by a correction; else by votes.
        votes: int64 (P,): how many people voted.
        agreeing: int64 (P,): how many of them for ``value`` (for the leaders, where OPEN).
        record: int64 (P,): row of the correction in Records; -1 where by votes.
    """

    item: np.ndarray
    task: np.ndarray
    value: np.ndarray
    corrected: np.ndarray
    votes: np.ndarray
    agreeing: np.ndarray
    record: np.ndarray


def coded(records: Records, tasks: Tasks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Records in the terms of the tasks.

    Returns:
        int64 rows of Records that answer these tasks (skips left out), and for each of
        them int64 task and value, UNANSWERED for CANNOT_TELL.
    """
    names = task_names(tasks)
    task_of = np.full(len(records.words), -1, np.int64)
    value_of = np.full((len(names), len(records.words)), OPEN, np.int64)
    place = {word: code for code, word in enumerate(records.words)}
    for task, name in enumerate(names):
        if name in place:
            task_of[place[name]] = task
        values = {CANNOT_TELL: UNANSWERED}
        values |= {value: code for code, value in enumerate(task_values(tasks, name))}
        for value, code in values.items():
            if value in place and value != SKIP:
                value_of[task, place[value]] = code
    if not len(records):
        return (np.empty(0, np.int64),) * 3
    task = task_of[records.task]
    value = value_of[task, records.value]
    rows = np.flatnonzero((task >= 0) & (value != OPEN))
    return rows, task[rows], value[rows]


def votes(records: Records, tasks: Tasks) -> Votes:
    """Each person's latest vote; one who took to CANNOT_TELL has none."""
    rows, task, value = coded(records, tasks)
    voted = np.flatnonzero(records.is_vote[rows])
    return _votes(records, tasks, rows[voted], task[voted], value[voted])


def _votes(
    records: Records, tasks: Tasks, rows: np.ndarray, task: np.ndarray, value: np.ndarray
) -> Votes:
    """Of the rows of Records that are votes, coded."""
    item, annotator = records.item[rows], records.annotator[rows]
    n_tasks, n_words = len(task_names(tasks)), len(records.words)
    key = (item * n_tasks + task) * n_words + annotator
    latest = _last_of_each(key, len(records.items) * n_tasks * n_words)
    latest = latest[value[latest] >= 0]
    return Votes(item[latest], task[latest], value[latest], annotator[latest])


def present(records: Records, tasks: Tasks) -> Present:
    """Derive the answers in force by the rule above."""
    n_tasks = len(task_names(tasks))
    rows, task, value = coded(records, tasks)
    is_vote = records.is_vote[rows]
    voted, chosen = np.flatnonzero(is_vote), np.flatnonzero(~is_vote)
    key = records.item[rows[chosen]] * n_tasks + task[chosen]
    place = _last_of_each(key, len(records.items) * n_tasks)
    latest, corrected_key = chosen[place], key[place]
    counted = count_votes(_votes(records, tasks, rows[voted], task[voted], value[voted]), tasks)
    keys = _merged(corrected_key, counted.key)
    result = {name: np.zeros(len(keys), np.int64) for name in ("value", "votes", "agreeing")}
    at = np.searchsorted(keys, counted.key)
    result["value"][at] = counted.winner
    result["votes"][at] = counted.votes
    result["agreeing"][at] = counted.leading
    at = np.searchsorted(keys, corrected_key)
    result["value"][at] = value[latest]
    record = np.full(len(keys), -1, np.int64)
    record[at] = rows[latest]
    return Present(keys // n_tasks, keys % n_tasks, corrected=record >= 0, record=record, **result)


@dataclass(frozen=True)
class Counted:
    """Votes counted for each item and task; ``key`` is item * tasks + task, ascending.

    Attributes:
        winner: int64: the value with most votes; OPEN on a tie.
        votes, leading: int64: all votes, and those for the value(s) with most.
    """

    key: np.ndarray
    winner: np.ndarray
    votes: np.ndarray
    leading: np.ndarray


def count_votes(cast: Votes, tasks: Tasks) -> Counted:
    """The majority with ties left open."""
    names = task_names(tasks)
    width = max(len(task_values(tasks, name)) for name in names)
    both = (cast.item * len(names) + cast.task) * width + cast.value
    cell, count = np.unique(both, return_counts=True)
    key, first = np.unique(cell // width, return_index=True)
    if not len(key):
        return Counted(key, key, key, key)
    leading = np.maximum.reduceat(count, first)
    group = np.repeat(np.arange(len(key)), np.diff(np.append(first, len(cell))))
    leads = count == leading[group]
    winner = np.full(len(key), OPEN, np.int64)
    winner[group[leads]] = cell[leads] % width
    winner[np.bincount(group[leads], minlength=len(key)) > 1] = OPEN
    return Counted(key, winner, np.add.reduceat(count, first), leading)


def label_code(tasks: Tasks, task: int, value: np.ndarray) -> np.ndarray:
    """Values as a catalog's labels: NONE_OF_THESE, which is no class, becomes UNANSWERED."""
    if task == 0 and NONE_OF_THESE not in tasks.classes:
        return np.where(value == len(tasks.classes), UNANSWERED, value)
    return value


def _last_of_each(key: np.ndarray, n_keys: int) -> np.ndarray:
    """int64: the last place of each distinct key, ordered by key.

    Args:
        key: int64 (N,), in [0, n_keys).
    """
    if n_keys <= DENSE * len(key):
        last = np.full(n_keys, -1, np.int64)
        last[key] = np.arange(len(key))  # of repeated places numpy keeps the last value
        return last[last >= 0]
    _, first_from_behind = np.unique(key[::-1], return_index=True)
    return len(key) - 1 - first_from_behind


def _merged(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The distinct values of two ascending arrays, ascending (np.unique hashes: 10x slower)."""
    both = np.concatenate([first, second])
    both.sort(kind="stable")
    return both[np.diff(both, prepend=-1) != 0]
