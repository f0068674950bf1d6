"""From scores to answers: the one place where a threshold is applied."""

from collections.abc import Mapping

import numpy as np

from core.errors import DecisionError
from core.predictions.table import Predictions


def decide(predictions: Predictions, thresholds: Mapping[str, float]) -> np.ndarray:
    """Which tags each item gets: ``score >= threshold``, so a tie is accepted.

    Scores are compared as float64 (numpy would round a Python float to float32 first), so
    that the answer is the same here, in the counts of ``cut_counts`` and in the browser.

    Args:
        thresholds: one for every tag of ``predictions.tasks``, in [0, 1].

    Returns:
        bool (N, T).

    Raises:
        DecisionError: a tag has no threshold.
    """
    return accept(predictions.tags, thresholds_of(predictions.tasks.tag_names, thresholds))


def accept(scores: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """bool (N, T): ``scores`` (N, T) at or above their tag's cut (float64 (T,))."""
    return scores.astype(np.float64, copy=False) >= np.asarray(cuts, np.float64)


def thresholds_of(tags: tuple[str, ...], thresholds: Mapping[str, float]) -> np.ndarray:
    """float64 (T,): the thresholds in the order of ``tags``.

    Raises:
        DecisionError: a tag has no threshold.
    """
    missing = [tag for tag in tags if tag not in thresholds]
    if missing:
        raise DecisionError(
            f"tag {missing[0]!r} has no threshold; the decision bundle has one for"
            f" {', '.join(thresholds) or 'no tag'}; save thresholds for this model"
        )
    return np.array([thresholds[tag] for tag in tags], np.float64)
