"""Scores on disk: a folder of shards, and the list that says which of them count.

::

    predictions/NAME/
      000000000-<jobs>-<run>.parquet    answers to the first shard of jobs, and what was refused
      000000512-<jobs>-<run>.parquet
      scores-<shards>.parquet           the same scores (no embedding) in one file, of many shards
      run.json                          written last: the shards of the newest finished run
      rejected.parquet                  item_id, reason

A shard is written whole or not at all, and its name says all that its content depends
on. So a run that was cut off goes on where it stopped, and until the end of a new run
readers see the old one.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import PredictionsError
from core.files import atomic_path, write_json
from core.predictions.columns import DAMAGED, reading
from core.predictions.table import Predictions, embedding_of
from core.predictions.together import PLAIN, write_together
from core.tasks import Tasks

MANIFEST = "run.json"
REJECTED = "rejected.parquet"
GATHERED_FROM = 32
"""Shards from which on their scores are also put together for reading by columns."""
_REJECTED_KEY = b"rejected"


def write_shard(path: Path, predictions: Predictions, rejected: Sequence[tuple[str, str]]) -> None:
    """Write one shard, atomically.

    Args:
        predictions: the answered items; may be none.
        rejected: (item id, reason) of the others.

    Raises:
        StorageError: it cannot be written; there is no half shard.
    """
    table = predictions.to_arrow()
    refused = json.dumps(list(map(list, rejected)), ensure_ascii=False)
    table = table.replace_schema_metadata({**table.schema.metadata, _REJECTED_KEY: refused})
    with atomic_path(path) as temporary:
        pq.write_table(table, temporary, **PLAIN)


def shard_facts(path: Path) -> tuple[int, list[tuple[str, str]]] | None:
    """(number of answered items, rejected items) of a shard; None if it is not whole."""
    try:
        facts = pq.read_metadata(path)
        return facts.num_rows, [tuple(pair) for pair in json.loads(facts.metadata[_REJECTED_KEY])]
    except DAMAGED:
        return None


def finish(folder: Path, names: Sequence[str], about: dict[str, Any], started: float) -> None:
    """Declare these shards to be the folder's predictions, then remove older ones.

    Args:
        names: file names in the order of the items.
        about: what else run.json is to say.
        started: time (seconds since 1970) before which other shards may be removed; younger
            ones belong to another run that is under way.
    """
    write_rejected(folder / REJECTED, _refused(folder, names))
    gathered = _gather(folder, names) if len(names) >= GATHERED_FROM else None
    write_json(folder / MANIFEST, {**about, "shards": list(names), "gathered": gathered})
    parts_of_killed_runs = folder.glob(".*.part")
    for path in (*folder.glob("*-*.parquet"), *parts_of_killed_runs):
        if path.name not in {*names, gathered} and path.stat().st_mtime < started:
            path.unlink(missing_ok=True)


def finished(folder: Path) -> bool:
    """Whether there is a finished run to read; shards of one that was cut off do not count."""
    return (folder / MANIFEST).exists()


def manifest(folder: Path) -> dict[str, Any]:
    """What run.json says of the newest finished run.

    Raises:
        PredictionsError: there is none, or it is damaged.
    """
    path = folder / MANIFEST
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        value["shards"] = [str(name) for name in value["shards"]]
        return value
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PredictionsError(
            f"there are no finished predictions in {folder}; make them with python -m core predict"
        ) from error
    except DAMAGED as error:
        raise PredictionsError(
            f"{path} is damaged ({error}); remove it and predict again"
        ) from error


def read_predictions(
    folder: Path, tasks: Tasks, model_id: str | None = None, *, embedding: bool = True
) -> Predictions:
    """All scores of the newest finished run.

    Args:
        model_id: the weights that must have made them; None for any.
        embedding: read it, too, where it was kept: by far the largest part.

    Raises:
        PredictionsError: there are none, a shard is missing or damaged, or they were made
            for other tasks or by other weights.
    """
    found = manifest(folder)
    if model_id is not None and found.get("model_id") != model_id:
        raise PredictionsError(
            f"the predictions in {folder} are of an earlier model (now {model_id}, then"
            f" {found.get('model_id')}); predict again"
        )
    without = () if embedding else ("embedding",)
    names = found["shards"] if embedding else [path.name for path in _score_files(folder, found)]
    tables = list(_tables(folder, names, without=without))
    full = [table for table in tables if table.num_rows] or tables[:1]
    if not full:
        return _nothing(tasks, found)
    return Predictions.from_arrow(pa.concat_tables(full), tasks)


def score_files(folder: Path) -> list[Path]:
    """The files that hold the scores of the newest finished run, in the order of its items.

    Raises:
        PredictionsError: there is no finished run.
    """
    return _score_files(folder, manifest(folder))


def _score_files(folder: Path, found: dict[str, Any]) -> list[Path]:
    gathered = folder / str(found.get("gathered"))
    return [gathered] if gathered.is_file() else [folder / name for name in found["shards"]]


def read_single(path: Path, tasks: Tasks) -> Predictions:
    """The scores in one file, as ``write_single`` made it.

    Raises:
        PredictionsError: missing, not a predictions file, or made for other tasks.
    """
    with reading(path):
        table = pq.read_table(path)
    return Predictions.from_arrow(table, tasks)


def embedding_width(folder: Path) -> int | None:
    """Numbers in an embedding of the newest finished run; None where it kept none.

    0 where the run answered nothing. Reads no more than the heads of files.

    Raises:
        PredictionsError: there is no finished run, or a shard is missing or damaged.
    """
    for name in manifest(folder)["shards"]:
        try:
            with pq.ParquetFile(folder / name) as file:
                if file.metadata.num_rows:
                    schema = file.schema_arrow
                    kept = "embedding" in schema.names
                    return schema.field("embedding").type.list_size if kept else None
        except DAMAGED as error:
            raise _damaged(folder / name) from error
    return 0


def read_embeddings(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The embeddings of the newest finished run, shard by shard.

    Yields:
        item ids, object (n,), and float16 (n, D); shards without an answer are passed over.

    Raises:
        PredictionsError: there is no finished run, it kept no embeddings, or a shard is missing.
    """
    for table in _tables(folder, manifest(folder)["shards"], only=("item_id", "embedding")):
        if table.num_rows:
            found = embedding_of(table)
            if found is None:
                raise PredictionsError(f"the predictions in {folder} kept no embeddings")
            yield table["item_id"].to_numpy().astype(object), found


def read_rejected(folder: Path) -> pd.DataFrame:
    """Photos without scores in the newest finished run: ``item_id``, ``reason`` (a sentence).

    Raises:
        PredictionsError: there is no finished run, or a shard is missing.
    """
    refused = _refused(folder, manifest(folder)["shards"])
    return pd.DataFrame(refused, columns=["item_id", "reason"], dtype=object)


def write_rejected(path: Path, rejected: Sequence[tuple[str, str]]) -> None:
    """Write ``item_id`` and ``reason`` to Parquet, atomically; an empty table for none."""
    ids, reasons = zip(*rejected) if rejected else ((), ())
    columns = {"item_id": pa.array(ids, pa.string()), "reason": pa.array(reasons, pa.string())}
    with atomic_path(path) as temporary:
        pq.write_table(pa.table(columns), temporary)


def write_single(
    folder: Path, path: Path, about: dict[str, Any] | None = None, *, embedding: bool = True
) -> int:
    """Put the shards of the newest finished run together in one Parquet file, atomically.

    A group of rows is in memory at a time.

    Args:
        about: further metadata for the file.
        embedding: put it in, too, where it was kept.

    Returns:
        Number of items.

    Raises:
        PredictionsError: there is no finished run, or nothing was answered.
        StorageError: it cannot be written.
    """
    without = () if embedding else ("embedding",)
    tables = _tables(folder, manifest(folder)["shards"], without=without)
    rows = write_together(tables, path, about or {})
    if not rows:
        raise PredictionsError(f"no photo was answered in {folder}; see {folder / REJECTED}")
    return rows


def _gather(folder: Path, names: Sequence[str]) -> str | None:
    """Put the scores of these shards together for reading by columns; None without any."""
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    path = folder / f"scores-{digest}.parquet"
    tables = _tables(folder, names, without=("embedding",))
    return path.name if path.exists() or write_together(tables, path, {}) else None


def _tables(
    folder: Path, names: Sequence[str], *, without: Sequence[str] = (),
    only: Sequence[str] | None = None,
) -> Iterator[pa.Table]:
    for name in names:
        try:
            with pq.ParquetFile(folder / name) as file:
                columns = [column for column in file.schema_arrow.names
                           if column not in without and (only is None or column in only)]
                table = file.read(columns)
        except DAMAGED as error:
            raise _damaged(folder / name) from error
        yield table


def _damaged(path: Path) -> PredictionsError:
    return PredictionsError(
        f"the shard {path} is missing or damaged; predict again, only what is missing is made anew"
    )


def _refused(folder: Path, names: Sequence[str]) -> list[tuple[str, str]]:
    refused = []
    for name in names:
        facts = shard_facts(folder / name)
        if facts is None:
            raise _damaged(folder / name)
        refused += facts[1]
    return refused


def _nothing(tasks: Tasks, about: dict[str, Any]) -> Predictions:
    said = {name: value for name, value in about.items() if name not in ("shards", "gathered")}
    return Predictions(
        tasks, np.empty(0, object), np.empty((0, len(tasks.classes)), np.float32),
        np.empty((0, len(tasks.tag_names)), np.float32), about=said,
    )
