"""Choosing thresholds for a reason, of all tags at once, from counts on the validation part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.decisions.reasons import BestF, Keys, Reason
from core.decisions.thresholds import GRID, CutCounts

UNDECIDED = 500
"""The cut of a tag for which nothing can be learned: a half."""

CHOSEN, NEAREST, NOTHING_KNOWN = "chosen", "nearest", "undecided"


@dataclass(frozen=True)
class Choices:
    """The cut of every tag.

    Attributes:
        reason: what was wanted.
        cuts: int64 (T,): numbers of GRID.
        status: (T,): ``chosen``; ``nearest`` where no cut keeps to the wish, which then is the
            nearest; ``undecided`` (and cut 500) where nothing is tagged or labelled.
        sentences: (T,): empty where chosen, else why not.
    """

    reason: Reason
    cuts: np.ndarray
    status: tuple[str, ...]
    sentences: tuple[str, ...]

    def thresholds(self, tags: Sequence[str]) -> dict[str, float]:
        """By tag; ``tags`` in the order of the counts."""
        return {tag: float(GRID[cut]) for tag, cut in zip(tags, self.cuts, strict=True)}

    def to_json(self, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
        """By tag ``threshold``, ``status`` and ``sentence``."""
        found = zip(self.thresholds(tags).items(), self.status, self.sentences)
        return {
            tag: {"threshold": threshold, "status": status, "sentence": sentence}
            for (tag, threshold), status, sentence in found
        }


def choose(counts: CutCounts, reason: Reason = BestF()) -> Choices:
    """The best cut of each tag for a reason.

    Of neighbouring cuts with equal counts the middle one, farthest from the scores on both
    sides; where several stretches of cuts are equally good, the longest.
    """
    fulfilled = reason.fulfilled(counts)
    feasible = fulfilled.any(axis=1)
    best = _best_of(reason.best(counts), fulfilled)
    if not feasible.all():
        best[~feasible] = _best_of(reason.nearest(counts), ~fulfilled)[~feasible]
    cuts = middles(best, counts.accepted)
    labelled = counts.positives + counts.negatives
    known = (counts.positives if reason.needs_positives else labelled) > 0
    cuts[~known] = UNDECIDED
    status = np.select([~known, ~feasible], [NOTHING_KNOWN, NEAREST], CHOSEN)
    sentences = tuple(_sentence(counts, reason, t, cuts[t], status[t]) for t in range(len(cuts)))
    return Choices(reason, cuts, tuple(status.tolist()), sentences)


def middles(best: np.ndarray, accepted: np.ndarray) -> np.ndarray:
    """The middle of each tag's longest run of equally good cuts that accept the same items.

    Args:
        best: bool (T, C): the equally good cuts; at least one of each tag.
        accepted: int (T, C): items that each cut accepts.

    Returns:
        int64 (T,): numbers of cuts; of runs of one length the lowest.
    """
    place = np.broadcast_to(np.arange(best.shape[1]), best.shape)
    goes_on = np.zeros(best.shape, bool)
    goes_on[:, 1:] = best[:, :-1] & (accepted[:, 1:] == accepted[:, :-1])
    starts = np.maximum.accumulate(np.where(goes_on, 0, place), axis=1)
    length = np.where(best, place - starts + 1, 0)
    end = length.argmax(axis=1)
    rows = np.arange(len(best))
    return starts[rows, end] + (length[rows, end] - 1) // 2


def _best_of(keys: Keys, allowed: np.ndarray) -> np.ndarray:
    """bool (T, C): the allowed cuts that are best by the first key, then by the next."""
    best = allowed
    for key in keys:
        key = np.where(best, key, -np.inf)
        best = best & (key == key.max(axis=1, initial=-np.inf, keepdims=True))
    return best.copy()


def _sentence(counts: CutCounts, reason: Reason, tag: int, cut: int, status: str) -> str:
    if status == CHOSEN:
        return ""
    if status == NEAREST:
        return reason.unfulfilled(counts.only(tag), int(cut))
    what = "tagged" if reason.needs_positives else "labelled"
    return (
        f"no item here is {what}, so there is nothing to choose by; label some items, or set"
        " the threshold by hand"
    )
