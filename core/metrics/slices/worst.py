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
from core.metrics.slices.figures import ALL_RIGHT, share_keys, share_of

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
                 most: int = MOST) -> Search:
    """Search all slices of one condition, and of two.

    From the surest down, a slice is reported when it is still worse without the items of those
    reported before it: neither its parts nor its alias are told again.

    Args:
        key: one of ``share_keys``.
        floor: items that a slice, and its rest, need at least.

    Raises:
        SliceError: no such share.
    """
    hit, counted = share_of(facets.judged, key)
    if floor < 1:
        raise SliceError(f"a slice needs at least 1 item, got {floor}; 20 is a good floor")
    table = _Levels(facets, key, counted, floor)
    tested = table.candidates(hit, floor, pairs)
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
    """One column for every level with enough items."""

    def __init__(self, facets: Facets, key: str, counted: np.ndarray, floor: int):
        from scipy.sparse import csr_array  # takes a while to import, so not at the app's start

        self.of: list[tuple[Facet, int]] = []
        rows, columns = [], []
        place = np.cumsum(counted) - 1
        for facet in _searched(facets, key):
            codes = np.where(counted, facet.codes, -1)
            enough = np.bincount(codes[codes >= 0], minlength=len(facet.levels)) >= floor
            if facet.key.startswith(("tag:", "tagged:")):
                enough[:] &= np.array(facet.levels) == YES
            column = np.where(enough, np.cumsum(enough) - 1 + len(self.of), -1)
            inside = np.flatnonzero((codes >= 0) & enough[codes])
            rows.append(place[inside])
            columns.append(column[codes[inside]])
            self.of += [(facet, int(level)) for level in np.flatnonzero(enough)]
        rows, columns = (np.concatenate([*parts, np.empty(0, np.int64)]).astype(np.int32)
                         for parts in (rows, columns))
        self.has = csr_array((np.ones(len(rows), np.int32), (rows, columns)),
                             shape=(int(counted.sum()), len(self.of)))
        self.counted = counted

    def candidates(self, hit: np.ndarray, floor: int, pairs: bool) -> _Tested:
        """Every level, and every two that are not the same question, with enough items."""
        hits = hit[self.counted]
        if not pairs or not self.of:
            support, right = (np.asarray(x.sum(axis=0)).ravel() for x in (self.has, self.has[hits]))
            first = np.arange(len(self.of))
            return self._keep(first, np.full(len(first), -1), support, right, floor)
        both, good = self.has.T @ self.has, (self.has[hits].T @ self.has[hits]).tocsr()
        both = both.tocoo()
        first, second, support = both.row, both.col, both.data
        ordered = (first <= second) & (support >= floor)
        first, second, support = first[ordered], second[ordered], support[ordered]
        right = np.asarray(good[first, second]).ravel() if len(first) else support
        apart = np.array([_question(facet.key) for facet, _ in self.of])
        single = first == second
        keep = single | (apart[first] != apart[second])
        second = np.where(single, -1, second)
        return self._keep(first[keep], second[keep], support[keep], right[keep], floor)

    def _keep(self, first: np.ndarray, second: np.ndarray, support: np.ndarray,
              right: np.ndarray, floor: int) -> _Tested:
        total = int(self.counted.sum())
        keep = (support >= floor) & (total - support >= floor)
        return _Tested(*(x[keep].astype(np.int64) for x in (first, second, support, right)))

    def describe(self, tested: _Tested, place: int, p: np.ndarray, q: np.ndarray,
                 hit: np.ndarray) -> Worst:
        columns = [c for c in (tested.first[place], tested.second[place]) if c >= 0]
        hits, support = int(tested.hits[place]), int(tested.support[place])
        return Worst(tuple(level_condition(*self.of[c]) for c in columns), hits, support,
                     int(hit.sum()) - hits, int(self.counted.sum()) - support,
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
    from scipy.stats import false_discovery_control, hypergeom

    alone = np.clip(hypergeom.cdf(tested.hits, total, hits, tested.support), 0, 1)
    single = np.flatnonzero(tested.second < 0)
    whole = np.zeros((2, int(max(tested.first.max(), tested.second.max())) + 1), np.int64)
    whole[:, tested.first[single]] = tested.support[single], tested.hits[single]
    p, pair = alone.copy(), tested.second >= 0
    for part in (tested.first, tested.second):
        support, right = whole[:, part]
        known = pair & (support > 0)  # else nearly every item is in it, as in the whole
        inside = hypergeom.cdf(tested.hits[known], support[known], right[known],
                               tested.support[known])
        p[known] = np.maximum(p[known], np.clip(inside, 0, 1))
    return alone, p, false_discovery_control(p)


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
