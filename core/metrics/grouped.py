"""Figures of pooled answers, and how sure they are when whole groups are drawn again.

Photos of one sender are alike, so a sender's photos are drawn together (the cluster
bootstrap: A. Davison, D. Hinkley, "Bootstrap methods and their application", 1997, section
3.8). A figure is a function of how often each item is drawn; drawn once each, it is the plain
figure.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.table import Catalog
from core.metrics.calibration import BINS
from core.metrics.intervals import Z95

Figure = Callable[[np.ndarray], np.ndarray]
"""Times float (R, N) that each item is drawn -> float (R,); NaN where undefined."""

RESAMPLES = 1000
AT_ONCE = 4_000_000
"""Items times resamples held in memory at a time."""


FEWEST_GROUPS = 10
"""With fewer groups, as in the items of one seller, items are taken as independent: an interval
then speaks of further items of just these groups."""


def groups_of(catalog: Catalog, fewest: int = FEWEST_GROUPS) -> np.ndarray:
    """int64 (N,): each item's group, numbered from 0; items without one are their own.

    With fewer than ``fewest`` groups every item is its own.
    """
    alone = np.arange(len(catalog))
    if "group" not in catalog.rows:
        return alone
    named = pd.factorize(catalog.rows["group"])[0]
    codes = pd.factorize(np.where(named >= 0, named, len(alone) + alone))[0]
    return codes if codes.max(initial=-1) + 1 >= fewest else alone


def with_intervals(
    figures: Mapping[str, Figure], groups: np.ndarray, *, seed: int = 0,
    widened: frozenset[str] = frozenset(("ece",)),
) -> dict[str, dict[str, Any]]:
    """Each figure's value and its 95 % interval.

    Args:
        groups: (N,): what group each item is of; every group is drawn as a whole.
        widened: figures that resampling moves to one side; their interval is the value plus
            and minus 1.96 standard errors, kept in [0, 1].

    Returns:
        By name ``value`` and ``interval`` ([low, high]); None where undefined.
    """
    codes = np.unique(np.asarray(groups).astype(str), return_inverse=True)[1]
    n, size = len(codes), int(codes.max(initial=-1)) + 1
    rng = np.random.default_rng(seed)
    found: dict[str, list[np.ndarray]] = {name: [] for name in figures}
    done = 0
    while size and done < RESAMPLES:
        count = min(RESAMPLES - done, max(1, AT_ONCE // n))
        times = rng.multinomial(size, np.full(size, 1 / size), size=count)[:, codes].astype(float)
        for name, figure in figures.items():
            found[name].append(figure(times))
        done += count
    return {
        name: _described(float(figure(np.ones((1, n)))[0]) if n else np.nan, found[name],
                         name in widened)
        for name, figure in figures.items()
    }  # fmt: skip


def _described(value: float, parts: list[np.ndarray], widened: bool) -> dict[str, Any]:
    drawn = np.concatenate(parts) if parts else np.empty(0)
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(drawn):
        return {"value": None, "interval": None}
    if widened:
        half = Z95 * float(drawn.std())
        return {"value": value, "interval": [max(0.0, value - half), min(1.0, value + half)]}
    return {"value": value, "interval": [float(x) for x in np.quantile(drawn, [0.025, 0.975])]}


def mean_of(figures: list[Figure]) -> Figure:
    """The mean of the same figure over several rounds of answers."""
    return lambda times: np.mean([figure(times) for figure in figures], axis=0)


def difference(b: Figure, a: Figure) -> Figure:
    """B minus A on the very same draws."""
    return lambda times: b(times) - a(times)


def share(right: np.ndarray, known: np.ndarray) -> Figure:
    """Share of the known items that are right; both bool (N,)."""
    return lambda times: _divide(times @ (right & known), times @ known.astype(float))


def macro_f1(labels: np.ndarray, predicted: np.ndarray, n_classes: int) -> Figure:
    """As ``core.metrics.scores.macro_f1``: over classes that occur as label or as answer.

    Args:
        labels, predicted: int (N,); -1 in labels where unlabelled.
    """
    known = labels >= 0
    classes = np.arange(n_classes)
    label = ((labels[:, None] == classes) & known[:, None]).astype(float)
    answer = ((predicted[:, None] == classes) & known[:, None]).astype(float)
    hit = label * answer

    def figure(times: np.ndarray) -> np.ndarray:
        occurs = times @ (label + answer)
        f1 = np.divide(2 * (times @ hit), occurs, out=np.zeros(occurs.shape), where=occurs > 0)
        return _divide(f1.sum(axis=1), (occurs > 0).sum(axis=1))

    return figure


def ece(confidence: np.ndarray, right: np.ndarray, known: np.ndarray) -> Figure:
    """As ``core.metrics.calibration.expected_calibration_error``; each float or bool (N,)."""
    place = np.ceil(confidence.astype(np.float64) * BINS).astype(np.int64) - 1
    gap = np.zeros((len(confidence), BINS))
    gap[np.arange(len(gap)), np.clip(place, 0, BINS - 1)] = right - confidence.astype(np.float64)
    gap[~known] = 0
    return lambda times: _divide(np.abs(times @ gap).sum(axis=1), times @ known.astype(float))


def f1(truth: np.ndarray, called: np.ndarray) -> Figure:
    """Of a yes-or-no answer. ``truth`` int (N,): 1, 0, or -1 where not known; ``called`` bool."""
    hit = ((truth == 1) & called).astype(float)
    below = hit + (truth == 1) + ((truth == 0) & called)
    return lambda times: _divide(2 * (times @ hit), times @ below)


def average_precision(truth: np.ndarray, scores: np.ndarray) -> Figure:
    """As scikit-learn's ``average_precision_score``. ``truth`` int (N,): 1, 0, -1 not known."""
    order, ends = _ranked(truth, scores)
    positive = (truth[order] == 1).astype(float)

    def figure(times: np.ndarray) -> np.ndarray:
        drawn = times[:, order]
        hits = np.cumsum(drawn * positive, axis=1)[:, ends]
        called = np.cumsum(drawn, axis=1)[:, ends]
        precision = np.divide(hits, called, out=np.zeros(hits.shape), where=called > 0)
        gained = np.diff(hits, axis=1, prepend=0)
        return _divide((gained * precision).sum(axis=1), gained.sum(axis=1))

    return figure


def auc(truth: np.ndarray, scores: np.ndarray) -> Figure:
    """Area under the ROC curve; ties count half. ``truth`` int (N,): 1, 0, -1 not known."""
    order, ends = _ranked(truth, scores)
    positive = (truth[order] == 1).astype(float)

    def figure(times: np.ndarray) -> np.ndarray:
        drawn = times[:, order]
        hits = np.cumsum(drawn * positive, axis=1)[:, ends]
        alarms = np.cumsum(drawn * (1 - positive), axis=1)[:, ends]
        new = np.diff(alarms, axis=1, prepend=0)
        middle = hits - np.diff(hits, axis=1, prepend=0) / 2
        return _divide((new * middle).sum(axis=1), _last(hits) * _last(alarms))

    return figure


def _ranked(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Known items from the highest score down, and the last place of each score."""
    order = np.argsort(-scores, kind="stable")
    order = order[truth[order] >= 0]
    ranked = scores[order]
    return order, np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)[: len(ranked)])


def _last(values: np.ndarray) -> np.ndarray:
    return values[:, -1] if values.shape[1] else np.zeros(len(values))


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = np.asarray(a, float), np.asarray(b, float)
    return np.divide(a, b, out=np.full(a.shape, np.nan), where=b > 0)
