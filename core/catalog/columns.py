"""Columns of a catalog from Parquet, a few at a time, without the whole table in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.catalog.table import tag_column
from core.errors import WorkspaceError


class LabelColumns:
    """The labels of tags in catalog.parquet.

    Attributes:
        path: of the file.
        changes: by tag (row numbers, labels) that differ from the file.
    """

    def __init__(
        self, path: Path, changes: Mapping[str, tuple[np.ndarray, np.ndarray]] | None = None
    ):
        self.path = path
        self.changes = changes or {}

    def plain(self, columns: Sequence[str]) -> pa.Table:
        """Columns as they are in the file, such as ``item_id`` and ``split``.

        Columns that the file does not have are left out.

        Raises:
            WorkspaceError: the file is missing or damaged.
        """
        try:
            with pq.ParquetFile(self.path) as file:
                return file.read([name for name in columns if name in file.schema_arrow.names])
        except (OSError, pa.ArrowException) as error:
            raise WorkspaceError(
                f"{self.path} cannot be read ({error}); make the workspace again with init"
            ) from error

    def read(self, tags: Sequence[str]) -> np.ndarray:
        """int8 (C, N): 1 tagged, 0 not, -1 unlabelled.

        Raises:
            WorkspaceError: the file is missing or damaged, or has no such column.
        """
        table = self.plain([tag_column(tag) for tag in tags])
        found = np.empty((len(tags), table.num_rows), np.int8)
        for index, tag in enumerate(tags):
            if tag_column(tag) not in table.column_names:
                raise WorkspaceError(
                    f"{self.path} has no column {tag_column(tag)!r}, which tasks.yaml asks for;"
                    " make the workspace again with init"
                )
            column = pc.fill_null(table[tag_column(tag)].cast(pa.int8()), -1)
            found[index] = column.to_numpy()
            rows, labels = self.changes.get(tag, ((), ()))
            found[index, rows] = labels
        return found
