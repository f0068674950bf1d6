"""Two models on the same items: what B mends, what it breaks, and whether that can be luck."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.decide import decide
from core.metrics.evaluation import unseen
from core.metrics.grouped import groups_of
from core.predictions.table import Predictions


@dataclass(frozen=True)
class Pairing:
    """Two models' answers to the same labelled items, each right or wrong.

    Attributes:
        item_ids: object (N,), the labelled items that both models answered.
        a_right, b_right: bool (N,).
        groups: int (N,), see ``grouped.groups_of``; None where each item is its own.
    """

    item_ids: np.ndarray
    a_right: np.ndarray
    b_right: np.ndarray
    groups: np.ndarray | None = None

    @property
    def mended(self) -> np.ndarray:
        """Ids of items that A has wrong and B right."""
        return self.item_ids[~self.a_right & self.b_right]

    @property
    def broken(self) -> np.ndarray:
        """Ids of items that A has right and B wrong."""
        return self.item_ids[self.a_right & ~self.b_right]

    @property
    def both_right(self) -> int:
        return int((self.a_right & self.b_right).sum())

    @property
    def both_wrong(self) -> int:
        return int((~self.a_right & ~self.b_right).sum())

    def mcnemar(self) -> float:
        """Exact two-sided McNemar test: the p-value of as uneven a split of the changes.

        McNemar, "Note on the sampling error of the difference between correlated
        proportions or percentages", Psychometrika 1947; the exact (binomial) form.
        1.0 when the models differ on no item. It takes items as independent; the interval of
        the difference draws groups together.
        """
        from scipy.stats import binomtest  # takes a second to import, so not at the app's start

        mended, broken = len(self.mended), len(self.broken)
        if mended + broken == 0:
            return 1.0
        return float(binomtest(mended, mended + broken, 0.5).pvalue)

    def to_json(self) -> dict[str, Any]:
        """Counts, shares right, their difference with its 95 % interval, and the p-value."""
        n = len(self.item_ids)
        difference, low, high = bootstrap_difference(
            self.a_right, self.b_right, self.groups
        )
        return {
            "n": n,
            "a": float(self.a_right.mean()) if n else None,
            "b": float(self.b_right.mean()) if n else None,
            "difference": difference if n else None,
            "difference_interval": [low, high] if n else None,
            "both_right": self.both_right,
            "both_wrong": self.both_wrong,
            "mended": len(self.mended),
            "broken": len(self.broken),
            "p_value": self.mcnemar(),
        }


@dataclass(frozen=True)
class Answers:
    """One model's side of a comparison.

    Attributes:
        predictions: its scores.
        thresholds: by tag.
        seen: content hashes of the photos that it was fitted on.
    """

    predictions: Predictions
    thresholds: Mapping[str, float]
    seen: Collection[str] = frozenset()


@dataclass(frozen=True)
class Comparison:
    """Two models on the items that both answered and neither was fitted on.

    Attributes:
        left_out_seen: items left out because one of the models was fitted on their photo.
        category: pairing on the most likely class.
        tags: by tag, pairing on the decision at each model's own threshold.
    """

    left_out_seen: int
    category: Pairing
    tags: dict[str, Pairing]

    def to_json(self) -> dict[str, Any]:
        return {
            "left_out_seen": self.left_out_seen,
            "category": self.category.to_json(),
            "tags": {tag: pairing.to_json() for tag, pairing in self.tags.items()},
        }


def compare(items: Catalog, a: Answers, b: Answers) -> Comparison:
    """Pair two models' answers on the same items, joined by id.

    Args:
        items: the labelled items to judge on, as a rule ``catalog.part("heldout")``.
    """
    fresh = unseen(items, a.seen) & unseen(items, b.seen)
    known = items.where(fresh)
    _, in_a = a.predictions.align(known.item_ids)
    _, in_b = b.predictions.align(known.item_ids)
    both = known.where(in_a & in_b)
    scores = [side.predictions.align(both.item_ids)[0] for side in (a, b)]
    best = [side.top[:, 0] for side in scores]
    called = [decide(side, own.thresholds) for side, own in zip(scores, (a, b))]
    groups = groups_of(both)
    tags = {
        tag: _pair(both.item_ids, groups, both.tags[:, t], called[0][:, t], called[1][:, t])
        for t, tag in enumerate(items.tasks.tag_names)
    }
    category = _pair(both.item_ids, groups, both.category, *best)
    return Comparison(int((~fresh).sum()), category, tags)


def _pair(
    ids: np.ndarray, groups: np.ndarray, labels: np.ndarray, a: np.ndarray, b: np.ndarray
) -> Pairing:
    known = labels >= 0
    return Pairing(ids[known], (a == labels)[known], (b == labels)[known], groups[known])


def bootstrap_difference(
    a: np.ndarray, b: np.ndarray, groups: np.ndarray | None = None, *, seed: int = 0,
    resamples: int = 2000,
) -> tuple[float, float, float]:
    """B's mean minus A's over the same items, with a 95 % paired bootstrap interval.

    Args:
        a, b: float or bool (N,): one figure per item, such as right or wrong.
        groups: int (N,) of items that are drawn together; None where each is drawn alone.

    Returns:
        (difference, low, high); NaN where there are no items.
    """
    difference = b.astype(np.float64) - a.astype(np.float64)
    if len(difference) == 0:
        return (float("nan"),) * 3
    codes = np.arange(len(difference)) if groups is None else groups
    sums, sizes = np.bincount(codes, difference), np.bincount(codes)
    # Only how often each kind of group is drawn matters: alone, items are of three kinds.
    kinds, counts = np.unique(np.stack([sums, sizes])[:, sizes > 0], axis=1, return_counts=True)
    n_groups, rng = int(counts.sum()), np.random.default_rng(seed)
    drawn = rng.multinomial(n_groups, counts / n_groups, size=resamples)
    means = drawn @ kinds[0] / (drawn @ kinds[1])
    low, high = np.quantile(means, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)
