"""Judged items written out by hand, or drawn."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.catalog.table import Catalog, tag_column
from core.metrics.judged import Judged
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks


def judged(
    labels: Sequence[int], answers: Sequence[int] | np.ndarray, *, classes: int = 3,
    truth: np.ndarray | None = None, scores: np.ndarray | None = None,
    columns: Mapping[str, object] | None = None, measures: Mapping[str, np.ndarray] | None = None,
    ids: Sequence[str] | None = None,
) -> Judged:
    """Items ``i0``, ``i1``, ... of classes ``A``, ``B``, ..., tags ``t0``, ``t1``, ... cut at 0.5.

    Args:
        answers: the best class of each item (scored 0.7), or all scores (N, K).
        truth: int (N, T) of 1, 0 and -1; no tags without.
        scores: (N, T); the truth itself without.
    """
    n = len(labels)
    truth = np.empty((n, 0), int) if truth is None else np.asarray(truth)
    scores = np.clip(truth, 0, 1) if scores is None else np.asarray(scores)
    names = tuple("ABCDEFGHIJ"[:classes])
    if classes > len(names):
        names = tuple(f"K{k}" for k in range(classes))
    tasks = Tasks(Category("kind", names), Tags(tuple(f"t{t}" for t in range(truth.shape[1]))))
    rows = pd.DataFrame({
        "item_id": list(ids or (f"i{k}" for k in range(n))),
        "category": pd.Series([names[k] if k >= 0 else None for k in labels], dtype="str"),
        "split": pd.Series(["heldout"] * n, dtype="str"),
        **(columns or {}),
    })
    for place, tag in enumerate(tasks.tag_names):
        rows[tag_column(tag)] = pd.array(
            [None if on < 0 else bool(on) for on in truth[:, place]], "boolean")
    catalog = Catalog(tasks, rows)
    answers = np.asarray(answers)
    if answers.ndim == 1:
        shares = np.full((n, classes), 0.3 / (classes - 1))
        shares[np.arange(n), answers.astype(int)] = 0.7
    else:
        shares = answers
    found = Predictions(tasks, catalog.item_ids, shares.astype(np.float32),
                        scores.astype(np.float32).reshape(truth.shape))
    return Judged(catalog, found, found.tags >= 0.5, measures or {})


def drawn(n: int, *, seed: int = 0, classes: int = 4, tags: int = 3, groups: int = 7,
          gaps: bool = True) -> Judged:
    """Random labels and scores with ties, gaps and items that are wrong in many ways."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(-1 if gaps else 0, classes, n)
    shares = rng.integers(1, 6, (n, classes)).astype(float)
    shares[np.arange(n), np.maximum(labels, 0)] += rng.integers(0, 4, n)
    truth = rng.integers(-1 if gaps else 0, 2, (n, tags))
    scores = np.round(np.clip(0.3 * (truth == 1) + rng.random((n, tags)) * 0.7, 0, 1), 2)
    return judged(labels, shares / shares.sum(axis=1, keepdims=True), classes=classes, truth=truth,
                  scores=scores, columns={"group": [f"g{k}" for k in rng.integers(0, groups, n)],
                                          "meta:kids": rng.random(n) < 0.3},
                  measures={"brightness": rng.random(n) * 255})
