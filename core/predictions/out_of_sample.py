"""Scores of validation photos by a model that had not seen them.

A model that was fitted once more on training and validation together answers its validation
photos too well. Training therefore keeps the scores that chose its thresholds: those of the
same recipe fitted on the training part alone.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from core.catalog.table import Catalog
from core.files import atomic_path
from core.predictions.table import Predictions
from core.tasks import Tasks

FILE = "validation.parquet"
"""In the model's folder; ``item_id`` is the photo's content hash."""


def write_out_of_sample(folder: Path, predictions: Predictions, contents: np.ndarray) -> None:
    """Keep scores by photo.

    Args:
        contents: object (N,) of str: the content hash of each photo; of equals the first counts.
    """
    first = np.unique(contents.astype(str), return_index=True)[1]
    kept = replace(predictions.take(first), item_ids=contents[first])
    with atomic_path(folder / FILE) as temporary:
        pq.write_table(kept.to_arrow(), temporary)


def read_out_of_sample(folder: Path, tasks: Tasks) -> Predictions | None:
    """What ``write_out_of_sample`` kept in a model's folder; None when it kept nothing."""
    path = folder / FILE
    return Predictions.from_arrow(pq.read_table(path), tasks) if path.exists() else None


def fair(predictions: Predictions, catalog: Catalog, model_dir: Path) -> Predictions:
    """The same scores, but of validation photos that the model saw those that were kept.

    Args:
        predictions: joined to ``catalog`` by id; items in any order.
    """
    kept = read_out_of_sample(model_dir, predictions.tasks)
    if kept is None or "content" not in catalog.rows:
        return predictions
    content = catalog.rows.set_index("item_id")["content"].reindex(predictions.item_ids)
    place = pd.Index(kept.item_ids).get_indexer(content)
    rows = np.flatnonzero(place >= 0)
    category, tags = predictions.category.copy(), predictions.tags.copy()
    category[rows], tags[rows] = kept.category[place[rows]], kept.tags[place[rows]]
    return replace(predictions, category=category, tags=tags)
