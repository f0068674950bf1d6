"""Coefficients of agreement between people, from counts of their votes. None where undefined."""

import numpy as np


def observed_agreement(counts: np.ndarray) -> float | None:
    """Share of pairs of votes on the same item that are equal.

    Args:
        counts: int (N, V): votes for each value; items with fewer than two have no pairs.
    """
    votes = counts.sum(axis=1)
    pairs = (votes * (votes - 1)).sum()
    return float((counts * (counts - 1)).sum() / pairs) if pairs else None


def specific_agreement(counts: np.ndarray, value: int) -> float | None:
    """Chance that a second voter gives ``value`` where a first one did (Cicchetti & Feinstein).

    Args:
        counts: as for ``observed_agreement``.
    """
    own, votes = counts[:, value], counts.sum(axis=1)
    pairs = (own * (votes - 1)).sum()
    return float((own * (own - 1)).sum() / pairs) if pairs else None


def fleiss_kappa(counts: np.ndarray) -> float | None:
    """Fleiss (1971): agreement beyond chance of any number of people.

    Items may have different numbers of votes (each item weighs the same, as Gwet 2014 has
    it); items with fewer than two are left out. None where all votes are equal.
    """
    counts = counts[counts.sum(axis=1) >= 2].astype(np.float64)
    if not len(counts):
        return None
    votes = counts.sum(axis=1, keepdims=True)
    observed = ((counts * (counts - 1)).sum(axis=1) / (votes * (votes - 1))[:, 0]).mean()
    expected = ((counts / votes).mean(axis=0) ** 2).sum()
    return _beyond_chance(observed, expected)


def krippendorff_alpha(counts: np.ndarray) -> float | None:
    """Krippendorff (2011) for nominal values: 1 - observed / expected disagreement.

    Allows missing votes; items with fewer than two are left out. None where all are equal.
    """
    counts = counts[counts.sum(axis=1) >= 2].astype(np.float64)
    if not len(counts):
        return None
    votes = counts.sum(axis=1)
    n = votes.sum()
    observed = ((counts * (counts - 1)).sum(axis=1) / (votes - 1)).sum() / n
    totals = counts.sum(axis=0)
    expected = (totals * (totals - 1)).sum() / (n * (n - 1))
    return _beyond_chance(observed, expected)


def cohen_kappa(matrix: np.ndarray) -> float | None:
    """Cohen (1960): agreement beyond chance of two people.

    Args:
        matrix: int (V, V): items by the first's (row) and the second's (column) value.
    """
    n = matrix.sum()
    if not n:
        return None
    observed = np.trace(matrix) / n
    expected = (matrix.sum(axis=0) / n) @ (matrix.sum(axis=1) / n)
    return _beyond_chance(observed, expected)


def one_against_rest(counts: np.ndarray, value: int) -> np.ndarray:
    """int (N, 2): counts as if people had only said whether it is ``value``."""
    return np.stack([counts.sum(axis=1) - counts[:, value], counts[:, value]], axis=1)


def _beyond_chance(observed: float, expected: float) -> float | None:
    # Only one value was ever given: agreement is certain and says nothing.
    return None if expected > 1 - 1e-12 else float((observed - expected) / (1 - expected))
