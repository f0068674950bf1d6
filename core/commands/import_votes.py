"""``import-votes``: several people's answers, made elsewhere, into the annotation log."""

from pathlib import Path
from typing import Annotated

import typer

from core.annotations.answer import CATEGORY, task_names
from core.annotations.apply import corrections
from core.annotations.ballot import Ballot, ballots
from core.annotations.importing import Imported, import_votes, read_votes
from core.annotations.log import AnnotationLog
from core.annotations.present import OPEN
from core.annotations.records import Records, read_records
from core.catalog.table import Catalog, read_catalog
from core.commands.bar import progress_bar
from core.commands.opening import open_workspace
from core.files import atomic_path
from core.workspace import Workspace

LEFT_OUT = "left_out_votes.csv"
MOST_REASONS = 5


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    file: Annotated[Path, typer.Argument(
        metavar="FILE", help="Parquet or CSV (one row for each person and item), a Label Studio"
        " JSON export, or a SageMaker Ground Truth output manifest (JSON lines).")],
) -> None:
    """Add several people's votes to the log; a vote that is there already is not doubled."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    catalog = read_catalog(opened)
    read = read_votes(file, catalog)
    log = AnnotationLog.of(opened)
    try:
        done = import_votes(log, catalog, read, file.name)
        records = read_records(log)
    finally:
        log.close()
    report = keep_left_out(opened, done)
    typer.echo("\n".join([*done_lines(done, str(report)), "", *now_lines(catalog, records)]))


def keep_left_out(workspace: Workspace, done: Imported) -> Path:
    """Write what was left out of an import, and why, into the workspace."""
    report = workspace.root / LEFT_OUT
    with atomic_path(report) as temporary:
        done.left_out.to_csv(temporary, index=False)
    return report


def done_lines(done: Imported, listed_in: str) -> list[str]:
    """What was taken, and what was left out."""
    lines = [
        f"{_count(done.new, 'answer')} added, by {_count(done.annotators, 'annotator')}"
        f" on {_count(done.items, 'item')}"
    ]
    if done.known:
        lines.append(f"  {done.known:,} were in the log already")
    if done.repeated:
        lines.append(f"  {done.repeated:,} were replaced by later ones of the same person")
    if done.outside:
        lines.append(f"  {_count(done.outside, 'item')} not in the catalog; their votes are kept")
    if len(done.left_out):
        lines.append(f"  {_count(len(done.left_out), 'answer')} left out, listed in {listed_in}:")
        counts = done.left_out["reason"].value_counts()
        most = counts.head(MOST_REASONS).items()
        lines += [f"    {count:>7,}  {reason}" for reason, count in most]
    return lines


def now_lines(catalog: Catalog, records: Records) -> list[str]:
    """What the votes settle, and what they change."""
    category = ballots(records, catalog.tasks)[0]
    agreed, queued = settled(category)
    changed = corrections(catalog, records)
    heldout = int(changed["heldout"].sum())
    lines = [
        f"category: {_count(agreed, 'item')} with a majority of at least two votes,"
        f" {queued:,} left open for the queue",
        f"labels that now differ from the catalog's: {len(changed):,},"
        f" {heldout:,} of them held-out",
    ]
    for task in task_names(catalog.tasks):
        count = int((changed["task"] == task).sum())
        if count:
            name = catalog.tasks.category.column if task == CATEGORY else task.removeprefix("tag:")
            lines.append(f"  {count:>7,}  {name}")
    return lines


def settled(ballot: Ballot) -> tuple[int, int]:
    """Items with a majority of at least two votes, and the others that were voted on."""
    top = ballot.counts.max(axis=1, initial=0)
    agreed = int(((top >= 2) & (ballot.majority != OPEN)).sum())
    return agreed, len(ballot.item_ids) - agreed


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"
