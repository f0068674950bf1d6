"""Rules that the labels of a catalog follow, and how often labels or answers break them.

A rule speaks of two labels (a class or a tag): "polka dot items are never checked", "tartan items
are shirts". Support and confidence as for association rules (R. Agrawal, T. Imielinski,
A. Swami, SIGMOD 1993), lift as confidence over the consequent's own share; whether a rule is
more than chance by Fisher's exact test, over all pairs of labels (Benjamini and Hochberg).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalog.table import Catalog
from core.metrics.intervals import wilson, wilson_all

IMPLIES, EXCLUDES = "implies", "excludes"
FLOOR = 20
LEAST_CONFIDENCE = {IMPLIES: 0.8, EXCLUDES: 0.95}
FALSE_SHARE = 0.05
MOST = 200


@dataclass(frozen=True)
class Rule:
    """Items with label ``a`` have label ``b``, or have it not.

    Attributes:
        kind: IMPLIES or EXCLUDES.
        a, b: labels by number: K classes, then T tags. Of an exclusion ``a`` is the rarer.
        support: items labelled ``a`` on which ``b`` is labelled, too (with yes or no).
        kept: how many of them follow the rule.
        base: share of all items on which ``b`` is as the rule says.
        p, q: of so many by chance, and corrected for all pairs.
    """

    kind: str
    a: int
    b: int
    support: int
    kept: int
    base: float
    p: float
    q: float

    @property
    def broken(self) -> int:
        return self.support - self.kept

    @property
    def confidence(self) -> float:
        return self.kept / self.support

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson, of the confidence."""
        return wilson(self.kept, self.support)

    @property
    def lift(self) -> float:
        return self.confidence / self.base if self.base else float("inf")


class LabelPairs:
    """How often every two labels meet, L = K + T of them, in sparse tables."""

    def __init__(self, category: np.ndarray, tags: np.ndarray, n_classes: int):
        """Count.

        Args:
            category: int (N,); -1 where unlabelled.
            tags: int (N, T): 1 tagged, 0 not, -1 unlabelled.
        """
        from scipy.sparse import csr_array, hstack  # takes a while to import

        n = len(category)
        labelled = np.flatnonzero(category >= 0)
        classes = csr_array((np.ones(len(labelled), np.int32), (labelled, category[labelled])),
                            shape=(n, n_classes))
        has = hstack([classes, csr_array(tags == 1).astype(np.int32)], format="csr")
        gap = hstack([_spread(category < 0, n_classes), csr_array(tags < 0).astype(np.int32)],
                     format="csr")
        self.n, self.n_classes = n, n_classes
        self.counts = np.asarray(has.sum(axis=0)).ravel().astype(np.int64)
        self.gaps = np.asarray(gap.sum(axis=0)).ravel().astype(np.int64)
        self._both = (has.T @ has).tocsr()
        self._gap = (has.T @ gap).tocsr() if gap.nnz else None
        self._both_gap = (gap.T @ gap).tocsr() if gap.nnz else None

    @property
    def size(self) -> int:
        return len(self.counts)

    def both(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """int64: items that have both labels."""
        return _at(self._both, a, b)

    def first(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """int64: items that have ``a`` and an answer to ``b``."""
        return self.counts[a] - _at(self._gap, a, b)

    def known(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """int64: items with an answer to both."""
        return self.n - self.gaps[a] - self.gaps[b] + _at(self._both_gap, a, b)

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """int64, int64: every two labels once, a < b; two classes are never a pair."""
        a, b = np.triu_indices(self.size, 1)
        keep = b >= self.n_classes
        return a[keep], b[keep]


def _spread(mask: np.ndarray, width: int):
    """The same mask in every column."""
    from scipy.sparse import csr_array

    rows = np.flatnonzero(mask)
    return csr_array((np.ones(len(rows) * width, np.int32),
                      (np.repeat(rows, width), np.tile(np.arange(width), len(rows)))),
                     shape=(len(mask), width))


def _at(table, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    if table is None or not len(rows):
        return np.zeros(len(rows), np.int64)
    return np.asarray(table[rows, columns]).ravel().astype(np.int64)


def label_pairs(catalog: Catalog) -> LabelPairs:
    """Of the labels of a catalog."""
    return LabelPairs(catalog.category, catalog.tags, len(catalog.tasks.classes))


def learn_rules(labels: LabelPairs, *, floor: int = FLOOR,
                confidence: dict[str, float] = LEAST_CONFIDENCE, most: int = MOST) -> list[Rule]:
    """Implications and exclusions that hold for most items and by more than chance.

    Args:
        floor: items with ``a`` that a rule needs.
        confidence: least share of them that must follow, by kind.

    Returns:
        At most ``most``; by how sure their confidence is (its interval's lower end, as far as
        chance would not give it anyway), implications before exclusions.
    """
    a, b = labels.pairs
    both, known = labels.both(a, b), labels.known(a, b)
    implied = [_implications(labels, x, y, both, known, floor, confidence[IMPLIES])
               for x, y in ((a, b), (b, a))]
    excluded = _exclusions(labels, a, b, both, known, floor, confidence[EXCLUDES])
    rules = [rule for found in implied for rule in found]
    return [*_surest(rules)[:most], *_surest(excluded)[:most]]


def _implications(labels: LabelPairs, a: np.ndarray, b: np.ndarray, both: np.ndarray,
                  known: np.ndarray, floor: int, least: float) -> list[Rule]:
    support, others = labels.first(a, b), labels.first(b, a)
    fit = (support >= floor) & (both >= least * support)
    return _rules(IMPLIES, a, b, both, support, others, known, fit, tested=2 * len(a))


def _exclusions(labels: LabelPairs, a: np.ndarray, b: np.ndarray, both: np.ndarray,
                known: np.ndarray, floor: int, least: float) -> list[Rule]:
    rarer = labels.counts[a] <= labels.counts[b]
    a, b = np.where(rarer, a, b), np.where(rarer, b, a)
    support, without = labels.first(a, b), known - labels.first(b, a)
    kept = support - both
    fit = (support >= floor) & (kept >= least * support)
    return _rules(EXCLUDES, a, b, kept, support, without, known, fit, tested=len(a))


def _rules(kind: str, a: np.ndarray, b: np.ndarray, kept: np.ndarray, support: np.ndarray,
           consequent: np.ndarray, known: np.ndarray, fit: np.ndarray, tested: int) -> list[Rule]:
    """Of those that fit, the ones that are more than chance.

    Args:
        consequent: items on which ``b`` is as the rule says, of ``known`` with both answers.
        tested: pairs that were looked at.
    """
    from scipy.stats import false_discovery_control, hypergeom

    place = np.flatnonzero(fit)
    if not len(place):
        return []
    x, n, of, total = kept[place], support[place], consequent[place], known[place]
    p = np.clip(hypergeom.sf(x - 1, total, of, n), 0, 1)
    q = np.minimum(1, false_discovery_control(p) * max(1.0, tested / len(p)))
    return [Rule(kind, int(a[i]), int(b[i]), int(n[j]), int(x[j]), float(of[j] / total[j]),
                 float(p[j]), float(q[j]))
            for j, i in enumerate(place) if q[j] <= FALSE_SHARE]


def _surest(rules: list[Rule]) -> list[Rule]:
    """Those first whose confidence lies farthest above what chance gives."""
    if not rules:
        return []
    low = wilson_all([r.kept for r in rules], [r.support for r in rules])[:, 0]
    gain = (low - [r.base for r in rules]) / np.maximum(1 - np.array([r.base for r in rules]), 1e-9)
    order = np.lexsort(([r.b for r in rules], [r.a for r in rules], -gain))
    return [rules[place] for place in order]


def broken(labels: LabelPairs, rules: list[Rule]) -> np.ndarray:
    """int64 (R,): items that break each rule, in the labels or answers counted in ``labels``."""
    a, b = (np.array([getattr(rule, side) for rule in rules], np.int64) for side in ("a", "b"))
    both = labels.both(a, b)
    excludes = np.array([rule.kind == EXCLUDES for rule in rules], bool)
    return np.where(excludes, both, labels.first(a, b) - both)
