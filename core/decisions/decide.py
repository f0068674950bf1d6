"""From scores to answers: the one place where a threshold is applied."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.decisions.bundle import Bundle
from core.decisions.conformal import prediction_sets
from core.errors import DecisionError
from core.predictions.table import Predictions

OUT_OF_CATALOG = "out_of_catalog"
"""Name of the score for photos that show none of the classes."""


@dataclass(frozen=True)
class Decisions:
    """What one bundle makes of N items' scores.

    Attributes:
        tags: bool (N, T): which tags each item gets.
        none_of_these: bool (N,): probably no photo of any class; None where the model has no
            such score or the bundle no threshold for it.
        sets: bool (N, K): the classes that an item may have, at the bundle's coverage; None
            where no sets were fitted.
    """

    tags: np.ndarray
    none_of_these: np.ndarray | None = None
    sets: np.ndarray | None = None


def decide_all(predictions: Predictions, bundle: Bundle) -> Decisions:
    """All decisions of a bundle.

    Raises:
        DecisionError: a tag has no threshold.
    """
    sets = None
    if bundle.set_cut is not None:
        sets = prediction_sets(predictions.category, bundle.set_cut)
    return Decisions(
        decide(predictions, bundle.thresholds),
        none_of_these(predictions, bundle.out_of_catalog),
        sets,
    )


def none_of_these(predictions: Predictions, threshold: float | None) -> np.ndarray | None:
    """bool (N,): ``out_of_catalog`` score at or above its threshold; None without either."""
    scores = predictions.extra.get(OUT_OF_CATALOG)
    if scores is None or threshold is None:
        return None
    return accept(scores, np.float64(threshold))


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
    """bool: ``scores`` (N, T) or (N,) at or above their cut (float64 (T,) or one number)."""
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
