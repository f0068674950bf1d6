"""How many tagged and untagged items score at or above each of 1,001 cuts."""

from dataclasses import dataclass

import numpy as np

from core.errors import PredictionsError

CUTS = 1001
GRID = np.arange(CUTS) / 1000
"""float64 (1001,): the cuts 0, 0.001, ..., 1; every position of a threshold slider."""

_BLOCK = 1 << 16
"""Scores binned at a time: their bin numbers (int64) stay within the CPU's cache."""


@dataclass(frozen=True)
class CutCounts:
    """For each tag and each cut k of GRID, the items with ``score >= GRID[k]``.

    Precision, recall, F1, ROC and the confusion counts at every cut follow exactly.
    Items whose tag is unlabelled are counted nowhere.

    Attributes:
        positives_at_or_above: int64 (T, 1001): tagged items that the cut accepts.
        negatives_at_or_above: int64 (T, 1001): untagged items that the cut accepts.
        positives: int64 (T,): all tagged items.
        negatives: int64 (T,): all untagged items.
    """

    positives_at_or_above: np.ndarray
    negatives_at_or_above: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray

    def __add__(self, other: "CutCounts") -> "CutCounts":
        """Counts over the items of both; the tags must be the same in the same order."""
        return CutCounts(*(
            mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values())
        ))

    def __sub__(self, other: "CutCounts") -> "CutCounts":
        """Counts over the items that are here and not in ``other``, which lie within these."""
        return CutCounts(*(
            mine - theirs for mine, theirs in zip(vars(self).values(), vars(other).values())
        ))

    def add(self, scores: np.ndarray, labels: np.ndarray) -> "CutCounts":
        """Counts with these further items (one shard of many): see ``cut_counts``."""
        return self + cut_counts(scores, labels)

    @property
    def accepted(self) -> np.ndarray:
        """int64 (T, 1001): labelled items that the cut accepts."""
        return self.positives_at_or_above + self.negatives_at_or_above

    def only(self, tag: int) -> "CutCounts":
        """Counts of the tag with this index alone."""
        return CutCounts(*(values[tag : tag + 1] for values in vars(self).values()))

    @property
    def precision(self) -> np.ndarray:
        """float64 (T, 1001): accepted items that are tagged; NaN where none is accepted."""
        return share(self.positives_at_or_above, self.accepted)

    @property
    def recall(self) -> np.ndarray:
        """float64 (T, 1001): tagged items that are accepted; NaN where none is tagged."""
        return share(self.positives_at_or_above, self.positives[:, None])

    @property
    def f1(self) -> np.ndarray:
        """float64 (T, 1001): 2 TP / (2 TP + FP + FN); NaN where nothing is tagged or accepted."""
        return share(2 * self.positives_at_or_above, self.accepted + self.positives[:, None])

    @property
    def false_positive_rate(self) -> np.ndarray:
        """float64 (T, 1001): untagged items that are accepted; NaN where none is untagged."""
        return share(self.negatives_at_or_above, self.negatives[:, None])


def no_counts(n_tags: int) -> CutCounts:
    """Counts over no items: the start of a sum over shards."""
    table, row = np.zeros((n_tags, CUTS), np.int64), np.zeros(n_tags, np.int64)
    return CutCounts(table, table, row, row)


def cut_counts(scores: np.ndarray, labels: np.ndarray) -> CutCounts:
    """Count tagged and untagged items at or above each cut, exactly, in one pass.

    A score is accepted by cut k when the number it stores is at least the float64
    ``k / 1000``. So float32(0.7), which stores 0.69999999, falls just below 0.7, as it
    does in Python, in SQL and in the browser.

    Args:
        scores: float32 (N, T) in [0, 1]; any memory order, columns next to each other
            (Fortran order) are fastest.
        labels: int8 (N, T): 1 tagged, 0 not, -1 unlabelled.

    Raises:
        PredictionsError: another shape, a score that is NaN or outside [0, 1], or another label.
    """
    scores, labels = np.asarray(scores), np.asarray(labels)
    if scores.ndim != 2 or scores.shape != labels.shape:
        raise PredictionsError(
            f"scores and labels must have one shape (items, tags), got {scores.shape} and"
            f" {labels.shape}; join them by item first"
        )
    n_items, n_tags = scores.shape
    bins = np.zeros((n_tags, 3, CUTS), np.int64)
    tag_block = n_tags if scores.flags.c_contiguous else 1  # read memory in the order it lies
    rows = max(1, _BLOCK // max(1, tag_block))
    for first_tag in range(0, n_tags, max(1, tag_block)):
        tags = slice(first_tag, first_tag + tag_block)
        for start in range(0, n_items, rows):
            block = slice(start, start + rows)
            bins[tags] += _binned(scores[block, tags], labels[block, tags])
    at_or_above = bins[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
    return CutCounts(
        np.ascontiguousarray(at_or_above[:, 2]), np.ascontiguousarray(at_or_above[:, 1]),
        at_or_above[:, 2, 0].copy(), at_or_above[:, 1, 0].copy(),
    )


def _binned(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """int64 (t, 3, 1001): items by tag, label + 1, and the last cut that accepts them."""
    require_answers(scores, labels)
    n_tags = scores.shape[1]
    # A float32 times 1000 is exact in float64 (24 + 10 bits), and no float32 lies between
    # k / 1000 and its float64, so the floor is the last k with GRID[k] <= score.
    if scores.dtype == np.float32:
        places = np.multiply(scores, 1000.0, dtype=np.float64).astype(np.int64)
    else:
        places = np.searchsorted(GRID, scores, side="right") - 1
    places += (labels.astype(np.int64) + 1) * CUTS
    places += np.arange(n_tags) * (3 * CUTS)
    counted = np.bincount(places.ravel(order="K"), minlength=n_tags * 3 * CUTS)
    return counted.reshape(n_tags, 3, CUTS)


def require_answers(scores: np.ndarray, labels: np.ndarray) -> None:
    """Refuse what are no scores or no labels of tags; both of one size, which is not 0.

    Raises:
        PredictionsError: a score that is NaN or outside [0, 1], or another label.
    """
    if not (scores.min() >= 0 and scores.max() <= 1):  # NaN fails too
        raise PredictionsError("scores must be numbers in [0, 1]; predict again")
    if labels.min() < -1 or labels.max() > 1:
        raise PredictionsError("labels of tags must be 1 (tagged), 0 (not) or -1 (unlabelled)")


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """float64: part / whole, broadcast; NaN where ``whole`` is 0."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
