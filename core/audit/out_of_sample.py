"""What a fresh model would say of each item, had it never seen that item's label.

Logistic heads on embeddings, cross-validated: quick to fit again and again, so that labels
are judged by heads that did not learn them.
"""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

EMBEDDING_WIDTH, LOOK_WIDTH = 256, 64
"""Principal components kept: enough on small catalogs, quick on large ones."""

STRENGTH = 0.1
"""scikit-learn's C; with features of unit size, strong regularisation."""

FEW, MANY = 3_000, 20_000
"""Up to FEW items more repeats are worth their time; no head is fitted on more than MANY."""

SURE = 0.5
"""A label this much less likely than another one is not learned from in the next round."""


@threadpool_limits.wrap(limits=1)
def features(embedding: np.ndarray, *looks: np.ndarray) -> np.ndarray:
    """What the heads read: main components of the embedding and of what the eye sees at once.

    Args:
        embedding: float (N, D).
        looks: each float (N, E); NaN rows count as the mean.

    Returns:
        float32 (N, at most 256 + 64 for each look), the strongest component of each part
        with a deviation of 3.
    """
    parts = [_components(embedding, EMBEDDING_WIDTH)]
    for look in looks:
        known = ~np.isnan(look).any(axis=1)
        if known.sum() > 1:
            mean = look[known].mean(axis=0, dtype=np.float32)
            parts.append(_components(np.where(known[:, None], look, mean), LOOK_WIDTH))
    return np.hstack(parts)


@threadpool_limits.wrap(limits=1)  # for matrices this small, threads only wait for each other
def out_of_sample(
    inputs: np.ndarray,
    labels: np.ndarray,
    n_classes: int,
    *,
    alike: np.ndarray | None = None,
    thorough: bool = True,
    seed: int = 0,
    breathe: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Probabilities by heads that were fitted without the item.

    Fitted in rounds: labels that the round before found surely wrong are not learned from.

    Args:
        inputs: float32 (N, D), see ``features``.
        labels: int (N,), in [0, n_classes); -1 where unlabelled.
        alike: int (N,): items of one number (identical photos) are left out together.
        thorough: more folds and repeats, for a small catalog.
        breathe: called before each fit; may raise to end the work.

    Returns:
        float64 (N, n_classes), rows summing to 1; of unlabelled items by all heads together.
        NaN throughout where fewer than two classes have labels.
    """
    known = labels >= 0
    if len(np.unique(labels[known])) < 2:
        return np.full((len(labels), n_classes), np.nan)
    alike = np.arange(len(labels)) if alike is None else alike
    thorough = thorough and known.sum() <= FEW
    folds, repeats, rounds = (10, 3, 3) if thorough else (5, 1, 2)
    learned, rng = known, np.random.default_rng(seed)
    for _ in range(rounds):
        scores = np.mean([
            _one_pass(inputs, labels, n_classes, learned, _folds(labels, alike, folds, rng), rng,
                      breathe)
            for _ in range(repeats)
        ], axis=0)
        own = scores[np.arange(len(labels)), np.maximum(labels, 0)]
        learned = known & (scores.max(axis=1) - own <= SURE)
        if len(np.unique(labels[learned])) < 2:
            break
    return scores


def _one_pass(
    inputs: np.ndarray, labels: np.ndarray, n_classes: int, learned: np.ndarray,
    fold: np.ndarray, rng: np.random.Generator, breathe: Callable[[], None],
) -> np.ndarray:
    scores = np.zeros((len(labels), n_classes))
    unlabelled, passes = labels < 0, 0
    for number in np.unique(fold[~unlabelled]):
        away = (fold == number) & ~unlabelled
        rows = np.flatnonzero(learned & ~away)
        if len(rows) > MANY:
            rows = rng.choice(rows, MANY, replace=False)
        asked = away | unlabelled
        breathe()
        scores[asked] += _fitted(inputs, labels, n_classes, rows, asked)
        passes += 1
    scores[unlabelled] /= max(passes, 1)
    return scores


def _fitted(
    inputs: np.ndarray, labels: np.ndarray, n_classes: int, rows: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """Scores of the asked items by one head; a class that it never met gets 0."""
    present = np.unique(labels[rows])
    result = np.zeros((int(asked.sum()), n_classes))
    if len(present) < 2:
        result[:, present] = 1
        return result
    head = LogisticRegression(C=STRENGTH, max_iter=300).fit(inputs[rows], labels[rows])
    result[:, present] = head.predict_proba(inputs[asked])
    return result


def _folds(
    labels: np.ndarray, alike: np.ndarray, folds: int, rng: np.random.Generator
) -> np.ndarray:
    """int64 (N,): a fold for each item, each class spread evenly, alike items together."""
    first, group = np.unique(alike, return_index=True, return_inverse=True)[1:]
    order = rng.permutation(len(first))
    order = order[np.argsort(labels[first][order], kind="stable")]
    fold = np.empty(len(first), np.int64)
    fold[order] = np.arange(len(first)) % folds
    return fold[group]


def _components(values: np.ndarray, width: int) -> np.ndarray:
    """Principal components by the covariance's eigenvectors; exact, and linear in N."""
    centred = values.astype(np.float32) - values.mean(axis=0, dtype=np.float64).astype(np.float32)
    variances, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    main = vectors[:, ::-1][:, : min(width, values.shape[1])].astype(np.float32)
    scores = centred @ main
    return scores * (3 / max(float(scores.std(axis=0).max(initial=0)), 1e-9))
