"""How sure the figures are that are no plain share: 95 % intervals by the bootstrap.

Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13. Figures that
follow from counts are resampled as counts (multinomial), which costs the same for a hundred
items and for a million.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.decide import accept, thresholds_of
from core.metrics.calibration import BINS, expected_calibration_error
from core.metrics.confusion import confusion
from core.metrics.intervals import Z95
from core.predictions.table import Predictions

RESAMPLES = 1000
MOST_DRAWS = 20_000_000
"""Items times resamples up to which items themselves are resampled."""

Interval = list[float] | None


def part_intervals(items: Catalog, scores: Predictions, thresholds: dict[str, float],
                   seed: int = 0) -> dict[str, Any]:
    """Intervals of what ``evaluate_part`` gives without one.

    Args:
        items: N items, none of them seen by the model.
        scores: of exactly these items, in their order.

    Returns:
        ``macro_f1``, ``ece`` and ``tags``: by name ``ap`` and ``f1``; each [low, high], or None
        where the figure is undefined.
    """
    labels, best, classes = items.category, scores.top[:, 0], items.tasks.classes
    known = labels >= 0
    cuts = thresholds_of(items.tasks.tag_names, thresholds)
    accepted = accept(scores.tags, cuts)
    tags = {}
    for index, tag in enumerate(items.tasks.tag_names):
        truth, called = items.tags[:, index], accepted[:, index]
        counts = [int(((truth == is_on) & (called == is_called)).sum())
                  for is_on, is_called in ((1, True), (0, True), (1, False), (0, False))]
        tags[tag] = {"f1": f1_interval(*counts, seed=seed),
                     "ap": ap_interval(truth, scores.tags[:, index], seed=seed)}
    return {
        "macro_f1": macro_f1_interval(confusion(labels, best, len(classes)), seed=seed),
        "ece": ece_interval(scores.category.max(axis=1)[known], (best == labels)[known], seed=seed),
        "tags": tags,
    }


def macro_f1_interval(matrix: np.ndarray, *, seed: int = 0) -> Interval:
    """Of ``scores.macro_f1``; None without items.

    Args:
        matrix: int (K, K), rows: label.
    """
    drawn = _redrawn(matrix.ravel(), seed)
    if drawn is None:
        return None
    cubes = drawn.reshape(-1, *matrix.shape)
    occurs = cubes.sum(axis=1) + cubes.sum(axis=2)
    twice = 2 * np.diagonal(cubes, axis1=1, axis2=2)
    f1 = np.divide(twice, occurs, out=np.zeros(twice.shape), where=occurs > 0)
    return _middle(f1.sum(axis=1) / (occurs > 0).sum(axis=1))


def f1_interval(tp: int, fp: int, fn: int, tn: int, *, seed: int = 0) -> Interval:
    """Of ``scores.binary_figures``' F1; None where it is undefined."""
    drawn = _redrawn(np.array([tp, fp, fn, tn]), seed)
    if drawn is None or tp + fp + fn == 0:
        return None
    below = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    return _middle(np.divide(2 * drawn[:, 0], below, out=np.full(len(below), np.nan),
                             where=below > 0))


def ece_interval(confidence: np.ndarray, right: np.ndarray, *, seed: int = 0) -> Interval:
    """Of ``calibration.expected_calibration_error``; None without items or with too many.

    The estimate plus and minus 1.96 bootstrap standard errors, kept in [0, 1]: resampling
    adds noise to every bin, so the percentiles would lie too high.
    """
    n = len(confidence)
    estimate = expected_calibration_error(confidence, right)
    if estimate is None or n * 100 > MOST_DRAWS:
        return None
    place = np.clip(np.ceil(confidence.astype(np.float64) * BINS).astype(np.int64) - 1, 0, BINS - 1)
    gap = np.zeros((n, BINS))
    gap[np.arange(n), place] = right - confidence.astype(np.float64)
    found = _over_items(n, lambda times: np.abs(times @ gap).sum(axis=1) / n, seed)
    half = Z95 * float(found.std())
    return [max(0.0, estimate - half), min(1.0, estimate + half)]


def ap_interval(labels: np.ndarray, scores: np.ndarray, *, seed: int = 0) -> Interval:
    """Of average precision; None without positives or with too many items.

    Args:
        labels: int (N,): 1 tagged, 0 not, -1 unlabelled (left out).
        scores: float (N,).
    """
    order = np.argsort(-scores, kind="stable")
    order = order[labels[order] >= 0]
    positive, sorted_scores = labels[order] == 1, scores[order]
    n = len(order)
    if not positive.any() or n * 100 > MOST_DRAWS:
        return None
    ends = np.flatnonzero(np.append(sorted_scores[1:] != sorted_scores[:-1], True))

    def average_precision(times: np.ndarray) -> np.ndarray:
        hits = np.cumsum(times * positive, axis=1)[:, ends]
        called = np.cumsum(times, axis=1)[:, ends]
        precision = np.divide(hits, called, out=np.zeros(hits.shape), where=called > 0)
        gained = np.diff(hits, axis=1, prepend=0)
        total = hits[:, -1]
        return np.divide((gained * precision).sum(axis=1), total,
                         out=np.full(len(total), np.nan), where=total > 0)

    return _middle(_over_items(n, average_precision, seed))


def _redrawn(counts: np.ndarray, seed: int) -> np.ndarray | None:
    """int (RESAMPLES, len(counts)): the counts of as many items, drawn again."""
    total = int(counts.sum())
    if total == 0:
        return None
    return np.random.default_rng(seed).multinomial(total, counts / total, size=RESAMPLES)


def _over_items(n: int, figure: Callable[[np.ndarray], np.ndarray], seed: int) -> np.ndarray:
    """The figure of each resample; ``figure`` gets how often each item is drawn, (R, n)."""
    rng = np.random.default_rng(seed)
    resamples = min(RESAMPLES, MOST_DRAWS // n)
    at_once = max(1, 2_000_000 // n)
    parts = []
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = rng.integers(0, n, (size, n)) + np.arange(size)[:, None] * n
        parts.append(figure(np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)))
    return np.concatenate(parts)


def _middle(values: np.ndarray) -> Interval:
    """The middle 95 %; undefined resamples (NaN) are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    return [float(value) for value in np.quantile(known, [0.025, 0.975])]
