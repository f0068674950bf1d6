"""Choosing a threshold for a reason, from counts on the validation part."""

import numpy as np

from core.decisions.thresholds import GRID, CutCounts
from core.errors import ThresholdError

UNDECIDED = 0.5
"""Threshold of a tag for which nothing is tagged, so nothing can be learned."""


def best_f1(counts: CutCounts, tag: int) -> float:
    """The cut with the highest F1; 0.5 for a tag without positives.

    Of neighbouring cuts with equal counts the middle one, farthest from the scores on both
    sides.
    """
    if not counts.positives[tag]:
        return UNDECIDED
    f1 = np.nan_to_num(_one(counts, tag).f1[0], nan=-1)
    return _middle(f1 == f1.max(), counts, tag)


def best_f1_of_all(counts: CutCounts, tags: tuple[str, ...]) -> dict[str, float]:
    """``best_f1`` by tag; ``tags`` in the order of the counts."""
    return {tag: best_f1(counts, index) for index, tag in enumerate(tags)}


def precision_at_least(counts: CutCounts, tag: int, wanted: float) -> float:
    """Of the cuts with at least the ``wanted`` precision, one with the highest recall.

    Args:
        wanted: in (0, 1].

    Raises:
        ThresholdError: no cut is that precise (names the nearest), or nothing is tagged.
    """
    _require_wish("precision", wanted, counts, tag)
    one = _one(counts, tag)
    precision = np.nan_to_num(one.precision[0], nan=-1)
    if precision.max() < wanted:
        nearest = _best_of(precision, one.recall[0], precision >= 0)
        raise _infeasible("precision", wanted, one, _middle(nearest, counts, tag))
    best = _best_of(one.recall[0], precision, precision >= wanted)
    return _middle(best, counts, tag)


def recall_at_least(counts: CutCounts, tag: int, wanted: float) -> float:
    """Of the cuts with at least the ``wanted`` recall, one with the highest precision.

    Args:
        wanted: in (0, 1].

    Raises:
        ThresholdError: nothing is tagged (any recall is within reach otherwise, at cut 0).
    """
    _require_wish("recall", wanted, counts, tag)
    one = _one(counts, tag)
    precision = np.nan_to_num(one.precision[0], nan=-1)
    best = _best_of(precision, one.recall[0], one.recall[0] >= wanted)
    return _middle(best, counts, tag)


def _one(counts: CutCounts, tag: int) -> CutCounts:
    return CutCounts(*(values[tag : tag + 1] for values in vars(counts).values()))


def _best_of(first: np.ndarray, then: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """bool (1001,): the allowed cuts that are best by ``first`` and, of those, by ``then``."""
    best = allowed & (first == first[allowed].max())
    return best & (then == then[best].max())


def _middle(best: np.ndarray, counts: CutCounts, tag: int) -> float:
    """The middle of the longest run of equally good cuts that accept the same items."""
    cuts = np.flatnonzero(best)
    accepted = counts.positives_at_or_above[tag] + counts.negatives_at_or_above[tag]
    starts = np.flatnonzero((np.diff(cuts) > 1) | (np.diff(accepted[cuts]) != 0)) + 1
    longest = max(np.split(cuts, starts), key=len)
    return float(GRID[longest[(len(longest) - 1) // 2]])


def _require_wish(what: str, wanted: float, counts: CutCounts, tag: int) -> None:
    if not 0 < wanted <= 1:
        raise ThresholdError(
            f"the {what} asked for must lie above 0 and up to 1, got {wanted!r};"
            " write 85 % as 0.85"
        )
    if not counts.positives[tag]:
        raise ThresholdError(
            f"no {what} can be promised: no item here is tagged, so nothing can be found;"
            " label some items, or set the threshold by hand"
        )


def _infeasible(what: str, wanted: float, one: CutCounts, nearest: float) -> ThresholdError:
    cut = round(nearest * 1000)
    return ThresholdError(
        f"no threshold reaches a {what} of {wanted:.3f} here; the nearest is"
        f" {one.precision[0, cut]:.3f}, at threshold {nearest:.3f}, with a recall of"
        f" {one.recall[0, cut]:.3f}"
    )
