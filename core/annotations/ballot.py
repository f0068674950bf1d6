"""The votes on one task, item by item: what agreement and consensus are computed from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.annotations.answer import task_names, task_values
from core.annotations.present import OPEN, Votes, present, votes
from core.annotations.records import Records
from core.tasks import Tasks


@dataclass(frozen=True)
class Ballot:
    """V votes on N items for one task, ordered by item.

    Attributes:
        task: ``category`` or ``tag:<TAG>``.
        values: what can be voted for, in the order of the codes.
        item_ids: object (N,) of str.
        annotators: object (A,) of str, sorted.
        item, annotator, value: int64 (V,): places in the above.
    """

    task: str
    values: tuple[str, ...]
    item_ids: np.ndarray
    annotators: np.ndarray
    item: np.ndarray
    annotator: np.ndarray
    value: np.ndarray

    @cached_property
    def counts(self) -> np.ndarray:
        """int64 (N, values): votes for each value."""
        size = len(self.values)
        flat = np.bincount(self.item * size + self.value, minlength=len(self.item_ids) * size)
        return flat.reshape(len(self.item_ids), size)

    @cached_property
    def majority(self) -> np.ndarray:
        """int64 (N,): the value with most votes; OPEN on a tie."""
        top = self.counts.max(axis=1, keepdims=True)
        tied = (self.counts == top).sum(axis=1) > 1
        return np.where(tied, OPEN, self.counts.argmax(axis=1))

    def said_of(self, item_id: str) -> dict[str, str]:
        """Who voted for what on one item; empty where nobody did."""
        place = self._places.get(item_id)
        if place is None:
            return {}
        votes = slice(*np.searchsorted(self.item, [place, place + 1]))
        return {str(self.annotators[who]): self.values[value] for who, value in zip(
            self.annotator[votes], self.value[votes], strict=True)}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {item_id: place for place, item_id in enumerate(self.item_ids)}

    @property
    def wide(self) -> np.ndarray:
        """float64 (N, A): each person's value, NaN where they did not vote."""
        table = np.full((len(self.item_ids), len(self.annotators)), np.nan)
        table[self.item, self.annotator] = self.value
        return table

    def where(self, mask: np.ndarray) -> "Ballot":
        """The votes on the items for which ``mask`` (bool (N,)) holds."""
        kept = mask[self.item]
        return Ballot(
            self.task, self.values, self.item_ids[mask], self.annotators,
            (np.cumsum(mask) - 1)[self.item[kept]], self.annotator[kept], self.value[kept],
        )

    def pair_matrices(self) -> dict[tuple[int, int], np.ndarray]:
        """For each two people with items in common: int64 (values, values), first one's in rows."""
        people, size = len(self.annotators), len(self.values)
        found: dict[int, int] = {}
        for shift in range(1, int(self.counts.sum(axis=1).max(initial=0))):
            same = np.flatnonzero(self.item[shift:] == self.item[:-shift])
            other = same + shift
            cell = (self.annotator[same] * people + self.annotator[other]) * size
            cell = (cell + self.value[same]) * size + self.value[other]
            for code, count in zip(*np.unique(cell, return_counts=True), strict=True):
                found[int(code)] = found.get(int(code), 0) + int(count)
        matrices: dict[tuple[int, int], np.ndarray] = {}
        for code, count in found.items():
            pair, cell = divmod(code, size * size)
            matrix = matrices.setdefault(divmod(pair, people), np.zeros((size, size), np.int64))
            matrix[divmod(cell, size)] = count
        return dict(sorted(matrices.items()))

    def against_majority(self, annotator: int) -> np.ndarray:
        """int64 (values, values): items by majority (row) and this person's vote; ties left out."""
        size = len(self.values)
        own = (self.annotator == annotator) & (self.majority[self.item] != OPEN)
        cell = self.majority[self.item[own]] * size + self.value[own]
        return np.bincount(cell, minlength=size * size).reshape(size, size)


def ballots(records: Records, tasks: Tasks) -> list[Ballot]:
    """One for each task, the category first; of the items that anybody voted on."""
    cast = votes(records, tasks)
    people = np.unique(cast.annotator)
    people = people[np.argsort(records.words[people].astype(str), kind="stable")]
    rank = np.zeros(len(records.words), np.int64)
    rank[people] = np.arange(len(people))
    return [
        _ballot(cast, code, name, task_values(tasks, name), records, people, rank)
        for code, name in enumerate(task_names(tasks))
    ]


def settled(ballot: Ballot, records: Records, tasks: Tasks) -> np.ndarray:
    """bool (N,): items for which somebody has set the answer to the ballot's task by hand.

    Corrections win over votes: no vote changes these any more.
    """
    state = present(records.where(~records.is_vote), tasks)
    done = state.item[state.task == task_names(tasks).index(ballot.task)]
    return pd.Index(ballot.item_ids).isin(records.items[done])


def open_ballots(records: Records, tasks: Tasks) -> list[Ballot]:
    """``ballots`` without the items whose answer was set by hand."""
    return [one.where(~settled(one, records, tasks)) for one in ballots(records, tasks)]


def _ballot(
    cast: Votes, code: int, name: str, values: tuple[str, ...], records: Records,
    people: np.ndarray, rank: np.ndarray,
) -> Ballot:
    own = np.flatnonzero(cast.task == code)
    own = own[np.lexsort((rank[cast.annotator[own]], cast.item[own]))]
    items, item = np.unique(cast.item[own], return_inverse=True)
    return Ballot(
        name, values, records.items[items], records.words[people], item,
        rank[cast.annotator[own]], cast.value[own],
    )
