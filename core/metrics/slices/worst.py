"""The parts of a catalog in which a model is worse than elsewhere, by more than luck.

Every level of every facet, and every two of them together, is a candidate when enough items lie
in it. Its share is tested against that of all other items (Fisher's exact test, one-sided: the
hypergeometric distribution), that of two conditions also inside each of the two, where it must
be worse again: so the parts of a bad slice are no finds of their own. The false discovery rate
over all candidates is held by Benjamini and Hochberg (JRSS B 57, 1995). Photos of one group are
alike, and the test takes them as independent: look at how many groups a slice holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from core.errors import SliceError
from core.metrics.intervals import wilson
from core.metrics.slices.conditions import Condition, level_condition, mask_of
from core.metrics.slices.facets import YES, Facet, Facets
from core.metrics.slices.figures import share_of
from core.progress import Progress, silent

FLOOR = 20
"""Items that a slice needs at least."""

FALSE_SHARE = 0.05
"""Share of false alarms among what is reported."""

STILL = 0.01
"""How surely a slice must be worse without the items of those told before it."""

MOST = 50
MOST_LOOKED_AT = 500
"""Candidates, the surest first, that are looked at for being more than those before them."""


@dataclass(frozen=True)
class Worst:
    """A slice in which a share is lower than in the rest.

    Attributes:
        conditions: one or two.
        hits, support: items that count, of the items that the share rests on.
        rest_hits, rest_support: the same of all other items.
        p: of so low a share by chance, one-sided; of two conditions the largest of the three
            tests.
        q: ``p`` corrected for all candidates.
    """

    conditions: tuple[Condition, ...]
    hits: int
    support: int
    rest_hits: int
    rest_support: int
    p: float
    q: float

    @property
    def share(self) -> float:
        return self.hits / self.support

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson."""
        return wilson(self.hits, self.support)

    @property
    def rest(self) -> float:
        return self.rest_hits / self.rest_support

    @property
    def excess(self) -> float:
        """Wrong items beyond what the rest's share would leave wrong."""
        return (self.rest - self.share) * self.support


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes:
        key: the share.
        candidates: slices that were tested.
        found: the surest first.
    """

    key: str
    candidates: int
    found: tuple[Worst, ...]


def worst_slices(facets: Facets, key: str, *, floor: int = FLOOR, pairs: bool = True,
                 most: int = MOST, progress: Progress = silent) -> Search:
    """Search all slices of one condition, and of two.

    From the surest down, a slice is reported when it is still worse without the items of those
    reported before it: neither its parts nor its alias are told again.

    Args:
        key: one of ``share_keys``.
        floor: items that a slice, and its rest, need at least.
        progress: told (levels done, all); may raise Cancelled.

    Raises:
        SliceError: no such share.
    """
    hit, counted = share_of(facets.judged, key)
    if floor < 1:
        raise SliceError(f"a slice needs at least 1 item, got {floor}; 20 is a good floor")
    table = _Levels(facets, key, hit, counted, floor)
    tested = table.candidates(floor, pairs, progress)
    if not len(tested.support):
        return Search(key, 0, ())
    alone, p, q = _tested(tested, int((hit & counted).sum()), int(counted.sum()))
    sure = np.flatnonzero(q <= FALSE_SHARE)
    sure = sure[np.argsort(alone[sure], kind="stable")][:MOST_LOOKED_AT]
    found = [table.describe(tested, place, p, q, hit & counted) for place in sure]
    return Search(key, len(p), tuple(islice(_told_once(facets, found, hit, counted), most)))


@dataclass(frozen=True)
class _Tested:
    """C candidates: int64 (C,) each; ``second`` is -1 for those of one condition."""

    first: np.ndarray
    second: np.ndarray
    support: np.ndarray
    hits: np.ndarray


class _Levels:
    """One column for every level with enough items, told apart by right and wrong items."""

    def __init__(self, facets: Facets, key: str, hit: np.ndarray, counted: np.ndarray, floor: int):
        from scipy.sparse import csr_array  # takes a while to import, so not at the app's start

        self.of: list[tuple[Facet, int]] = []
        rows, columns = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        place = np.cumsum(counted) - 1
        for facet in _searched(facets, key):
            codes = np.where(counted, facet.codes, -1)
            enough = np.bincount(codes[codes >= 0], minlength=len(facet.levels)) >= floor
            if facet.key.startswith(("tag:", "tagged:")):
                enough &= np.array(facet.levels) == YES
            column = np.where(enough, np.cumsum(enough) - 1 + len(self.of), -1)
            inside = np.flatnonzero((codes >= 0) & enough[codes])
            rows.append(place[inside])
            columns.append(column[codes[inside]])
            self.of += [(facet, int(level)) for level in np.flatnonzero(enough)]
        row, column = np.concatenate(rows), np.concatenate(columns)
        self.total, size = int(counted.sum()), len(self.of)
        there = np.ones(len(row), bool)
        self.items = csr_array((there, (column, row)), shape=(size, self.total))
        self.levels = csr_array((there, (row, 2 * column + hit[counted][row])),
                                shape=(self.total, 2 * size))

    def candidates(self, floor: int, pairs: bool, progress: Progress) -> _Tested:
        """Every level, and every two that are not the same question, with enough items.

        Much faster than a product of sparse tables: the levels of a level's items are counted.
        """
        question = np.array([_question(facet.key) for facet, _ in self.of])
        parts = [np.empty((4, 0), np.int64)]
        for first in range(len(self.of)):
            progress(first, len(self.of))
            own = self.items.indices[self.items.indptr[first]:self.items.indptr[first + 1]]
            met = np.bincount(self.levels[own].indices, minlength=2 * len(self.of)).reshape(-1, 2)
            support = met.sum(axis=1)
            others = (support >= floor) & (question != question[first]) & pairs
            others[: first + 1] = False
            others[first] = True  # the level alone
            second = np.flatnonzero(others & (self.total - support >= floor))
            alone = np.where(second == first, -1, second)
            parts.append(np.stack([np.full(len(second), first), alone, support[second],
                                   met[second, 1]]))
        return _Tested(*np.concatenate(parts, axis=1))

    def describe(self, tested: _Tested, place: int, p: np.ndarray, q: np.ndarray,
                 hit: np.ndarray) -> Worst:
        columns = [c for c in (tested.first[place], tested.second[place]) if c >= 0]
        hits, support = int(tested.hits[place]), int(tested.support[place])
        return Worst(tuple(level_condition(*self.of[c]) for c in columns), hits, support,
                     int(hit.sum()) - hits, self.total - support,
                     float(p[place]), float(q[place]))


def _searched(facets: Facets, key: str) -> Iterator[Facet]:
    """Facets of the catalog; none that gives away the answer to the share's own question."""
    own = key.partition(":")[2]
    for name in facets.keys:
        kind, _, tag = name.partition(":")
        if kind in ("side", "right", "outcome", "result") or (own and tag == own and kind in (
                "tag", "tagged")):
            continue
        yield facets.facet(name)


def _question(key: str) -> str:
    """Equal for a label and the model's answer to it: together they say right or wrong."""
    kind, colon, name = key.partition(":")
    return "category" if kind in ("label", "answer") else (
        f"tag:{name}" if kind in ("tag", "tagged") and colon else key)


def _tested(tested: _Tested, hits: int,
            total: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """float64 (C,) each: p against all others, the largest p, and q of the latter."""
    from scipy.stats import false_discovery_control

    alone = _so_few(tested.hits, tested.support, hits, total)
    single = np.flatnonzero(tested.second < 0)
    whole = np.zeros((2, int(max(tested.first.max(), tested.second.max())) + 1), np.int64)
    whole[:, tested.first[single]] = tested.support[single], tested.hits[single]
    p = alone.copy()
    for part in (tested.first, tested.second):
        support, right = whole[:, part]
        # where support is 0, nearly every item has the level: as in the whole
        asked = (tested.second >= 0) & (support > 0) & (p <= FALSE_SHARE)
        inside = _so_few(tested.hits[asked], tested.support[asked], right[asked], support[asked])
        p[asked] = np.maximum(p[asked], inside)
    return alone, p, false_discovery_control(p)


def _so_few(hits: np.ndarray, of: np.ndarray, all_hits: np.ndarray | int,
            total: np.ndarray | int) -> np.ndarray:
    """float64 (C,): chance of at most ``hits`` hits when ``of`` of ``total`` are drawn.

    1 where there are about as many as expected or more (less than half a standard deviation
    below): the exact number would cost time and decide nothing.
    """
    from scipy.stats import hypergeom

    all_hits, total = (np.broadcast_to(x, hits.shape).astype(np.float64) for x in (all_hits, total))
    share = all_hits / np.maximum(total, 1)
    spread = np.sqrt(of * share * (1 - share) * (total - of) / np.maximum(total - 1, 1))
    few = np.flatnonzero(hits < of * share - spread / 2)
    p = np.ones(len(hits))
    p[few] = np.clip(hypergeom.cdf(hits[few], total[few], all_hits[few], of[few]), 0, 1)
    return p


def _told_once(facets: Facets, found: list[Worst], hit: np.ndarray,
               counted: np.ndarray) -> Iterator[Worst]:
    """Those that are worse than the rest also without the items of the earlier ones."""
    from scipy.stats import hypergeom

    left = counted.copy()
    for one in found:
        own = mask_of(facets, one.conditions)
        new = own & left
        p = hypergeom.cdf((new & hit).sum(), left.sum(), (left & hit).sum(), new.sum())
        if new.any() and p <= STILL:
            left &= ~own
            yield one
