"""Embeddings for workspaces of tests: the answers of a model again, with a vector for each item."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.predictions.store import finish, read_predictions, write_shard
from core.workspace import Workspace

SHARD = "000000000-all-alike.parquet"


def add_embeddings(
    workspace: Workspace, vectors: Mapping[str, Sequence[float]], model: str = "paint"
) -> None:
    """Items that ``vectors`` does not name lose their answer."""
    folder = workspace.predictions_dir(model)
    saved = read_predictions(folder, workspace.tasks)
    own = saved.take(np.flatnonzero([item in vectors for item in saved.item_ids]))
    rows = np.array([vectors[item] for item in own.item_ids], np.float16)
    write_shard(folder / SHARD, replace(own, embedding=rows), [])
    finish(folder, [SHARD], {"model_id": saved.about["model_id"]}, 0)
