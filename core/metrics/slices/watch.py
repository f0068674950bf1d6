"""One figure of a slice from model to model, on the very same items."""

from dataclasses import dataclass

import numpy as np

from core.errors import PredictionsError
from core.metrics import grouped
from core.metrics.judged import Judged
from core.metrics.slices.figures import ECE, MACRO_F1, by_level, interval_of, share_of

MOST_DRAWN = 20_000
"""Groups that are drawn again; more are first put together by lot, which keeps them whole.
Figures that are no shares are drawn item by item, and only up to so many items."""


@dataclass(frozen=True)
class Change:
    """B's figure minus A's on the same items.

    Attributes:
        value: None where either is undefined.
        interval: 95 %, groups drawn together (``grouped.groups_of``); None where undefined, or for a
            figure that is no share over more than MOST_DRAWN items.
        n: items that both have answered.
    """

    value: float | None
    interval: list[float] | None
    n: int

    @property
    def sure(self) -> bool:
        """The interval leaves out that nothing has changed."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]


def figure(judged: Judged, key: str) -> tuple[float | None, list[float] | None, int]:
    """A figure over all of these items, its 95 % interval, and the items it rests on."""
    found = by_level(judged, np.zeros(len(judged), np.int64), 1, key)
    value, support = float(found.value[0]), int(found.support[0])
    return (None, None, support) if np.isnan(value) else (value, interval_of(judged, key), support)


def change(a: Judged, b: Judged, key: str, seed: int = 0) -> Change:
    """How a figure moves from one model to another.

    Args:
        a, b: two models' answers to exactly the same items, in the same order.

    Raises:
        PredictionsError: the items differ.
        SliceError: there is no such figure.
    """
    if not np.array_equal(a.catalog.item_ids, b.catalog.item_ids):
        raise PredictionsError("two models are compared on the same items; join them by id first")
    codes = grouped.groups_of(a.catalog) % MOST_DRAWN
    if key.partition(":")[0] not in (MACRO_F1, ECE, "f1", "ap"):
        sums = [_sums(one, key, codes) for one in (a, b)]
        drawn = grouped.difference(_ratio(*sums[1]), _ratio(*sums[0]))
        codes = np.arange(len(sums[0][0]))
    elif len(a) > MOST_DRAWN:
        before, after = (figure(one, key)[0] for one in (a, b))
        return Change(None if None in (before, after) else after - before, None, len(a))
    else:
        drawn = grouped.difference(_drawn(b, key), _drawn(a, key))
    found = grouped.with_intervals({"change": drawn}, codes, seed=seed)["change"]
    return Change(found["value"], found["interval"], len(a))


def _sums(judged: Judged, key: str, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float64 (G,), float64 (G,): of each group the items that count, and those it rests on."""
    hit, counted = share_of(judged, key)
    size = int(codes.max(initial=-1)) + 1
    return (np.bincount(codes, hit & counted, size), np.bincount(codes, counted, size))


def _ratio(hits: np.ndarray, counted: np.ndarray) -> grouped.Figure:
    def drawn(times: np.ndarray) -> np.ndarray:
        below = times @ counted
        return np.divide(times @ hits, below, out=np.full(len(below), np.nan), where=below > 0)

    return drawn


def _drawn(judged: Judged, key: str) -> grouped.Figure:
    """The figure as a function of how often each item is drawn."""
    labels, tasks = judged.catalog.category, judged.catalog.tasks
    if key == MACRO_F1:
        return grouped.macro_f1(labels, judged.best, len(tasks.classes))
    if key == ECE:
        sure = judged.predictions.category.max(axis=1)
        return grouped.ece(sure, judged.right, labels >= 0)
    name, _, tag = key.partition(":")
    number = tasks.tag_names.index(tag)
    truth = judged.catalog.tags[:, number]
    if name == "f1":
        return grouped.f1(truth, judged.called[:, number])
    return grouped.average_precision(truth, judged.predictions.tags[:, number])
