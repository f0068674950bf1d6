"""One number for how good answers are; undefined ones are None, never a silent 0."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.metrics.intervals import wilson
from core.metrics.ranking import ranked


def top_k_accuracy(labels: np.ndarray, ranked: np.ndarray, k: int) -> float | None:
    """Share of labelled items whose label is among the ``k`` best guesses.

    Args:
        labels: int (N,); -1 where unlabelled (left out).
        ranked: int (N, K): classes from most to least likely.

    Returns:
        None without labelled items.
    """
    labelled = labels >= 0
    if not labelled.any():
        return None
    return float((ranked[labelled, :k] == labels[labelled, None]).any(axis=1).mean())


def binary_figures(tp: int, fp: int, fn: int, tn: int) -> dict[str, Any]:
    """Precision, recall and F1 of a yes-or-no answer, with 95 % Wilson intervals.

    F1 = 2 TP / (2 TP + FP + FN), so it is 0 (not undefined) when something was there to be
    found and nothing was found rightly.

    Returns:
        JSON values; None where undefined (0/0).
    """
    def interval(hits: int, trials: int) -> list[float] | None:
        found = wilson(hits, trials)
        return None if found is None else list(found)

    return {
        "precision": tp / (tp + fp) if tp + fp else None,
        "precision_interval": interval(tp, tp + fp),
        "recall": tp / (tp + fn) if tp + fn else None,
        "recall_interval": interval(tp, tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None,
        "support": tp + fn,
        "tp": tp, "fp": fp, "fn": fn, "tn": tn,
    }


def per_class_figures(matrix: np.ndarray, classes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """``binary_figures`` of each class against all others, by name in the order of classes."""
    total = int(matrix.sum())
    figures = {}
    for index, name in enumerate(classes):
        tp = int(matrix[index, index])
        fn = int(matrix[index].sum()) - tp
        fp = int(matrix[:, index].sum()) - tp
        figures[name] = binary_figures(tp, fp, fn, total - tp - fp - fn)
    return figures


def macro_f1(matrix: np.ndarray) -> float | None:
    """Mean F1 of the classes that occur as a label or as an answer; None when none does.

    The same as scikit-learn's ``f1_score(average="macro")``.
    """
    occurs = matrix.sum(axis=0) + matrix.sum(axis=1)
    if not occurs.any():
        return None
    return float(np.mean((2 * np.diag(matrix))[occurs > 0] / occurs[occurs > 0]))


def ranking_figures(labels: np.ndarray, scores: np.ndarray) -> dict[str, float | None]:
    """Average precision and area under the ROC curve of one tag, from the scores themselves.

    As scikit-learn's. (From 1,001 binned counts they would be off by up to 5e-4.)

    Args:
        labels: int (N,): 1 tagged, 0 not, -1 unlabelled (left out).
        scores: float32 (N,).

    Returns:
        ``ap``, None without positives; ``auc``, None without positives or negatives.
    """
    found = ranked(scores, labels)
    return {"ap": found.ap, "auc": found.auc}
