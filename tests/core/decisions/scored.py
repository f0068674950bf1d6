"""Items with labels, and answers for them, made up without any model."""

import numpy as np
import pandas as pd

from core.catalog.table import Catalog
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("CUP", "JAR")), Tags(("red", "old")))


def scored_items(tags, labels, category=None, groups=None):
    """(catalog, predictions) of N items.

    Args:
        tags, labels: (N, 2): scores and labels (1, 0, -1) of red and old.
        category: (N,): number of the predicted class; CUP by default.
        groups: (N,) of str, or None.
    """
    tags, labels = np.array(tags, np.float32).reshape(-1, 2), np.array(labels).reshape(-1, 2)
    n = len(tags)
    best = np.zeros(n, int) if category is None else np.array(category)
    ids = np.array([f"i{i:05d}" for i in range(n)], object)
    rows = pd.DataFrame({
        "item_id": ids, "category": np.array(TASKS.classes, object)[best], "split": "validation",
        **{f"tag:{name}": pd.array([None if x < 0 else bool(x) for x in labels[:, t]], "boolean")
           for t, name in enumerate(TASKS.tag_names)},
    })
    if groups is not None:
        rows["group"] = groups
    scores = np.where(np.arange(2) == best[:, None], 0.9, 0.1).astype(np.float32)
    return Catalog(TASKS, rows), Predictions(TASKS, ids, scores, tags)
