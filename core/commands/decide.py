"""``decide``: a saved decision bundle applied to the scores of many items."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from core.catalog.table import tag_column
from core.commands.bar import progress_bar
from core.commands.export_tables import decision_columns
from core.commands.opening import open_workspace
from core.decisions.bundle import Bundle, now
from core.decisions.decide import OUT_OF_CATALOG, decide_all
from core.decisions.shelf import shelf
from core.errors import PredictionsError
from core.model.card import read_card
from core.predictions.store import score_files
from core.predictions.table import Predictions, class_column
from core.predictions.together import about_of, write_together
from core.progress import Progress, silent
from core.tasks import Tasks
from core.workspace import Workspace

ROWS_AT_ONCE = 1 << 15
TOLD = 8
"""Tags that the report names."""


@dataclass
class Decided:
    """What became of the items.

    Attributes:
        bundle: that decided.
        out: the file that was written.
        items: how many.
        tagged, review: int64 (T,): items that get each tag; that a person is to look at.
        items_to_look_at: items with at least one such tag.
        warnings: sentences on what the scores lack or have too much.
    """

    bundle: Bundle
    out: Path
    tagged: np.ndarray
    review: np.ndarray
    items: int = 0
    items_to_look_at: int = 0
    warnings: list[str] = field(default_factory=list)


def decide_file(
    workspace: Workspace, bundle_name: str = "", *, model: str | None = None,
    predictions: Path | None = None, out: Path | None = None, progress: Progress = silent,
) -> Decided:  # fmt: skip
    """Decide every item of a predictions file by one bundle, a batch of rows at a time.

    Args:
        bundle_name: label, number or name; "" for the one in use.
        model: whose bundles; None for the model in use.
        predictions: written by ``predict --out``, or by others in the same form; None for what
            the model answered of the workspace.
        out: Parquet: ``item_id`` and the columns of ``decision_columns``.

    Raises:
        DecisionError: there is no such bundle.
        PredictionsError: a column is missing, a score is none, or there is no row.
        StorageError: it cannot be written; a file that was there is untouched.
    """
    tasks, model_dir = workspace.tasks, workspace.model_dir(model)
    card = read_card(model_dir)
    card.require(tasks)
    bundle = shelf(workspace.decisions_dir(model_dir.name), model_dir, card).find(bundle_name)
    if predictions is None:
        paths, name = score_files(workspace.predictions_dir(model_dir.name)), model_dir.name
    else:
        paths, name = [predictions], predictions.stem
    out = _parquet(out or Path(f"{name}.{bundle.label}.decisions.parquet"))
    counts = np.zeros((2, len(tasks.tag_names)), np.int64)
    done = Decided(bundle, out, *counts)
    batches = _batches(paths, tasks, bundle, done, progress)
    about = {
        "bundle": bundle.label, "bundle_name": bundle.name, "decided": now(),
        "thresholds": dict(bundle.thresholds), "per_category": bundle.per_category,
        "zones": bundle.zones,
    }  # fmt: skip
    if not write_together((_decide(one, done) for one in batches), out, about, compress=True):
        raise PredictionsError(f"there is nothing to decide: {paths[0]} has no rows")
    return done


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    bundle: Annotated[str, typer.Option(
        help="Label (v3) or name of a saved decision bundle.  [default: the one in use]",
        show_default=False)] = "",
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    predictions: Annotated[Path | None, typer.Option(metavar="FILE", help=(
        "Scores as predict --out writes them.  [default: those of the workspace]"),
        show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help=(
        "Parquet file to write.  [default: NAME.BUNDLE.decisions.parquet here]"),
        show_default=False)] = None,
) -> None:
    """Apply a saved decision bundle to scores: tags, zones of review and categories, as Parquet."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    with progress_bar("deciding", "items") as progress:
        done = decide_file(
            opened, bundle, model=model, predictions=predictions, out=out, progress=progress
        )
    for warning in done.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    typer.echo("\n".join(decided_lines(done, opened.tasks)))


def decided_lines(done: Decided, tasks: Tasks) -> list[str]:
    """The report for a terminal."""
    lines = [f"{done.items:,} items decided by {done.bundle.title}"]
    if tasks.tag_names:
        lines.append(f"tagged: {_named(tasks.tag_names, done.tagged)}")
    if done.bundle.zones:
        zoned = [t for t, tag in enumerate(tasks.tag_names) if tag in done.bundle.zones]
        lines.append(
            f"for a person to look at: {done.items_to_look_at:,} items"
            f" ({_named([tasks.tag_names[t] for t in zoned], done.review[zoned])})"
        )
    return [*lines, f"written to {done.out}"]


def _decide(given: Predictions, done: Decided) -> pa.Table:
    decisions = decide_all(given, done.bundle)
    done.items += len(given)
    done.tagged += decisions.tags.sum(axis=0)
    if decisions.review is not None:
        done.review += decisions.review.sum(axis=0)
        done.items_to_look_at += int(decisions.review.any(axis=1).sum())
    ids = {"item_id": pa.array(given.item_ids, pa.string())}
    table = pa.table(ids | decision_columns(given, decisions, done.bundle.zones))
    return table.replace_schema_metadata({"fitting_room": json.dumps(given.about)})


def _batches(
    paths: Sequence[Path], tasks: Tasks, bundle: Bundle, done: Decided, progress: Progress
) -> Iterator[Predictions]:
    """The scores of these files, some rows at a time."""
    total, read = 0, 0
    for path in paths:
        total += _facts(path).num_rows
    for number, path in enumerate(paths):
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            if not number:
                done.warnings += _warnings(path, schema, tasks, bundle)
            columns = _columns(path, schema, tasks)
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=columns):
                table = pa.Table.from_batches([batch], schema=batch.schema)
                table = table.replace_schema_metadata(schema.metadata)
                yield _predictions(path, table, tasks)
                read += table.num_rows
                progress(read, total)


def _facts(path: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(path)
    except FileNotFoundError as error:
        raise PredictionsError(f"there is no file {path}; make it with predict --out") from error
    except (OSError, pa.ArrowException) as error:
        raise PredictionsError(
            f"{path} is not a Parquet file that can be read ({error}); predict again"
        ) from error


def _columns(path: Path, schema: pa.Schema, tasks: Tasks) -> list[str]:
    """The columns to be read, all of them there and numbers."""
    asked = [*map(class_column, tasks.classes), *map(tag_column, tasks.tag_names)]
    missing = [name for name in ("item_id", *asked) if name not in schema.names]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise PredictionsError(
            f"{path} has no column {missing[0]!r}{more}, which this workspace asks for; predict"
            " with a model of this workspace, or name the workspace that the scores are of"
        )
    words = [name for name in asked if not pa.types.is_floating(schema.field(name).type)]
    if words:
        raise PredictionsError(
            f"the column {words[0]!r} of {path} holds {schema.field(words[0]).type}, not scores;"
            " predict again"
        )
    return ["item_id", *asked, *({OUT_OF_CATALOG} & set(schema.names))]


def _warnings(path: Path, schema: pa.Schema, tasks: Tasks, bundle: Bundle) -> list[str]:
    asked = {*map(class_column, tasks.classes), *map(tag_column, tasks.tag_names)}
    alien = [name for name in schema.names
             if name.startswith(("category:", "tag:")) and name not in asked]
    found = []
    if alien:
        more = f" and {len(alien) - 1} more" if len(alien) > 1 else ""
        found.append(f"{path} has scores that this workspace does not ask for, {alien[0]!r}{more};"
                     " they are left out")
    made_by = about_of(schema).get("model_id")
    if made_by is None:
        found.append(f"{path} does not say which model made it; {bundle.label} was chosen for the"
                     f" model {bundle.model_id}")
    elif made_by != bundle.model_id:
        found.append(f"{path} was made by another model ({made_by}) than {bundle.label} was chosen"
                     f" for ({bundle.model_id}): its thresholds may not suit these scores")
    return found


def _predictions(path: Path, table: pa.Table, tasks: Tasks) -> Predictions:
    empty = [name for name in table.column_names if table[name].null_count]
    if empty:
        raise PredictionsError(f"the column {empty[0]!r} of {path} has empty cells; predict again")
    return Predictions.from_arrow(table, tasks)


def _named(tags: Sequence[str], counts: np.ndarray) -> str:
    told = ", ".join(f"{tag} {count:,}" for tag, count in list(zip(tags, counts))[:TOLD])
    return told + (f" and {len(tags) - TOLD} more tags" if len(tags) > TOLD else "")


def _parquet(out: Path) -> Path:
    if out.suffix.lower() != ".parquet" or out.is_dir():
        raise PredictionsError(f"--out must name a file that ends in .parquet, got {out}")
    return out
