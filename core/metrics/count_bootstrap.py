"""95 % intervals of all tags' figures by the bootstrap, from cumulative counts alone.

A resample of N items draws how many fall into each bin of scores, tagged and untagged: a
multinomial draw over the bins is exactly the same as drawing N rows again (Efron and
Tibshirani, "An introduction to the bootstrap", 1993, chapter 6), and costs the same for a
hundred items and for a million. What depends on one cut depends on four bins only.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.decisions.outcomes import Outcomes, outcomes_at
from core.decisions.thresholds import CutCounts, share
from core.metrics.bootstrap import RESAMPLES, average_precision_of_counts
from core.metrics.intervals import wilson_all
from core.predictions.fingerprint import cores

MIDDLE = (0.025, 0.975)
PLACES = 125
"""Bins to which a longer ranking is put together before average precision is drawn again: with
all 1,001 the ends move by less than from one seed to the next."""


@dataclass(frozen=True)
class Intervals:
    """[low, high] of each tag's figures at one cut: float64 (T, 2), NaN where undefined."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    predicted_rate: np.ndarray
    true_rate: np.ndarray

    def to_json(self, tags: Sequence[str]) -> dict[str, dict[str, list[float] | None]]:
        """By tag and figure [low, high], or None where undefined."""
        return {
            tag: {name: as_pair(values[t]) for name, values in vars(self).items()}
            for t, tag in enumerate(tags)
        }


def as_pair(interval: np.ndarray) -> list[float] | None:
    """(2,) for JSON: [low, high], or None where undefined."""
    return None if np.isnan(interval).any() else [float(end) for end in interval]


def cut_intervals(counts: CutCounts, cuts: np.ndarray, *, seed: int = 0) -> Intervals:
    """How sure each tag's figures are at its cut.

    Args:
        cuts: int (T,): numbers of GRID.
        seed: the same gives the same intervals.
    """
    return outcome_intervals(outcomes_at(counts, cuts), seed=seed)


def outcome_intervals(at: Outcomes, *, seed: int = 0) -> Intervals:
    """``cut_intervals`` of outcomes that were counted already.

    Where all of the items that a share rests on are alike (8 of 8 right), drawing them again
    shows no doubt at all: there the interval is Wilson's.
    """
    rng = np.random.default_rng(seed)
    cells = np.stack([at.tp, at.fp, at.fn, at.tn], axis=1)
    items = cells.sum(axis=1)
    shares = np.divide(cells, items[:, None], out=np.full(cells.shape, 0.25),
                       where=items[:, None] > 0)
    drawn = rng.multinomial(items, shares, size=(RESAMPLES, len(items)))
    again = Outcomes(*np.moveaxis(drawn, -1, 0))
    jaccard = wilson_all(at.tp, at.tp + at.fp + at.fn)
    return Intervals(
        _or(_middle(again.precision), wilson_all(at.tp, at.accepted), at.precision),
        _or(_middle(again.recall), wilson_all(at.tp, at.support), at.recall),
        # F1 = 2 J / (1 + J) rises with the share J = TP / (TP + FP + FN)
        _or(_middle(again.f1), 2 * jaccard / (1 + jaccard), at.f1),
        _or(_middle(again.predicted_rate), wilson_all(at.accepted, at.n), at.predicted_rate),
        _or(_middle(again.true_rate), wilson_all(at.support, at.n), at.true_rate),
    )


def bands(counts: CutCounts, tag: int, *, seed: int = 0) -> dict[str, np.ndarray]:
    """Intervals of one tag at every cut, drawn together, for bands around its curves.

    Returns:
        ``precision``, ``recall``, ``f1``: float64 (1001, 2), NaN where undefined.
    """
    one = counts.only(tag)
    rng = np.random.default_rng(seed)
    bins = np.concatenate([_bins(one.positives_at_or_above[0]),
                           _bins(one.negatives_at_or_above[0])])
    filled = np.flatnonzero(bins)
    drawn = np.zeros((RESAMPLES, len(bins)), np.int64)
    if len(filled):
        total = int(bins.sum())
        drawn[:, filled] = rng.multinomial(total, bins[filled] / total, size=RESAMPLES)
    tagged, untagged = np.split(drawn, 2, axis=1)
    tp, fp = (side[:, ::-1].cumsum(axis=1)[:, ::-1] for side in (tagged, untagged))
    support = tp[:, :1]
    return {
        "precision": _middle(share(tp, tp + fp)),
        "recall": _middle(share(tp, support)),
        "f1": _middle(share(2 * tp, tp + fp + support)),
    }


def ap_intervals(
    counts: CutCounts, ap: np.ndarray | None = None, *, seed: int = 0
) -> np.ndarray:
    """How sure each tag's average precision is.

    Every bin is drawn from a Poisson distribution: as a multinomial draw, with a number of
    items that varies too, which average precision does not depend on.

    Args:
        ap: float64 (T,): exact figures (from the scores); intervals are moved by what the bins
            leave out of them. None for the figures of the bins.

    Returns:
        float64 (T, 2); NaN without tagged items.
    """
    tags = range(len(counts.positives))
    seeds = np.random.SeedSequence(seed).spawn(len(counts.positives))

    def one(tag: int) -> np.ndarray:
        exact = None if ap is None else float(ap[tag])
        rng = np.random.Generator(np.random.SFC64(seeds[tag]))
        return _ap_interval(counts.only(tag), exact, rng)

    with ThreadPoolExecutor(cores()) as threads:
        return np.array(list(threads.map(one, tags)), np.float64).reshape(-1, 2)


def _ap_interval(one: CutCounts, exact: float | None, rng: np.random.Generator) -> np.ndarray:
    hits, misses = (_bins(side[0])[::-1] for side in
                    (one.positives_at_or_above, one.negatives_at_or_above))
    if not hits.sum():
        return np.full(2, np.nan)
    value = float(average_precision_of_counts(hits[None], misses[None])[0])
    hits, misses = _together(hits, misses)
    shift = (value if exact is None else exact) - float(
        average_precision_of_counts(hits[None], misses[None])[0])
    drawn = [np.stack([rng.poisson(rate, RESAMPLES) for rate in side], axis=1)
             for side in (hits, misses)]
    return np.clip(_middle(average_precision_of_counts(*drawn)) + shift, 0, 1)


def _together(hits: np.ndarray, misses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same ranking with fewer bins, best first.

    Bins without positives add to the next that has some: average precision only looks there.
    Of more than PLACES such bins neighbours are put together, with about as many positives
    each.
    """
    ends = np.flatnonzero(hits)
    if len(ends) > PLACES:
        part = np.cumsum(hits)[ends] * PLACES // (hits.sum() + 1)
        ends = ends[np.append(np.diff(part) > 0, True)]
    return tuple(np.diff(np.cumsum(side)[ends], prepend=0) for side in (hits, misses))


def _bins(at_or_above: np.ndarray) -> np.ndarray:
    """Cumulative counts (1001,) as items by bin."""
    return at_or_above - np.append(at_or_above[1:], 0)


def _middle(values: np.ndarray) -> np.ndarray:
    """float64 (X, 2) or (2,): the middle 95 % over the first axis, undefined ones left out."""
    values = np.sort(values, axis=0)  # NaN comes last
    known = (~np.isnan(values)).sum(axis=0)
    ends = []
    for end in MIDDLE:  # linear between neighbours, as numpy.quantile
        place = np.maximum(known - 1, 0) * end
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(known - 1, 0))
        below, above = (np.take_along_axis(values, at[None], axis=0)[0] for at in (low, high))
        ends.append(below + (above - below) * (place - low))
    return np.stack(ends, axis=-1)


def _or(drawn: np.ndarray, wilson: np.ndarray, figure: np.ndarray) -> np.ndarray:
    """Wilson's interval where the figure is 0 or 1, none where it is undefined."""
    certain = (figure == 0) | (figure == 1)
    found = np.where(certain[:, None], wilson, drawn)
    found[np.isnan(figure)] = np.nan
    return found
