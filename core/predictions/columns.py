"""Score columns from Parquet, a few at a time: catalogs whose scores outgrow memory.

Files are read in pieces (a row group each) on all cores into one array with the columns one
after the other, the order in which figures look at them.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import PredictionsError
from core.predictions.fingerprint import cores

DAMAGED = (OSError, pa.ArrowException, ValueError, KeyError, TypeError)


class _Piece(NamedTuple):
    """A row group: its file, its number, the rows it fills, and what the file says of itself where
    that is kept: reading it again for every group takes longer than the group."""

    path: Path
    group: int
    start: int
    rows: int
    facts: pq.FileMetaData | None


class ScoreColumns:
    """The scores in one or more Parquet files, one after the other.

    Attributes:
        paths: the files; their rows count through.
        rows: number of items.
    """

    def __init__(self, paths: Sequence[Path]):
        """Read what the files say of themselves.

        Raises:
            PredictionsError: one is missing, damaged, or no predictions file.
        """
        self.paths = tuple(paths)
        self._pieces: list[_Piece] = []
        self.rows = 0
        for path in self.paths:
            facts = _facts(path)
            for group in range(facts.num_row_groups):
                rows = facts.row_group(group).num_rows
                kept = facts if facts.num_row_groups > 1 else None
                self._pieces.append(_Piece(path, group, self.rows, rows, kept))
                self.rows += rows

    def ids(self) -> pa.Array:
        """string (N,): ``item_id`` of every row.

        Raises:
            PredictionsError: there is no such column, or an id is missing.
        """
        tables = [_read(piece, ["item_id"])["item_id"] for piece in self._pieces]
        chunks = [chunk.cast(pa.string()) for column in tables for chunk in column.chunks]
        found = pa.chunked_array(chunks, pa.string()).combine_chunks()
        if isinstance(found, pa.ChunkedArray):  # more text than one array holds
            found = pa.concat_arrays([chunk.cast(pa.large_string()) for chunk in found.chunks])
        if found.null_count:
            raise PredictionsError(
                f"{found.null_count:,} rows of the predictions have no item_id; predict again"
            )
        return found

    def read(self, columns: Sequence[str]) -> np.ndarray:
        """float32 (C, N): some of the columns, each in one stretch of memory.

        Raises:
            PredictionsError: a column is missing, not a number, or has empty cells.
        """
        found = np.empty((len(columns), self.rows), np.float32)

        def fill(piece: _Piece) -> None:
            table = _read(piece, columns)
            for index, name in enumerate(columns):
                place = found[index, piece.start : piece.start + piece.rows]
                place[:] = _scores(table[name], name)

        with ThreadPoolExecutor(cores()) as threads:
            for _ in threads.map(fill, self._pieces):
                pass
        return found


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a predictions file is read into a sentence.

    Raises:
        PredictionsError: the file is missing or damaged.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise PredictionsError(f"there is no file {path}; make it with predict --out") from error
    except DAMAGED as error:
        raise PredictionsError(
            f"{path} is not a Parquet file that can be read ({error}); predict again"
        ) from error


def _facts(path: Path) -> pq.FileMetaData:
    with reading(path):
        return pq.read_metadata(path)


def _read(piece: _Piece, columns: Sequence[str]) -> pa.Table:
    try:
        with pq.ParquetFile(piece.path, metadata=piece.facts) as file:
            missing = [name for name in columns if name not in file.schema_arrow.names]
            if missing:
                raise PredictionsError(
                    f"{piece.path} has no column {missing[0]!r}; it was made for other tasks,"
                    " predict again with a model of this workspace"
                )
            return file.read_row_group(piece.group, list(columns), use_threads=False)
    except DAMAGED as error:
        raise PredictionsError(
            f"{piece.path} is missing or damaged ({error}); predict again"
        ) from error


def _scores(column: pa.ChunkedArray, name: str) -> np.ndarray:
    if not pa.types.is_floating(column.type) or column.null_count:
        what = "has empty cells" if column.null_count else f"holds {column.type}, not numbers"
        raise PredictionsError(f"the column {name!r} of the predictions {what}; predict again")
    return column.to_numpy()
