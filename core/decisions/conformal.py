"""Prediction sets: the classes that a photo may have, right at a chosen coverage.

Split conformal prediction with the least-ambiguous-set score (Sadinle, Lei and Wasserman,
"Least ambiguous set-valued classifiers with bounded error levels", JASA 2019): a class
belongs to the set when its probability reaches a cut, and the cut is a quantile of the
probabilities that validation items give to their own label.
"""

import math

import numpy as np

from core.errors import DecisionError


def fit_set_cut(probabilities: np.ndarray, labels: np.ndarray, coverage: float) -> float:
    """Choose the least probability with which a class enters the set.

    Args:
        probabilities: float (N, K), rows summing to 1, of validation items.
        labels: int (N,); -1 where the item has no label (left out).
        coverage: wanted share of items whose set holds their label, in (0, 1).

    Returns:
        The cut in [0, 1]. 0 (every class enters) when the labelled items are too few
        to promise ``coverage``: that takes coverage / (1 - coverage) of them.

    Raises:
        DecisionError: coverage outside (0, 1).
    """
    if not 0 < coverage < 1:
        raise DecisionError(
            f"coverage must lie between 0 and 1, got {coverage!r}; write 90 % as 0.9"
        )
    labelled = np.flatnonzero(labels >= 0)
    own = np.sort(probabilities[labelled, labels[labelled]].astype(np.float64))
    # The k-th smallest of 1 - p is the k-th largest of p. Rounding guards 0.9 * 10 = 9.000...2.
    rank = math.ceil(round((len(own) + 1) * coverage, 9))
    return float(own[len(own) - rank]) if rank <= len(own) else 0.0


def prediction_sets(probabilities: np.ndarray, cut: float) -> np.ndarray:
    """The classes that reach the cut, and always the most likely one.

    Returns:
        bool (N, K), at least one True in each row (of equals, the first class).
    """
    sets = probabilities >= cut
    if sets.size:
        sets[np.arange(len(sets)), probabilities.argmax(axis=1)] = True
    return sets


def covered(sets: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whether each labelled item has its label in its set, bool (labelled,)."""
    labelled = np.flatnonzero(labels >= 0)
    return sets[labelled, labels[labelled]]
