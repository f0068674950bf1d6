"""How sure a share is, given how few items it rests on."""

from math import sqrt

import numpy as np
from scipy.special import stdtrit

Z95 = 1.959963984540054
"""97.5 % point of the standard normal distribution, for two-sided 95 % intervals."""


def wilson(hits: float, trials: float, z: float = Z95) -> tuple[float, float] | None:
    """Score interval of a proportion; holds its coverage down to a handful of trials.

    E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927), p. 209-212.

    Returns:
        (low, high) in [0, 1] around ``hits / trials``; None without trials.
    """
    if trials <= 0:
        return None
    share, z2 = hits / trials, z * z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = z / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == trials else min(1.0, middle + half)
    return low, high


def wilson_of_groups(right: np.ndarray, groups: np.ndarray) -> tuple[float, float] | None:
    """Score interval of a share of items that come in groups, for items of other groups.

    Photos of one seller are alike, so they tell less than as many of different sellers: Wilson's
    interval for as many independent items as would vary as much. E. Korn, B. Graubard,
    "Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data", Survey Methodology 24 (1998), p. 193-201. Where all or none
    are right, each group counts as one item.

    Args:
        right: bool (N,). groups: int (N,), 0 to G - 1, none of them empty; G at least 2.

    Returns:
        (low, high) in [0, 1]; that of ``wilson`` where every item is its own group; None
        without items.
    """
    n, count = len(right), int(groups.max(initial=-1)) + 1
    if count == n:
        return wilson(int(right.sum()), n)
    share = float(right.mean())
    if share in (0, 1):
        return wilson(share * count, count)
    apart = np.bincount(groups, right - share)
    variance = count / (count - 1) * float(apart @ apart) / n**2
    wider = (stdtrit(count - 1, 0.975) / Z95) ** 2
    as_many = min(1.0, share * (1 - share) / n / max(variance * wider, 1e-12)) * n
    return wilson(share * as_many, as_many)


def wilson_all(hits: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """``wilson`` of many shares at once.

    Args:
        hits, trials: int (X,).

    Returns:
        float64 (X, 2): [low, high]; NaN without trials.
    """
    n = np.asarray(trials, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, z2 = np.asarray(hits, np.float64) / n, Z95**2
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    low = np.where(share == 0, 0.0, np.maximum(middle - half, 0.0))
    high = np.where(share == 1, 1.0, np.minimum(middle + half, 1.0))
    return np.where(n[:, None] > 0, np.stack([low, high], axis=1), np.nan)
