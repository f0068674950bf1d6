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


class Cells(NamedTuple):
    """The cells of a confusion matrix that hold items, most items first.

    Attributes:
        label, predicted: int64 (C,): class numbers.
        count: int64 (C,): items in the cell, at least 1.
        second: int64 (C,): of those of a wrong cell, whose label was the second guess.
    """

    label: np.ndarray
    predicted: np.ndarray
    count: np.ndarray
    second: np.ndarray


def cells(labels: np.ndarray, ranked: np.ndarray) -> Cells:
    """Cells with items, without making a matrix of all.

    Args:
        labels: int (N,); -1 where the item has no label (left out).
        ranked: int (N, K): classes from most to least likely, K at least 1.

    Returns:
        Of equal cells the first in reading order comes first.
    """
    kept = np.flatnonzero(labels >= 0)
    labels, ranked = labels[kept].astype(np.int64), ranked[kept, :2].astype(np.int64)
    k = int(max(labels.max(initial=0), ranked.max(initial=0))) + 1
    codes, place, count = np.unique(
        labels * k + ranked[:, 0], return_inverse=True, return_counts=True)
    is_second = ranked[:, 1] == labels if ranked.shape[1] > 1 else np.zeros(len(labels), bool)
    second = np.bincount(place[is_second], minlength=len(codes))
    first = np.argsort(-count, kind="stable")
    return Cells(codes[first] // k, codes[first] % k, count[first], second[first])


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
