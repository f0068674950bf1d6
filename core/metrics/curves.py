"""What a page draws for a tag, from the cumulative counts alone: exact at every cut."""

from typing import NamedTuple

import numpy as np

from core.decisions.thresholds import GRID, CutCounts


class PrecisionRecall(NamedTuple):
    """Precision against recall at each cut of GRID.

    Attributes:
        precision: float64 (1001,); NaN where no item is accepted.
        recall: float64 (1001,), never rising with the cut; NaN when no item is tagged.
    """

    precision: np.ndarray
    recall: np.ndarray


class Roc(NamedTuple):
    """Receiver operating characteristic at each cut of GRID.

    Attributes:
        false_positive_rate: float64 (1001,); NaN when every item is tagged.
        true_positive_rate: float64 (1001,), the recall; NaN when no item is tagged.
    """

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray


class Histogram(NamedTuple):
    """Items by score in equal bins: edge k <= score < edge k + 1, the last one closed.

    Attributes:
        edges: float64 (B + 1,) from 0 to 1.
        positives: int64 (B,): tagged items.
        negatives: int64 (B,): untagged items.
    """

    edges: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray


class AtCut(NamedTuple):
    """Right and wrong answers of one tag at one cut."""

    tp: int
    fp: int
    fn: int
    tn: int


def precision_recall(counts: CutCounts, tag: int) -> PrecisionRecall:
    """The precision-recall curve of the tag with index ``tag``."""
    return PrecisionRecall(counts.precision[tag], counts.recall[tag])


def roc(counts: CutCounts, tag: int) -> Roc:
    """The ROC curve of the tag with index ``tag``."""
    return Roc(counts.false_positive_rate[tag], counts.recall[tag])


def at_cut(counts: CutCounts, tag: int, cut: int) -> AtCut:
    """The four counts when the threshold is ``GRID[cut]``."""
    tp = int(counts.positives_at_or_above[tag, cut])
    fp = int(counts.negatives_at_or_above[tag, cut])
    return AtCut(tp, fp, int(counts.positives[tag]) - tp, int(counts.negatives[tag]) - fp)


def histogram(counts: CutCounts, tag: int, bins: int = 50) -> Histogram:
    """Scores of tagged and of untagged items.

    Args:
        bins: a divisor of 1000, so that the edges are cuts.
    """
    if bins < 1 or 1000 % bins:
        raise ValueError(f"bins must divide 1000, got {bins}")

    def in_bins(at_or_above: np.ndarray) -> np.ndarray:
        at_edges = at_or_above[:: 1000 // bins].copy()
        at_edges[-1] = 0  # a score of exactly 1 belongs to the last bin
        return -np.diff(at_edges)

    return Histogram(
        GRID[:: 1000 // bins],
        in_bins(counts.positives_at_or_above[tag]),
        in_bins(counts.negatives_at_or_above[tag]),
    )
