"""``audit``: what in a catalog looks wrong, the most suspicious first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from core.annotations.apply import apply
from core.annotations.records import workspace_records
from core.annotations.verdicts import DISMISSED, Verdict, verdicts
from core.audit.checks import CHECKS, audit
from core.audit.finding import (
    LABEL_ERROR,
    NONE_OF_THE_CLASSES,
    TAG_ERROR,
    Finding,
)
from core.audit.ground import Ground
from core.audit.looks import look_at
from core.catalog.table import Catalog, read_catalog
from core.commands.bar import progress_bar
from core.commands.opening import open_workspace
from core.errors import LabelsError, ModelError, PredictionsError
from core.files import write_json
from core.model.card import read_card
from core.predictions.run import predict_workspace
from core.predictions.store import finished, manifest, read_predictions
from core.predictions.table import Predictions
from core.progress import Progress, silent
from core.workspace import Workspace

FINDINGS = "findings.json"
"""Kept in the workspace, for the pages and for the queue of suspected items."""

SHOWN = 5
MODEL_CHECKS = (LABEL_ERROR, TAG_ERROR, NONE_OF_THE_CLASSES)


@dataclass(frozen=True)
class Audited:
    """What an audit found.

    Attributes:
        findings: all of them, the most suspicious first.
        verdicts: what people decided about them earlier, by the finding's key.
        skipped: checks that could not be run, with the reason.
    """

    findings: list[Finding]
    verdicts: Mapping[str, Verdict]
    skipped: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: ``findings`` (each with its ``verdict`` or None), ``counts`` by
        check, ``skipped``."""
        rows = []
        for found in self.findings:
            known = self.verdicts.get(found.key)
            rows.append({**found.as_dict(), "verdict": known.value if known else None,
                         "decided_by": known.annotator if known else None})
        counts = Counter(found.check for found in self.findings)
        return {"findings": rows, "counts": {name: counts[name] for name in CHECKS},
                "skipped": dict(self.skipped)}


def audit_workspace(
    workspace: Workspace,
    model: str | None = None,
    only: tuple[str, ...] | None = None,
    answering: Progress = silent,
    looking: Progress = silent,
) -> Audited:
    """Audit the labels in force; photos without embeddings are answered first.

    Args:
        model: whose embeddings are used; None for the one in use.
        answering, looking: told how far the model, and the look at all photos, are.
    """
    records = workspace_records(workspace)
    catalog = apply(read_catalog(workspace), records)
    predictions, missing = _embedded(workspace, model, catalog, answering)
    ground = Ground(catalog, look_at(workspace, catalog, looking), predictions)
    skipped = {name: missing for name in MODEL_CHECKS if missing}
    result = Audited(audit(ground, only), verdicts(records), skipped)
    if only is None:
        write_json(workspace.root / FINDINGS, result.as_dict())
    return result


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write all findings there, too.")] = None,
    model: Annotated[str | None, typer.Option(
        help="Model whose embeddings are used.  [default: the one in use]",
        show_default=False)] = None,
    check: Annotated[list[str] | None, typer.Option(
        help=f"Only this check; may be repeated. One of: {', '.join(CHECKS)}.",
        show_default=False)] = None,
) -> None:
    """Look for wrong labels, duplicates, leaks over the split and bad photos."""
    unknown = [name for name in check or () if name not in CHECKS]
    if unknown:
        raise LabelsError(f"there is no check {unknown[0]!r}; use one of {', '.join(CHECKS)}")
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    with progress_bar("answering photos") as answering, progress_bar("looking at") as looking:
        found = audit_workspace(
            opened, model, tuple(check) if check else None, answering, looking
        )
    if json_file is not None:
        write_json(json_file, found.as_dict())
    typer.echo("\n".join(audit_lines(found)))


def audit_lines(found: Audited) -> list[str]:
    """The findings in words for a terminal; dismissed ones are only counted."""
    dismissed = {key for key, said in found.verdicts.items() if said.value == DISMISSED}
    open_now = [one for one in found.findings if one.key not in dismissed]
    lines = [f"{len(open_now):,} findings"]
    if len(open_now) < len(found.findings):
        lines[0] += f", and {len(found.findings) - len(open_now):,} that were dismissed"
    for name in CHECKS:
        own = [one for one in open_now if one.check == name]
        if name in found.skipped:
            lines += ["", f"{name}: not checked; {found.skipped[name]}"]
        elif own:
            lines += ["", f"{name}: {len(own):,}"]
            lines += [f"  {one.suspicion:.2f}  {_items(one)}: {one.because}" for one in own[:SHOWN]]
    return lines


def _items(one: Finding) -> str:
    return " ".join(one.item_ids[:3]) + (" ..." if len(one.item_ids) > 3 else "")


def _embedded(
    workspace: Workspace, model: str | None, catalog: Catalog, progress: Progress
) -> tuple[Predictions | None, str]:
    """Predictions with embeddings for all photos; else None and the reason in words."""
    if workspace.images_dir is None:
        return None, "the workspace has labels only, no photos"
    try:
        model_dir = workspace.model_dir(model)
        card = read_card(model_dir)
        card.require(workspace.tasks)
        folder = workspace.predictions_dir(model_dir.name)
        if finished(folder) and manifest(folder).get("model_id") == card.model_id:
            saved = read_predictions(folder, workspace.tasks)
            photos = catalog.rows["image"].notna().to_numpy()
            if saved.embedding is not None and saved.align(catalog.item_ids)[1][photos].all():
                return saved, ""
        predict_workspace(workspace, model_dir.name, progress, embedding=True)
        return read_predictions(folder, workspace.tasks, card.model_id), ""
    except (ModelError, PredictionsError) as error:
        if model is not None:
            raise
        return None, str(error)
