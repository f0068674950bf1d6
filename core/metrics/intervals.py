"""How sure a share is, given how few items it rests on."""

from math import sqrt

Z95 = 1.959963984540054
"""97.5 % point of the standard normal distribution, for two-sided 95 % intervals."""


def wilson(hits: int, trials: int, z: float = Z95) -> tuple[float, float] | None:
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
