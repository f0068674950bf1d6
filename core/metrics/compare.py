"""Two models on the same items: what B mends, what it breaks, and whether that can be luck."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest


@dataclass(frozen=True)
class Pairing:
    """Two models' category answers to the same labelled items.

    Attributes:
        item_ids: object (N,), the labelled items that both models answered.
        a_right, b_right: bool (N,): was the most likely class the label?
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
        mended, broken = len(self.mended), len(self.broken)
        if mended + broken == 0:
            return 1.0
        return float(binomtest(mended, mended + broken, 0.5).pvalue)


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
