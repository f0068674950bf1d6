"""How sure the figures are that are no plain share: 95 % intervals by the bootstrap.

Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13. Counts are drawn
again, not rows (multinomial), which costs the same for a hundred items and for a million.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.decide import decide
from core.metrics.calibration import BINS, expected_calibration_error, reliability
from core.metrics.confusion import confusion
from core.metrics.intervals import Z95
from core.predictions.table import Predictions

RESAMPLES = 1000
STRETCHES = 250
"""Places to which a longer ranking is cut for resampling."""
RANKINGS = 500
"""Resamples of a ranking, which has hundreds of counts."""

AT_ONCE = 4_000_000
"""Numbers that are drawn at a time."""

Interval = list[float] | None


def part_intervals(items: Catalog, scores: Predictions, thresholds: Mapping[str, float],
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
    accepted = decide(scores, thresholds)
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
    from scipy.sparse import csr_array

    row, column = np.nonzero(matrix)  # a thousand classes meet in few of a million cells
    counts, k = matrix[row, column], len(matrix)
    if not len(counts):
        return None
    cell = np.arange(len(counts))
    ends = csr_array((np.ones(2 * len(cell)), (np.tile(cell, 2), np.concatenate([row, column]))),
                     shape=(len(cell), k))
    hits = np.flatnonzero(row == column)
    rng, total = np.random.default_rng(seed), int(counts.sum())
    step, found = max(1, AT_ONCE // max(len(counts), k)), []
    for start in range(0, RESAMPLES, step):
        drawn = rng.multinomial(total, counts / total, size=min(step, RESAMPLES - start))
        occurs, twice = drawn @ ends, np.zeros((len(drawn), k))
        twice[:, row[hits]] = 2 * drawn[:, hits]
        f1 = np.divide(twice, occurs, out=np.zeros(twice.shape), where=occurs > 0)
        found.append(f1.sum(axis=1) / (occurs > 0).sum(axis=1))
    return _middle(np.concatenate(found))


def f1_interval(tp: int, fp: int, fn: int, tn: int, *, seed: int = 0) -> Interval:
    """Of ``scores.binary_figures``' F1; None where it is undefined."""
    drawn = _redrawn(np.array([tp, fp, fn, tn]), seed)
    if drawn is None or tp + fp + fn == 0:
        return None
    below = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    return _middle(np.divide(2 * drawn[:, 0], below, out=np.full(len(below), np.nan),
                             where=below > 0))


def ece_interval(confidence: np.ndarray, right: np.ndarray, *, seed: int = 0) -> Interval:
    """Of ``calibration.expected_calibration_error``; None without items.

    The estimate plus and minus 1.96 bootstrap standard errors, kept in [0, 1]: resampling
    adds noise to every bin, so the percentiles would lie too high. Each bin keeps its mean
    confidence; what varies is how many items lie in it and how many of them are right.
    """
    estimate = expected_calibration_error(confidence, right)
    if estimate is None:
        return None
    counts, sure, share = reliability(confidence, right)
    hits = np.round(np.nan_to_num(share) * counts).astype(np.int64)
    drawn = _redrawn(np.concatenate([hits, counts - hits]), seed)
    hit, all_ = drawn[:, :BINS], drawn[:, :BINS] + drawn[:, BINS:]
    found = np.abs(hit - all_ * np.nan_to_num(sure)).sum(axis=1) / counts.sum()
    half = Z95 * float(found.std())
    return [max(0.0, estimate - half), min(1.0, estimate + half)]


def ap_interval(labels: np.ndarray, scores: np.ndarray, *, seed: int = 0) -> Interval:
    """Of average precision; None without positives.

    Args:
        labels: int (N,): 1 tagged, 0 not, -1 unlabelled (left out).
        scores: float (N,).

    Each item is drawn a Poisson number of times: much faster than drawing exactly N, and the
    same for a figure that does not depend on N.
    """
    order = np.argsort(-scores, kind="stable")
    order = order[labels[order] >= 0]
    positive, ranked = labels[order] == 1, scores[order]
    if not positive.any():
        return None
    tie = np.cumsum(np.append(False, ranked[1:] != ranked[:-1]))
    together = tie * STRETCHES // (tie[-1] + 1) if tie[-1] >= STRETCHES else tie
    shift = 0.0
    if together is not tie:  # so fine a cut moves the figure a little: move it back
        shift = float(average_precision_of_counts(*_by_place(tie, positive))[0]
                      - average_precision_of_counts(*_by_place(together, positive))[0])
    hits, misses = _by_place(together, positive)
    rng = np.random.default_rng(seed)
    drawn = [rng.poisson(side, (RANKINGS, side.shape[1])) for side in (hits, misses)]
    found = _middle(average_precision_of_counts(*drawn))
    return found and [min(1.0, max(0.0, value + shift)) for value in found]


def _by_place(place: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int (1, P): positives and negatives at each place of the ranking."""
    size = int(place[-1]) + 1
    return (np.bincount(place[positive], minlength=size)[None],
            np.bincount(place[~positive], minlength=size)[None])


def average_precision_of_counts(hits: np.ndarray, misses: np.ndarray) -> np.ndarray:
    """float (R,) from counts by place (R, P), best place first; NaN without positives."""
    found = np.cumsum(hits, axis=1)
    called = found + np.cumsum(misses, axis=1)
    precision = np.divide(found, called, out=np.zeros(found.shape), where=called > 0)
    total = found[:, -1]
    return np.divide((hits * precision).sum(axis=1), total,
                     out=np.full(len(total), np.nan), where=total > 0)


def _redrawn(counts: np.ndarray, seed: int) -> np.ndarray | None:
    """int (RESAMPLES, len(counts)): the counts of as many items, drawn again."""
    total = int(counts.sum())
    if total == 0:
        return None
    return np.random.default_rng(seed).multinomial(total, counts / total, size=RESAMPLES)


def _middle(values: np.ndarray) -> Interval:
    """The middle 95 %; undefined resamples (NaN) are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    return [float(value) for value in np.quantile(known, [0.025, 0.975])]
