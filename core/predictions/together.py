"""Writing scores to Parquet: fast to read by columns, in groups of rows that fit in memory."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.files import atomic_path

PLAIN = {"use_dictionary": False, "compression": "none", "write_statistics": False}
"""How scores are written. They hardly repeat: a dictionary and compression would save 4 % of the
room and cost several times the time to write and to read."""
GROUP = 1 << 16
"""Rows of a group in a file of many items: of each column a few hundred kB."""
GROUP_BYTES = 64 << 20
"""Memory of such a group, which embeddings fill with fewer rows."""


def write_together(
    tables: Iterator[pa.Table], path: Path, about: dict[str, Any], *, compress: bool = False
) -> int:
    """Write the rows of many tables to one file, atomically; without rows none is written.

    Args:
        tables: of one schema; those without rows are passed over.
        about: added to what the first table says of itself.
        compress: for words and decisions, which repeat, unlike scores.

    Returns:
        Number of rows.

    Raises:
        StorageError: it cannot be written.
    """
    groups = _in_groups(tables)
    first = next(groups, None)
    if first is None:
        return 0
    rows, form = 0, {} if compress else PLAIN
    said = {**about_of(first.schema), **about}
    schema = first.schema.with_metadata({"fitting_room": json.dumps(said)})
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema, **form) as writer:
        for table in chain([first], groups):
            writer.write_table(table.cast(schema), row_group_size=GROUP)
            rows += table.num_rows
    return rows


def _in_groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of up to GROUP rows and about GROUP_BYTES, none of them empty."""
    waiting: list[pa.Table] = []
    rows = size = 0
    for table in tables:
        if not table.num_rows:
            continue
        if waiting and (rows + table.num_rows > GROUP or size + table.nbytes > GROUP_BYTES):
            yield pa.concat_tables(waiting)
            waiting, rows, size = [], 0, 0
        waiting.append(table)
        rows, size = rows + table.num_rows, size + table.nbytes
    if waiting:
        yield pa.concat_tables(waiting)


def about_of(schema: pa.Schema) -> dict[str, Any]:
    """What a file of ours says of itself, such as ``model_id``; {} for others."""
    try:
        said = json.loads((schema.metadata or {}).get(b"fitting_room", b"{}"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
