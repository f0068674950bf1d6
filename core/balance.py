"""Balance of the training part: which items are used, how often, and how much each counts."""

import numpy as np


def downsample_largest(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bring the largest class down to the size of the second largest.

    Args:
        labels: int (N,); -1 where unlabelled.

    Returns:
        int64 row numbers to keep, ascending. Of two largest classes of equal size both stay.
    """
    counts = np.sort(np.unique(labels[labels >= 0], return_counts=True)[1])
    return at_most(labels, int(counts[-2]), rng) if len(counts) > 1 else np.arange(len(labels))


def at_most(labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Keep at most ``count`` items of each class, chosen by ``rng``; all unlabelled ones.

    Returns:
        int64 row numbers to keep, ascending.
    """
    keep = [np.flatnonzero(labels < 0)]
    for label in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == label)
        keep.append(rows if len(rows) <= count else rng.choice(rows, count, replace=False))
    return np.sort(np.concatenate(keep))


def at_least(labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Repeat items of small classes until each class has ``count``.

    Every item comes once before any comes twice, twice before any comes three times, and so on.

    Returns:
        int64 row numbers, ascending; those repeated come more than once.
    """
    rows = [np.arange(len(labels))]
    for label in np.unique(labels[labels >= 0]):
        own = np.flatnonzero(labels == label)
        missing = max(0, count - len(own))
        rows += [np.tile(own, missing // len(own)), rng.permutation(own)[: missing % len(own)]]
    return np.sort(np.concatenate(rows))


POWERS = {"none": 0.0, "sqrt": 0.5, "balanced": 1.0}
"""How strongly rare answers are weighted: weight = (mean count / count) ** power."""


def class_weights(labels: np.ndarray, n_classes: int, how: str) -> np.ndarray:
    """A weight for each class.

    Args:
        labels: int (N,); -1 where unlabelled.
        how: one of ``POWERS``.

    Returns:
        float64 (n_classes,), averaging 1 over the labelled items; 1 for a class without any.
    """
    counts = np.bincount(labels[labels >= 0], minlength=n_classes).astype(float)
    present = counts > 0
    weights = np.ones(n_classes)
    if not present.any():
        return weights
    weights[present] = (counts[present].mean() / counts[present]) ** POWERS[how]
    mean = (weights * counts).sum() / counts.sum()
    return np.where(present, weights / mean, 1.0)


def tag_weights(labels: np.ndarray, how: str) -> np.ndarray:
    """A weight for each tag's positive items; its negative ones count 1.

    Args:
        labels: int8 (N, T): 1 tagged, 0 not, -1 unlabelled.
        how: one of ``POWERS``.

    Returns:
        float64 (T,): (negatives / positives) ** power; 1 for a tag without positives or negatives.
    """
    positives, negatives = (labels == 1).sum(axis=0), (labels == 0).sum(axis=0)
    usable = (positives > 0) & (negatives > 0)
    ratio = np.divide(negatives, positives, out=np.ones(labels.shape[1]), where=usable)
    return ratio ** POWERS[how]
