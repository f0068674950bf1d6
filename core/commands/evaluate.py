"""``evaluate``: how good a model is, on validation and on held-out items."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pyarrow.parquet as pq
import typer

from core.annotations.apply import current_catalog
from core.annotations.effect import CORRECTED
from core.catalog.table import Catalog
from core.commands.bar import progress_bar
from core.commands.corrected import figures_on
from core.commands.corrected_table import correction_lines
from core.commands.figures_table import figures_lines
from core.commands.opening import open_workspace
from core.decisions.bundle import Bundle, current_bundle
from core.files import write_json
from core.model.card import SEEN, Card, read_card
from core.predictions.out_of_sample import fair
from core.predictions.run import predict_workspace
from core.predictions.store import finished, manifest, read_predictions
from core.predictions.table import Predictions
from core.progress import Progress, silent
from core.workspace import Workspace


@dataclass(frozen=True)
class Answered:
    """A model's scores for a workspace, the labels in force and the thresholds in use."""

    model_dir: Path
    catalog: Catalog
    predictions: Predictions
    bundle: Bundle


def answered(
    workspace: Workspace, model: str | None = None, progress: Progress = silent
) -> Answered:
    """Scores and thresholds of a model; photos without scores are answered first.

    Raises:
        ModelError: no such model, or it answers other questions than the workspace asks.
        WorkspaceError: there are neither scores nor photos.
    """
    model_dir = workspace.model_dir(model)
    card = read_card(model_dir)
    card.require(workspace.tasks)
    catalog = current_catalog(workspace)
    predictions = _predictions(workspace, model_dir.name, card, catalog, progress)
    predictions = fair(predictions, catalog, model_dir)
    bundle = current_bundle(workspace.decisions_dir(model_dir.name), model_dir, card)
    return Answered(model_dir, catalog, predictions, bundle)


def evaluate_model(
    workspace: Workspace, model: str | None = None, progress: Progress = silent,
    labels: str = CORRECTED, as_of: datetime | None = None,
) -> dict[str, Any]:
    """Figures of a model at the thresholds in use; raises as ``answered``.

    Args:
        labels: ``corrected`` (in force), ``imported``, or ``untouched`` (none that was corrected).
        as_of: corrections up to that moment; None for all.

    Returns:
        JSON values: ``model``, ``model_id``, ``decisions`` (such as ``v2``), ``labels``,
        ``validation`` and ``heldout`` as ``core.metrics.evaluation.evaluate_part`` gives them,
        each further with ``corrected_labels`` (that people have changed since the import) and
        ``corrections`` (what that did, see ``core.commands.corrected.figures_on``).
    """
    found = answered(workspace, model, progress)
    figures = figures_on(workspace, found.predictions, found.bundle.thresholds,
                         read_seen(found.model_dir), labels, as_of)
    return {
        "model": found.model_dir.name, "model_id": found.bundle.model_id,
        "decisions": found.bundle.label, "labels": labels, **figures,
    }


def read_seen(model_dir: Path) -> frozenset[str]:
    """Content hashes of the photos that a model was fitted on; empty when it kept no list."""
    path = model_dir / SEEN
    if not path.exists():
        return frozenset()
    return frozenset(pq.read_table(path, columns=["content"])["content"].to_pylist())


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write all figures there, too.")] = None,
    labels: Annotated[str, typer.Option(
        help="corrected (in force), imported, or untouched: only those that nobody changed."
    )] = CORRECTED,
    as_of: Annotated[datetime | None, typer.Option(
        metavar="TIME", help="Labels as they were then, UTC, as 2026-11-22T16:30:00.",
        show_default=False)] = None,
) -> None:
    """Measure a model on validation and on held-out items, as tables and as JSON."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    with progress_bar("answering photos") as progress:
        figures = evaluate_model(opened, model, progress, labels, as_of)
    if json_file is not None:
        write_json(json_file, figures)
    typer.echo("\n".join([*figures_lines(figures), *correction_lines(figures)]))


def _predictions(
    workspace: Workspace, model: str, card: Card, catalog: Catalog, progress: Progress
) -> Predictions:
    """The saved scores if they cover what is measured, else made (or made whole) now."""
    folder = workspace.predictions_dir(model)
    if finished(folder) and manifest(folder).get("model_id") == card.model_id:
        saved = read_predictions(folder, workspace.tasks, embedding=False)
        measured = catalog.rows["split"].isin(("validation", "heldout")).to_numpy()
        photos = catalog.rows["image"].notna().to_numpy() if "image" in catalog.rows else False
        answered = saved.align(catalog.item_ids)[1]
        if workspace.images_dir is None or answered[measured & photos].all():
            return saved
    predict_workspace(workspace, model, progress)
    return read_predictions(folder, workspace.tasks, card.model_id, embedding=False)
