"""From scores to answers: the one place where a threshold is applied."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.decisions.bundle import Bundle
from core.decisions.conformal import prediction_sets
from core.decisions.cuts import Cuts
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
        review: bool (N, T): tags for a person to look at, never True for a tag without a zone
            of review; None where the bundle has no zones.
    """

    tags: np.ndarray
    none_of_these: np.ndarray | None = None
    sets: np.ndarray | None = None
    review: np.ndarray | None = None


def decide_all(predictions: Predictions, bundle: Bundle) -> Decisions:
    """All decisions of a bundle.

    Raises:
        DecisionError: a tag has no threshold.
    """
    sets = None
    if bundle.set_cut is not None:
        sets = prediction_sets(predictions.category, bundle.set_cut)
    tags = decide(predictions, bundle.thresholds)
    return Decisions(
        tags,
        none_of_these(predictions, bundle.out_of_catalog),
        sets,
        in_review(predictions, tags, bundle) if bundle.zones else None,
    )


def in_review(predictions: Predictions, decided: np.ndarray, bundle: Bundle) -> np.ndarray:
    """bool (N, T): whether a person is to look at a tag before it counts.

    Args:
        decided: bool (N, T): whether the item gets the tag. Where that contradicts the zone (a
            threshold for the item's category may), a person looks too.
    """
    review = np.zeros(decided.shape, bool)
    for index, tag in enumerate(predictions.tasks.tag_names):
        zone = bundle.zone(tag)
        if zone is None:
            continue
        scores, tagged = predictions.tags[:, index], decided[:, index]
        above = False if zone.accept is None else accept(scores, np.float64(zone.accept))
        below = ~accept(scores, np.float64(zone.reject))
        review[:, index] = ~((above & tagged) | (below & ~tagged))
    return review


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
        thresholds: one for every tag of ``predictions.tasks``, in [0, 1]; ``Cuts`` with
            thresholds for the items of a predicted category too.

    Returns:
        bool (N, T).

    Raises:
        DecisionError: a tag has no threshold, or a category with one is not predicted.
    """
    tags = predictions.tasks.tag_names
    accepted = accept(predictions.tags, thresholds_of(tags, thresholds))
    exceptions = thresholds.per_category if isinstance(thresholds, Cuts) else {}
    if not exceptions:
        return accepted
    best = predictions.category.argmax(axis=1)  # of equals the first, as Predictions.top
    for index, tag in enumerate(tags):
        for category, cut in exceptions.get(tag, {}).items():
            rows = np.flatnonzero(best == _class_number(predictions, category))
            accepted[rows, index] = accept(predictions.tags[rows, index], np.float64(cut))
    return accepted


def accept(scores: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """bool: ``scores`` (N, T) or (N,) at or above their cut (float64 (T,) or one number)."""
    cuts = np.asarray(cuts, np.float64)
    if scores.dtype != np.float32:
        return scores.astype(np.float64, copy=False) >= cuts
    # The least float32 at or above a cut says the same, without a copy of the scores.
    least = cuts.astype(np.float32)
    return scores >= np.where(least < cuts, np.nextafter(least, np.float32(np.inf)), least)


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


def _class_number(predictions: Predictions, category: str) -> int:
    classes = predictions.tasks.classes
    if category not in classes:
        raise DecisionError(
            f"a threshold is set for the category {category!r}, which is not predicted; the"
            f" categories are {', '.join(classes)}"
        )
    return classes.index(category)
