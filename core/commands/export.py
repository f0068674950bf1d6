"""``export``: predictions, labels and models in the forms that others read."""

import shutil
import tempfile
from collections.abc import Callable, Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from core.annotations.apply import current_catalog
from core.catalog.table import PARTS
from core.commands.bar import progress_bar
from core.commands.export_labels import export_labels
from core.commands.export_tables import decision_columns, form_of, write_table
from core.commands.opening import open_workspace
from core.decisions.bundle import current_bundle
from core.decisions.decide import Decisions, decide, decide_all
from core.errors import StorageError
from core.files import storage_error
from core.model.card import read_card
from core.predictions.store import read_predictions, read_single
from core.predictions.table import Predictions
from core.workspace import Workspace


class What(StrEnum):
    """What can be exported."""

    predictions = "predictions"
    labels = "labels"
    model = "model"


PREDICTION_FORMATS = ("parquet", "csv", "vinted")


def export_predictions(
    workspace: Workspace,
    out: Path,
    *,
    form: str | None = None,
    model: str | None = None,
    scores: Path | None = None,
    part: str = "all",
) -> int:
    """Write predictions for others, with the decisions at the thresholds in use.

    Args:
        form: ``vinted`` (see ``vinted_table``), ``parquet`` or ``csv`` (``decided_table``); None
            for what the suffix of ``out`` says.
        scores: a file written by ``predict --out``; None for the workspace's predictions.
        part: only the items on this side of the split.

    Returns:
        Number of items.

    Raises:
        PredictionsError: there are none, or no such form.
        TasksMismatchError: they answer other questions than the workspace asks.
    """
    form = form_of(form, out, PREDICTION_FORMATS)
    model_dir = workspace.model_dir(model)
    card = read_card(model_dir)
    card.require(workspace.tasks)
    if scores is not None:
        predictions = read_single(scores, workspace.tasks)
    else:
        folder = workspace.predictions_dir(model_dir.name)
        predictions = read_predictions(
            folder, workspace.tasks, card.model_id, embedding=False
        )
    if part != "all":
        chosen = current_catalog(workspace).part(part)
        predictions, _ = predictions.align(chosen.item_ids)
    bundle = current_bundle(workspace.decisions_dir(model_dir.name), model_dir, card)
    if form == "vinted":
        table = vinted_table(predictions, bundle.thresholds)
    else:
        table = decided_table(predictions, decide_all(predictions, bundle), bundle.zones)
    write_table(table, out)
    return len(predictions)


def vinted_table(predictions: Predictions, thresholds: dict[str, float]) -> pa.Table:
    """The two most likely classes and the decided tags, as numbers.

    Returns:
        The id under its own name (string); ``category1``, ``category2``: numbers of the most
        and the second most likely class, in the order of tasks.yaml, from 0 (int64); one
        column for each tag: 1 tagged, 0 not (int64).
    """
    tasks = predictions.tasks
    decided = decide(predictions, thresholds)
    columns = {tasks.item.id: pa.array(predictions.item_ids, pa.string())}
    for place in (0, 1):
        columns[f"category{place + 1}"] = pa.array(predictions.top[:, place], pa.int64())
    for index, tag in enumerate(tasks.tag_names):
        columns[tag] = pa.array(decided[:, index].astype("int64"), pa.int64())
    return pa.table(columns)


def decided_table(
    predictions: Predictions, decisions: Decisions, zones: Collection[str] = ()
) -> pa.Table:
    """The scores, and before them the answers.

    Returns:
        ``item_id``, the columns of ``decision_columns``, then the score columns of the
        predictions; no embedding.
    """
    columns = {"item_id": pa.array(predictions.item_ids, pa.string()),
               **decision_columns(predictions, decisions, zones)}
    flat = predictions.to_arrow().drop_columns(["item_id"])
    flat = flat.select([name for name in flat.column_names if name != "embedding"])
    columns |= {name: flat[name] for name in flat.column_names}
    return pa.table(columns).replace_schema_metadata(flat.schema.metadata)


def export_model(workspace: Workspace, out: Path, *, model: str | None = None) -> str:
    """Copy a model's folder, whole or not at all.

    Returns:
        Name of the model.

    Raises:
        StorageError: ``out`` is there already, or cannot be written.
    """
    source = workspace.model_dir(model)
    if out.exists():
        raise StorageError(f"{out} is there already; name a new folder for the model")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
        try:
            shutil.copytree(source, temporary / "model")
            (temporary / "model").rename(out)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise storage_error(out, error) from error
    return source.name


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    what: Annotated[What, typer.Argument(help="What to export.")],
    out: Annotated[Path, typer.Option(help="File to write; for a model, the new folder.")],
    form: Annotated[str | None, typer.Option("--format", help=(
        "predictions: parquet, csv, or vinted (numbers of the two best classes and of each"
        " tag); labels: parquet, csv, jsonl, everybody's answers as label-studio (JSON) or"
        " ground-truth (a manifest), or a new folder as folders (one for each class) or"
        " huggingface.  [default: by the suffix of --out]"),
        show_default=False)] = None,
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    scores: Annotated[Path | None, typer.Option(metavar="FILE", help=(
        "Predictions written by predict --out.  [default: those of the workspace]"),
        show_default=False)] = None,
    part: Annotated[str, typer.Option(
        help=f"Only the items of one part: {', '.join(PARTS)}, or all.")] = "all",
    provenance: Annotated[bool, typer.Option(
        "--provenance", help="With labels: who set each, when, and how many agreed.")] = False,
) -> None:
    """Write predictions, labels or a model for others."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    told: dict[What, Callable[[], str]] = {
        What.predictions: lambda: _items(export_predictions(
            opened, out, form=form, model=model, scores=scores, part=part)),
        What.labels: lambda: _items(export_labels(
            opened, out, form=form, part=part, provenance=provenance)),
        What.model: lambda: f"model {export_model(opened, out, model=model)}",
    }
    typer.echo(f"{told[what]()} written to {out}")


def _items(count: int) -> str:
    return f"{count:,} item{'' if count == 1 else 's'}"
