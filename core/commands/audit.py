"""``audit``: what in a catalog looks wrong, the most suspicious first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from core.annotations.apply import apply
from core.annotations.present import coded
from core.annotations.records import workspace_records
from core.annotations.verdicts import ACCEPTED, Verdict, verdicts
from core.audit.checks import CHECKS, audit
from core.audit.finding import LABEL_ERROR, NONE_OF_THE_CLASSES, TAG_ERROR, Finding
from core.audit.ground import Ground
from core.audit.looks import look_at
from core.audit.saved import About, Saved, catalog_print, now, save_findings
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

SHOWN = 5
MODEL_CHECKS = (LABEL_ERROR, TAG_ERROR, NONE_OF_THE_CLASSES)


@dataclass(frozen=True)
class Audited:
    """What an audit found, and what people decided about it.

    Attributes:
        saved: the findings, what could not be checked, what they rest on.
        verdicts: what people decided about them earlier, by the finding's key.
    """

    saved: Saved
    verdicts: Mapping[str, Verdict]

    def as_dict(self) -> dict[str, Any]:
        """As ``Saved.as_dict``, each finding with its ``verdict`` and ``decided_by`` or None."""
        value = self.saved.as_dict()
        for row in value["findings"]:
            known = self.verdicts.get(row["key"])
            row |= {"verdict": known.value if known else None,
                    "decided_by": known.annotator if known else None}
        return value


def audit_workspace(
    workspace: Workspace,
    model: str | None = None,
    only: tuple[str, ...] | None = None,
    answering: Progress = silent,
    looking: Progress = silent,
    checking: Progress = silent,
) -> Audited:
    """Audit the labels in force; photos without embeddings are answered first.

    With all checks, what is found is kept in the workspace.

    Args:
        model: whose embeddings are used; None for the one in use.
        answering, looking, checking: told how far the model, the look at all photos and the
            checks are.
    """
    records, begun = workspace_records(workspace), now()
    imported = catalog_print(workspace)
    catalog = apply(read_catalog(workspace), records)
    predictions, made_by, missing = _embedded(workspace, model, catalog, answering)
    ground = Ground(catalog, look_at(workspace, catalog, looking), predictions)
    without = CHECKS if workspace.images_dir is None else MODEL_CHECKS
    about = About(
        begun, len(catalog), imported, len(coded(records, catalog.tasks)[0]),
        int(records.save.max(initial=0)), *made_by,
    )
    found = audit(ground, only, checking)
    saved = Saved(found, {name: missing for name in without if missing}, about)
    if only is None:
        save_findings(workspace, saved)
    return Audited(saved, verdicts(records))


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
    with (
        progress_bar("answering photos") as answering,
        progress_bar("looking at") as looking,
        progress_bar("checking", "checks") as checking,
    ):
        only = tuple(check) if check else None
        found = audit_workspace(opened, model, only, answering, looking, checking)
    if json_file is not None:
        write_json(json_file, found.as_dict())
    typer.echo("\n".join(audit_lines(found)))


def audit_lines(found: Audited) -> list[str]:
    """The findings in words for a terminal; those dismissed or relabelled are only counted."""
    said = [found.verdicts.get(one.key) for one in found.saved.findings]
    settled = Counter(one.value for one in said if one is not None and one.value != ACCEPTED)
    left = [(one, verdict) for one, verdict in zip(found.saved.findings, said, strict=True)
            if verdict is None or verdict.value == ACCEPTED]
    lines = [", ".join([
        f"{len(left):,} findings",
        *(f"and {number:,} that {'was' if number == 1 else 'were'} {value}"
          for value, number in sorted(settled.items())),
    ])]
    for name in CHECKS:
        own = [both for both in left if both[0].check == name]
        if name in found.saved.skipped:
            lines += ["", f"{name}: not checked; {found.saved.skipped[name]}"]
        elif own:
            lines += ["", f"{name}: {len(own):,}"]
            lines += [f"  {one.suspicion:.2f}  {_items(one)}: {one.because}{_agreed(verdict)}"
                      for one, verdict in own[:SHOWN]]
    return lines


def _agreed(verdict: Verdict | None) -> str:
    return f" (accepted by {verdict.annotator})" if verdict else ""


def _items(one: Finding) -> str:
    return " ".join(one.item_ids[:3]) + (" ..." if len(one.item_ids) > 3 else "")


def _embedded(
    workspace: Workspace, model: str | None, catalog: Catalog, progress: Progress
) -> tuple[Predictions | None, tuple[str | None, str | None], str]:
    """Predictions with embeddings for all photos, name and id of the model, and ""; without
    predictions the reason in words."""
    made_by = (None, None)
    if workspace.images_dir is None:
        return None, made_by, "the workspace has labels only, no photos"
    try:
        model_dir = workspace.model_dir(model)
        card = read_card(model_dir)
        card.require(workspace.tasks)
        made_by = (model_dir.name, card.model_id)
        folder = workspace.predictions_dir(model_dir.name)
        if finished(folder) and manifest(folder).get("model_id") == card.model_id:
            saved = read_predictions(folder, workspace.tasks)
            photos = catalog.rows["image"].notna().to_numpy()
            if saved.embedding is not None and saved.align(catalog.item_ids)[1][photos].all():
                return saved, made_by, ""
        predict_workspace(workspace, model_dir.name, progress, embedding=True)
        return read_predictions(folder, workspace.tasks, card.model_id), made_by, ""
    except (ModelError, PredictionsError) as error:
        if model is not None:
            raise
        return None, made_by, str(error)
