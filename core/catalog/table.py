"""The catalog: one row for each item, its labels, its photo, its side of the split."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import LabelsError, WorkspaceError
from core.files import atomic_path
from core.tasks import Tasks
from core.workspace import Workspace

PARTS = ("train", "validation", "heldout")
"""The sides of the split, in the order of use."""

PART_WORDS = {"train": "train", "validation": "validation", "heldout": "held-out"}
"""How pages and reports call them."""


def tag_column(tag: str) -> str:
    """Name of the catalog's and the predictions' column of a tag."""
    return f"tag:{tag}"


@dataclass(frozen=True)
class Catalog:
    """Items and their labels.

    Attributes:
        tasks: what is asked; every label in ``rows`` is one of its answers.
        rows: a frame with a RangeIndex and the columns
            ``item_id`` (str, unique), ``category`` (str, missing where unlabelled),
            ``tag:<TAG>`` (boolean, missing where unlabelled), ``split`` (one of PARTS),
            ``image`` (str: path in the images folder; missing without a photo),
            ``content`` (str: 32 hex digits of the photo file's SHA-256; missing),
            ``width``, ``height`` (Int32 pixels as shown, after EXIF rotation; missing),
            ``group`` (str, missing), and ``meta:<NAME>`` (any further column of the
            labels file).
    """

    tasks: Tasks
    rows: pd.DataFrame

    def __post_init__(self):
        if not self.rows["item_id"].is_unique:
            raise LabelsError("a catalog must name each item once")

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def place_of(self) -> pd.Index:
        """``place_of.get_indexer(ids)``: row numbers; -1 for items that are not here."""
        return pd.Index(self.rows["item_id"])

    @property
    def item_ids(self) -> np.ndarray:
        """object (N,) of str."""
        return self.rows["item_id"].to_numpy(dtype=object)

    @cached_property
    def category(self) -> np.ndarray:
        """int64 (N,): index of the label in ``tasks.classes``; -1 where unlabelled."""
        classes = pd.Index(self.tasks.classes)
        return classes.get_indexer(self.rows["category"]).astype(np.int64)

    @cached_property
    def tags(self) -> np.ndarray:
        """int8 (N, T): 1 tagged, 0 not, -1 where unlabelled."""
        columns = [
            self.rows[tag_column(tag)].astype("Int8").fillna(-1).to_numpy(dtype=np.int8)
            for tag in self.tasks.tag_names
        ]
        return np.stack(columns, axis=1) if columns else np.empty((len(self), 0), np.int8)

    def where(self, mask: np.ndarray) -> "Catalog":
        """The items for which ``mask`` (bool (N,)) holds, in the same order."""
        return self.with_rows(self.rows[mask].reset_index(drop=True))

    def with_rows(self, rows: pd.DataFrame) -> "Catalog":
        """These items or some of them, with other columns; not looked at for doubles again."""
        found = object.__new__(Catalog)
        object.__setattr__(found, "tasks", self.tasks)
        object.__setattr__(found, "rows", rows)
        return found

    def part(self, part: str) -> "Catalog":
        """The items on one side of the split; ``all`` for every item."""
        if part == "all":
            return self
        if part not in PARTS:
            raise WorkspaceError(f"part must be one of {', '.join(PARTS)} or all, got {part!r}")
        return self.where((self.rows["split"] == part).to_numpy())

    def pick(self, item_ids: Iterable[str]) -> "Catalog":
        """These items, in this order; ids that are not in the catalog are left out."""
        place = pd.Index(self.rows["item_id"]).get_indexer(list(item_ids))
        return Catalog(self.tasks, self.rows.iloc[place[place >= 0]].reset_index(drop=True))


def read_catalog(workspace: Workspace) -> Catalog:
    """Read catalog.parquet.

    Raises:
        WorkspaceError: the file is missing or damaged.
    """
    try:
        rows = pd.read_parquet(workspace.catalog_path)
    except (OSError, pa.ArrowException) as error:
        raise WorkspaceError(
            f"{workspace.catalog_path} cannot be read ({error}); make the workspace again with init"
        ) from error
    needed = ["item_id", "category", "split", *map(tag_column, workspace.tasks.tag_names)]
    missing = [name for name in needed if name not in rows]
    if missing:
        raise WorkspaceError(
            f"{workspace.catalog_path} has no column {missing[0]!r}, which tasks.yaml asks for;"
            " make the workspace again with init"
        )
    return Catalog(workspace.tasks, rows)


def write_catalog(workspace: Workspace, catalog: Catalog) -> None:
    """Write catalog.parquet, atomically."""
    with atomic_path(workspace.catalog_path) as temporary:
        pq.write_table(pa.Table.from_pandas(catalog.rows, preserve_index=False), temporary)


def data_hash(catalog: Catalog) -> str:
    """12 hex digits over ids, labels, photos and split: equal for equal data in any order."""
    columns = ["item_id", "category", "split", "content"]
    columns += [tag_column(tag) for tag in catalog.tasks.tag_names]
    columns = [name for name in columns if name in catalog.rows]
    rows = catalog.rows[columns].sort_values("item_id").astype("string").fillna("")
    digest = hashlib.sha256()
    for column in columns:
        digest.update("\x1f".join(rows[column]).encode())
    return digest.hexdigest()[:12]
