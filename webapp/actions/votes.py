"""Votes in and out of the page: files that people bring, and the work of taking them in."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyarrow import ArrowException

from core.annotations.importing import JSON_LINES, import_votes, read_votes
from core.annotations.log import Voice
from core.annotations.records import read_records
from core.commands.import_votes import done_lines, keep_left_out, now_lines
from core.errors import AnnotationError
from webapp.actions.jobs import Job
from webapp.actions.logs import log_of
from webapp.actions.opened import Opened

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 2_000_000
MOST_UNPACKED = 1024 * 1024 * 1024
KINDS = (".parquet", ".pq", ".csv", ".tsv", ".txt", ".json", *JSON_LINES)
MOST_LISTED = 20


@dataclass
class Taken:
    """What became of a file; filled by the work in the background."""

    lines: list[str] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    saves: list[int] = field(default_factory=list)


def require_kind(name: str) -> str:
    """The file's ending.

    Raises:
        AnnotationError: it is none that is taken here.
    """
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise AnnotationError(
            f"{name or 'the file'} is no kind of votes file that is taken here; bring"
            f" {', '.join(KINDS)}, unpacked"
        )
    return kind


def require_size(size: int, name: str) -> None:
    """Refuse what is too large.

    Raises:
        AnnotationError: with the way out.
    """
    if size > MOST_BYTES:
        raise AnnotationError(
            f"{name} is larger than {MOST_BYTES >> 20} MB; import it on the command line with"
            " python -m core import-votes"
        )


def take_in(opened: Opened, body: bytes, name: str, job: Job) -> Taken:
    """Read a file of votes and add those that the log does not have; all or none.

    Raises:
        AnnotationError, LabelsError: it is no file of votes; the sentence says why.
    """
    job.step("reading the file")(0, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"votes{require_kind(name)}"
        path.write_bytes(body)
        _require_bounded(path, name)
        try:
            read = read_votes(path, opened.imported)
        except (RecursionError, MemoryError, UnicodeDecodeError) as error:
            raise AnnotationError(
                f"{name} cannot be read ({type(error).__name__}); write it again, or in parts"
            ) from error
    log = log_of(opened.workspace)
    done = import_votes(log, opened.imported, read, name, job.step("adding votes"))
    keep_left_out(opened.workspace, done)
    lines = done_lines(done, "the table below")
    listed = done.left_out.head(MOST_LISTED).astype(object)
    return Taken(
        [*lines, *now_lines(opened.imported, read_records(log))],
        listed.where(listed.notna(), None).to_dict("records"), list(done.saves),
    )


def take_back(opened: Opened, saves: list[int], by: str) -> int:
    """Undo an import's saves, in this workspace only; returns how many were undone."""
    log = log_of(opened.workspace)
    for save in saves:
        log.undo(save, Voice(by, "undo"))
    return len(saves)


def _require_bounded(path: Path, name: str) -> None:
    """A small Parquet file can unpack to anything."""
    if path.suffix not in (".parquet", ".pq"):
        return
    try:
        about = pq.ParquetFile(path).metadata
    except (ArrowException, OSError):
        return  # the reader says what is wrong with it
    unpacked = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
    if about.num_rows > MOST_ROWS or unpacked > MOST_UNPACKED:
        raise AnnotationError(
            f"{name} has {about.num_rows:,} rows and unpacks to {unpacked >> 20:,} MB; at most"
            f" {MOST_ROWS:,} rows and {MOST_UNPACKED >> 20:,} MB are taken here, more on the"
            " command line with python -m core import-votes"
        )
