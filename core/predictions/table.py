"""Scores of one model for many items, in memory and as Parquet."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.catalog.table import tag_column
from core.errors import PredictionsError
from core.tasks import Tasks


def class_column(name: str) -> str:
    """Name of the column with the scores of a class."""
    return f"category:{name}"


@dataclass(frozen=True)
class Predictions:
    """What one model says of N items. Immutable; refuses wrong shapes and values.

    Attributes:
        tasks: the questions; K classes and T tags in the order of the score columns.
        item_ids: object (N,) of distinct str.
        category: float32 (N, K) in [0, 1], rows summing to 1: calibrated probabilities.
        tags: float32 (N, T) in [0, 1]: calibrated probabilities, independent of each other.
        embedding: float16 (N, D), or None when not asked for.
        extra: further float32 (N,) scores by name (such as ``out_of_catalog``).
        about: metadata kept with the file: ``model_id``, ``tasks``, ``made``.
    """

    tasks: Tasks
    item_ids: np.ndarray
    category: np.ndarray
    tags: np.ndarray
    embedding: np.ndarray | None = None
    extra: dict[str, np.ndarray] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        n = len(self.item_ids)
        for name, scores, width in (
            ("category", self.category, len(self.tasks.classes)),
            ("tags", self.tags, len(self.tasks.tag_names)),
        ):
            if scores.shape != (n, width):
                raise PredictionsError(
                    f"{name} scores must have shape ({n}, {width}), got {scores.shape}; predict"
                    " again with a model that was trained for these tasks"
                )
            if n and width and not (scores.min() >= 0 and scores.max() <= 1):  # NaN fails too
                raise PredictionsError(f"{name} scores must be numbers in [0, 1]; predict again")
        if n and not np.allclose(self.category.sum(axis=1), 1, atol=1e-3):
            raise PredictionsError("category scores of an item must sum to 1; predict again")

    def __len__(self) -> int:
        return len(self.item_ids)

    @cached_property
    def top(self) -> np.ndarray:
        """int64 (N, K): classes from most to least likely; of equals the first class first."""
        return np.argsort(-self.category, axis=1, kind="stable")

    @cached_property
    def place_of(self) -> pd.Index:
        """``place_of.get_indexer(ids)``: row numbers; -1 for items without a prediction."""
        return pd.Index(self.item_ids)

    def align(self, item_ids: np.ndarray) -> tuple["Predictions", np.ndarray]:
        """Join by id.

        Returns:
            The predictions of those of ``item_ids`` that have one, in their order, and
            bool (len(item_ids),): which have one.
        """
        place = self.place_of.get_indexer(item_ids)
        found = place >= 0
        return self.take(place[found]), found

    def take(self, rows: np.ndarray) -> "Predictions":
        """The predictions at these row numbers."""
        return Predictions(
            self.tasks,
            self.item_ids[rows],
            self.category[rows],
            self.tags[rows],
            None if self.embedding is None else self.embedding[rows],
            {name: values[rows] for name, values in self.extra.items()},
            self.about,
        )

    def to_arrow(self) -> pa.Table:
        """One flat column for each score; metadata in the schema."""
        columns: dict[str, Any] = {"item_id": pa.array(self.item_ids, pa.string())}
        for index, name in enumerate(self.tasks.classes):
            columns[class_column(name)] = pa.array(self.category[:, index], pa.float32())
        for index, name in enumerate(self.tasks.tag_names):
            columns[tag_column(name)] = pa.array(self.tags[:, index], pa.float32())
        for name, values in self.extra.items():
            columns[name] = pa.array(values, pa.float32())
        if self.embedding is not None:
            flat = pa.array(np.ascontiguousarray(self.embedding).reshape(-1), pa.float16())
            width = self.embedding.shape[1]
            columns["embedding"] = pa.FixedSizeListArray.from_arrays(flat, width)
        about = {"fitting_room": json.dumps({**self.about, "tasks": self.tasks.fingerprint})}
        return pa.table(columns).replace_schema_metadata(about)

    @classmethod
    def from_arrow(cls, table: pa.Table, tasks: Tasks) -> "Predictions":
        """Read the columns that ``tasks`` asks for.

        Raises:
            PredictionsError: a column is missing, or a score is none.
        """
        def column(name: str) -> np.ndarray:
            if name not in table.column_names:
                raise PredictionsError(
                    f"predictions have no column {name!r}; they were made for other tasks,"
                    " predict again with a model of this workspace"
                )
            return table[name].to_numpy()

        n = table.num_rows
        category = [column(class_column(name)) for name in tasks.classes]
        tags = [column(tag_column(name)) for name in tasks.tag_names]
        known = {"item_id", "embedding", *map(class_column, tasks.classes)}
        known |= set(map(tag_column, tasks.tag_names))
        extra = {
            name: column(name).astype(np.float32)
            for name in table.column_names
            if name not in known and pa.types.is_floating(table.schema.field(name).type)
        }
        metadata = (table.schema.metadata or {}).get(b"fitting_room", b"{}")
        return cls(
            tasks,
            column("item_id").astype(object),
            np.stack(category, axis=1).astype(np.float32, copy=False),
            np.stack(tags, axis=1).astype(np.float32, copy=False) if tags
            else np.empty((n, 0), np.float32),
            embedding_of(table),
            extra,
            json.loads(metadata),
        )


def embedding_of(table: pa.Table) -> np.ndarray | None:
    """float16 (N, D); None where the table has no such column."""
    if "embedding" not in table.column_names:
        return None
    column = table["embedding"].combine_chunks()
    return column.flatten().to_numpy().reshape(len(column), column.type.list_size)
