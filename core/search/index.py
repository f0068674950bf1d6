"""The embeddings of a finished prediction run, laid out so that they can be memory-mapped.

::

    predictions/NAME/look_alikes/
      vectors-<run>.npy       float16 (N, D), as predicted
      items-<run>.parquet     item_id, in the same order
      index.json              written last: the model and the shards that they were made from
"""

import hashlib
import json
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import PredictionsError
from core.files import atomic_path, write_json
from core.predictions.store import embedding_width, manifest, read_embeddings
from core.progress import Progress, silent
from core.search.nearest import Nearest, nearest

FOLDER = "look_alikes"
ABOUT = "index.json"


@dataclass(frozen=True)
class Index:
    """Items and their embeddings.

    Attributes:
        item_ids: object (N,) of distinct str.
        vectors: float16 (N, D), memory-mapped.
    """

    item_ids: np.ndarray
    vectors: np.ndarray

    def __len__(self) -> int:
        return len(self.item_ids)

    @cached_property
    def _places(self) -> pd.Index:
        return pd.Index(self.item_ids)

    def rows_of(self, item_ids: np.ndarray) -> np.ndarray:
        """int64: rows of these items; -1 for items without an embedding."""
        return self._places.get_indexer(item_ids)

    def like(self, item_id: str, k: int, among: np.ndarray | None = None) -> Nearest:
        """The k items whose embedding is most like that of an item; see ``nearest``.

        Args:
            among: bool (N,): which rows may be found; None for all.

        Raises:
            PredictionsError: the item has no embedding.
        """
        row = int(self.rows_of([item_id])[0])
        if row < 0:
            raise PredictionsError(
                f"item {item_id!r} has no embedding, because its photo was never answered; see"
                " the list of rejected photos, or predict again"
            )
        return nearest(self.vectors, row, k, among)


def open_index(predictions: Path) -> Index | None:
    """The index of a predictions folder; None while there is none, or it is of an older run."""
    folder = predictions / FOLDER
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if about["shards"] != manifest(predictions)["shards"]:
            return None
        items = pq.read_table(folder / about["items"])["item_id"].to_numpy().astype(object)
        vectors = np.load(folder / about["vectors"], mmap_mode="r" if len(items) else None)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None  # damaged or half removed: it is made again
    return Index(items, vectors) if len(vectors) == len(items) else None


def build_index(predictions: Path, progress: Progress = silent) -> Index | None:
    """Lay the embeddings of the newest finished run out; one shard is in memory at a time.

    Args:
        predictions: a predictions folder.
        progress: told (items done, all); may raise Cancelled, then nothing has changed.

    Returns:
        None where the run kept no embeddings.

    Raises:
        PredictionsError: there is no finished run, or a shard is damaged.
        StorageError: the disk is full; the index of before stays.
    """
    started, said, width = time.time(), manifest(predictions), embedding_width(predictions)
    if width is None:
        return None
    run = hashlib.sha256(json.dumps(said["shards"]).encode()).hexdigest()[:12]
    folder = predictions / FOLDER
    about = {"model_id": said.get("model_id"), "shards": said["shards"],
             "vectors": f"vectors-{run}.npy", "items": f"items-{run}.parquet"}
    total = sum(pq.read_metadata(predictions / name).num_rows for name in said["shards"])
    ids = np.empty(total, object)
    with atomic_path(folder / about["vectors"]) as temporary:
        _write_vectors(temporary, predictions, ids, width, progress)
    with atomic_path(folder / about["items"]) as temporary:
        pq.write_table(pa.table({"item_id": pa.array(ids, pa.string())}), temporary)
    write_json(folder / ABOUT, about)
    kept = (ABOUT, about["vectors"], about["items"])
    for path in folder.iterdir():  # of older runs, and parts of killed ones
        if path.name not in kept and path.stat().st_mtime < started:
            path.unlink(missing_ok=True)
    return open_index(predictions)


def _write_vectors(
    path: Path, predictions: Path, ids: np.ndarray, width: int, progress: Progress
) -> None:
    """Fill a .npy file and ``ids``, shard by shard."""
    done, head = 0, {"descr": "<f2", "fortran_order": False, "shape": (len(ids), width)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, head)
        for item_ids, vectors in read_embeddings(predictions):
            file.write(np.ascontiguousarray(vectors, "<f2"))
            ids[done : done + len(item_ids)] = item_ids
            done += len(item_ids)
            progress(done, len(ids))
