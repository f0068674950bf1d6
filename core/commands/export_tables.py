"""Tables written for others: their forms, by name or by suffix."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from core.errors import PredictionsError
from core.files import atomic_path


def form_of(form: str | None, out: Path, known: tuple[str, ...]) -> str:
    """The form asked for, which the suffix of ``out`` must not contradict."""
    suffix = out.suffix.lower().lstrip(".")
    form = form or suffix
    if form not in known:
        raise PredictionsError(
            f"--format must be one of {', '.join(known)}, got {form!r}; name one, or let --out end"
            f" in .{known[0]} or .{known[1]}"
        )
    if form != "vinted" and suffix != form:
        raise PredictionsError(f"--out must end in .{form} for that format, got {out.name}")
    return form


def write_table(table: pa.Table, out: Path) -> None:
    with atomic_path(out) as temporary:
        if out.suffix.lower() == ".csv":
            pacsv.write_csv(table, temporary)
        else:
            pq.write_table(table, temporary)
