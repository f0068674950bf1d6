"""Votes from other tools into the log, each once."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from core.annotations.answer import Answer
from core.annotations.ground_truth import read_ground_truth
from core.annotations.label_studio import read_label_studio
from core.annotations.log import AnnotationLog, Voice, undone_saves
from core.annotations.schema import annotations, items, words
from core.annotations.votes_frame import ReadVotes
from core.annotations.votes_table import read_votes_table
from core.catalog.table import Catalog
from core.errors import AnnotationError
from core.progress import Progress, silent

IMPORT = "import"
TABLES = (".parquet", ".pq", ".csv", ".tsv", ".txt", ".gz")
JSON_LINES = (".jsonl", ".manifest", ".ndjson", ".jsonlines")
SAME = ["item_id", "task", "annotator", "value"]
"""Equal in these (and in the time it was said, where known): the same vote."""


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        new: answers added to the log.
        known: answers that the log had already.
        repeated: answers that a later record of the same file replaces.
        items, annotators: distinct ones in the file.
        outside: items that the catalog does not have; their votes are kept all the same.
        saves: numbers of the saves, one for each annotator; undo them to take the import back.
        left_out: records that are no votes (``votes_frame.LEFT_OUT``).
    """

    new: int
    known: int
    repeated: int
    items: int
    annotators: int
    outside: int
    saves: tuple[int, ...]
    left_out: pd.DataFrame


def read_votes(path: Path, catalog: Catalog) -> ReadVotes:
    """Read a file of votes: a table, a Label Studio export, or a Ground Truth manifest.

    Raises:
        AnnotationError: the file is missing, of another kind, or not as its kind asks.
        LabelsError: a table that cannot be read.
    """
    if not path.is_file():
        raise AnnotationError(f"there is no file {path}; name an existing file of votes")
    kind = path.suffix.lower()
    if kind in TABLES:
        return read_votes_table(path, catalog.tasks)
    if kind in JSON_LINES:
        return read_ground_truth(path, catalog)
    if kind == ".json":
        return (read_label_studio if _is_one_value(path) else read_ground_truth)(path, catalog)
    raise AnnotationError(
        f"{path.name} is no kind of votes file that is known; give Parquet or CSV, a Label Studio"
        " export (.json), or a Ground Truth output manifest (.manifest, .jsonl)"
    )


def import_votes(
    log: AnnotationLog, catalog: Catalog, read: ReadVotes, name: str,
    progress: Progress = silent,
) -> Imported:
    """Add the votes that the log does not have, one save for each annotator, all or none.

    Args:
        name: of the file; the source of the votes is ``import:NAME``.
        progress: told after each annotator; when it stops the work, nothing is added.
    """
    said = read.votes
    in_order = said.sort_values("said_at", kind="stable", na_position="first")
    votes = in_order.drop_duplicates(["item_id", "task", "annotator"], keep="last").sort_index()
    with log.store.writing() as connection:
        fresh = votes[~_are_in(connection, votes)]
        saves: list[int] = []
        done = 0
        for who, own in fresh.groupby("annotator", sort=False):
            progress(done, len(fresh))
            voice = Voice(who, f"{IMPORT}:{name}")
            saves.append(log.write(connection, _answers(own), voice, uuid.uuid4().hex))
            done += len(own)
        progress(done, len(fresh))
    inside = pd.Index(catalog.item_ids)
    return Imported(
        new=len(fresh), known=len(votes) - len(fresh), repeated=len(said) - len(votes),
        items=votes["item_id"].nunique(), annotators=votes["annotator"].nunique(),
        outside=int((~votes["item_id"].drop_duplicates().isin(inside)).sum()),
        saves=tuple(saves), left_out=read.left_out,
    )


def _are_in(connection: sa.Connection, votes: pd.DataFrame) -> pd.Series:
    """bool: votes that an earlier import, not undone, brought already."""
    known = _imported(connection)
    keys = [*SAME, "said_at"]
    wanted = votes[keys].assign(said_at=votes["said_at"].fillna(-1).astype("int64"))
    there = pd.MultiIndex.from_frame(wanted).isin(pd.MultiIndex.from_frame(known[keys]))
    return pd.Series(there, index=votes.index)


def _imported(connection: sa.Connection) -> pd.DataFrame:
    task, value, person, source = (words.alias() for _ in range(4))
    query = (
        sa.select(
            items.c.item_id, task.c.text, person.c.text, value.c.text,
            sa.func.coalesce(annotations.c.said_at, -1), annotations.c.save,
        )
        .join(items, annotations.c.item == items.c.number)
        .join(task, annotations.c.task == task.c.number)
        .join(value, annotations.c.value == value.c.number)
        .join(person, annotations.c.annotator == person.c.number)
        .join(source, annotations.c.source == source.c.number)
        .where(source.c.text.startswith(f"{IMPORT}:"))
    )
    rows = connection.execute(query).all()
    known = pd.DataFrame(rows, columns=[*SAME, "said_at", "save"])
    return known[~known["save"].isin(list(undone_saves(connection)))]


def _answers(votes: pd.DataFrame) -> list[Answer]:
    return [
        Answer(item_id, task, value, None if pd.isna(said_at) else int(said_at))
        for item_id, task, value, said_at in
        votes[["item_id", "task", "value", "said_at"]].itertuples(index=False)
    ]


def _is_one_value(path: Path) -> bool:
    """Whether a .json file is one list (Label Studio) and not one object on each line."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        start = file.read(200).lstrip()[:1]
    return start == "["
