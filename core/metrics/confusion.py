"""Which class was called which."""

from typing import NamedTuple

import numpy as np

from core.errors import PredictionsError


def confusion(labels: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    """Count items by labelled (row) and predicted (column) class.

    Args:
        labels: int (N,); -1 where the item has no label.
        predicted: int (N,), in [0, n_classes).

    Returns:
        int64 (n_classes, n_classes); unlabelled items are left out.

    Raises:
        PredictionsError: the lengths differ, or a class number is out of range.
    """
    labels, predicted = np.asarray(labels, np.int64), np.asarray(predicted, np.int64)
    if labels.shape != predicted.shape:
        raise PredictionsError(
            f"labels and predicted classes must be as many, got {len(labels)} and"
            f" {len(predicted)}; join them by item first"
        )
    if len(labels) and not (
        labels.min() >= -1 and predicted.min() >= 0
        and max(labels.max(), predicted.max()) < n_classes
    ):
        raise PredictionsError(f"class numbers must lie in [0, {n_classes}); predict again")
    labelled = labels >= 0
    cells = labels[labelled] * n_classes + predicted[labelled]
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def row_shares(matrix: np.ndarray) -> np.ndarray:
    """float64 (K, K): of the items with a label, the share called each class; NaN without any."""
    support = matrix.sum(axis=1, keepdims=True)
    return np.divide(matrix, support, out=np.full(matrix.shape, np.nan), where=support > 0)


class Confused(NamedTuple):
    """``count`` of the ``support`` items labelled ``label`` were called ``predicted``."""

    label: int
    predicted: int
    count: int
    support: int


def largest_confusions(matrix: np.ndarray, limit: int = 5) -> list[Confused]:
    """The cells off the diagonal with the most items, most first; empty cells never.

    Of equal cells the one with the larger share of its label comes first, then the first
    in reading order.
    """
    support = matrix.sum(axis=1)
    cells = [
        Confused(int(row), int(column), int(matrix[row, column]), int(support[row]))
        for row, column in zip(*np.nonzero(matrix))
        if row != column
    ]
    return sorted(cells, key=lambda cell: (-cell.count, cell.support))[:limit]
