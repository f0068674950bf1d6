"""Two models on the same items: what B mends, what it breaks, and whether that can be luck."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.decide import decide
from core.metrics.evaluation import unseen
from core.predictions.table import Predictions


@dataclass(frozen=True)
class Pairing:
    """Two models' answers to the same labelled items, each right or wrong.

    Attributes:
        item_ids: object (N,), the labelled items that both models answered.
        a_right, b_right: bool (N,).
    """

    item_ids: np.ndarray
    a_right: np.ndarray
    b_right: np.ndarray

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
        1.0 when the models differ on no item.
        """
        from scipy.stats import binomtest  # takes a second to import, so not at the app's start

        mended, broken = len(self.mended), len(self.broken)
        if mended + broken == 0:
            return 1.0
        return float(binomtest(mended, mended + broken, 0.5).pvalue)

    def to_json(self) -> dict[str, Any]:
        """Counts, shares right, their difference with its 95 % interval, and the p-value."""
        n = len(self.item_ids)
        difference, low, high = bootstrap_difference(self.a_right, self.b_right)
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
    tags = {
        tag: _pair(both.item_ids, both.tags[:, t], called[0][:, t], called[1][:, t])
        for t, tag in enumerate(items.tasks.tag_names)
    }
    return Comparison(int((~fresh).sum()), _pair(both.item_ids, both.category, *best), tags)


def _pair(ids: np.ndarray, labels: np.ndarray, a: np.ndarray, b: np.ndarray) -> Pairing:
    labelled = labels >= 0
    return Pairing(ids[labelled], (a == labels)[labelled], (b == labels)[labelled])


def bootstrap_difference(
    a: np.ndarray, b: np.ndarray, *, seed: int = 0, resamples: int = 2000
) -> tuple[float, float, float]:
    """B's mean minus A's over the same items, with a 95 % paired bootstrap interval.

    Args:
        a, b: float or bool (N,): one figure per item, such as right or wrong.

    Returns:
        (difference, low, high); NaN where there are no items.
    """
    difference = b.astype(np.float64) - a.astype(np.float64)
    if len(difference) == 0:
        return (float("nan"),) * 3
    rng = np.random.default_rng(seed)
    # Only how often each value is drawn matters: with three values this costs O(resamples).
    values, counts = np.unique(difference, return_counts=True)
    drawn = rng.multinomial(len(difference), counts / len(difference), size=resamples)
    means = drawn @ values / len(difference)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)
