"""``agreement``: how far people agree, how good each is, and what one more vote would settle."""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.annotations.agreement import agreement
from core.annotations.ballot import ballots
from core.annotations.records import workspace_records
from core.annotations.weighing import add_weighed, to_review, weigh
from core.audit.ground import Ground, cross_validated
from core.audit.looks import no_looks
from core.catalog.table import read_catalog
from core.commands.bar import progress_bar
from core.commands.evaluate import read_seen
from core.commands.opening import open_workspace
from core.errors import FittingRoomError
from core.files import write_json
from core.metrics.evaluation import unseen
from core.predictions.store import finished, read_predictions
from core.predictions.table import Predictions
from core.workspace import Workspace

MOST_FITTED = 20_000
"""Items for which heads are fitted on the spot (half a minute)."""

def workspace_agreement(workspace: Workspace) -> dict[str, Any]:
    """All that ``agreement`` prints, as plain JSON values.

    Returns:
        As ``core.annotations.agreement.agreement`` with what
        ``core.annotations.weighing.add_weighed`` adds; and ``review``: items by how much one
        more vote would settle (``core.annotations.weighing.to_review``).
    """
    records = workspace_records(workspace)
    cast = ballots(records, workspace.tasks)
    figures = agreement(cast)
    weighed = weigh(cast, unseen_scores(workspace))
    add_weighed(figures, weighed)
    figures["review"] = _json_rows(to_review(weighed, records, workspace.tasks))
    return figures


def unseen_scores(workspace: Workspace, model: str | None = None) -> Predictions | None:
    """Out-of-sample scores: of a model that did not learn the items' own labels.

    Where the predictions of the model (None: the one in use) have embeddings, heads
    cross-validated on them answer for every item (at most MOST_FITTED); else the model itself,
    for the items whose photos it was not fitted on. None where it has answered nothing yet.
    """
    try:
        model_dir = workspace.model_dir(model)
        folder = workspace.predictions_dir(model_dir.name)
        if not finished(folder):
            return None
        predictions = read_predictions(folder, workspace.tasks)
    except FittingRoomError:
        return None  # agreement among people needs no model
    catalog = read_catalog(workspace)
    if predictions.embedding is not None and len(predictions) <= MOST_FITTED:
        fitted = cross_validated(Ground(catalog, no_looks(len(catalog)), predictions))
        if fitted is not None:
            return fitted
    fresh = catalog.item_ids[unseen(catalog, read_seen(model_dir))]
    return predictions.align(fresh)[0]


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write all figures there, too.")] = None,
) -> None:
    """Measure how far annotators agree with each other and with their consensus."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    figures = workspace_agreement(opened)
    if json_file is not None:
        write_json(json_file, figures)
    typer.echo("\n".join(agreement_lines(figures, opened.tasks.category.column)))


def agreement_lines(figures: dict[str, Any], category: str) -> list[str]:
    """The figures as tables for a terminal."""
    if not figures["votes"]:
        return ["nobody has voted yet; import votes with import-votes, or answer in the queue"]
    tasks = {category: figures["category"], **figures["tags"]}
    wide = max(map(len, [*tasks, *figures["category"]["per_class"], *figures["annotators"]])) + 4
    lines = [f"{figures['votes']:,} votes on {figures['items']:,} items"
             f" by {len(figures['annotators']):,} annotators", ""]
    lines.append(f"{'':<{wide}}{'items':>9}{'ties':>7}{'agree':>9}{'fleiss':>9}{'alpha':>9}")
    for name, task in tasks.items():
        lines.append(_task_line(name, task, wide))
        if name == category:
            lines += [
                f"  {one:<{wide - 2}}{found['votes']:>9,}{'':>7}" + _numbers(
                    found["agreement"], found["fleiss_kappa"], found["krippendorff_alpha"])
                for one, found in task["per_class"].items() if found["votes"]
            ]
    lines += ["  (of a class: its votes; how often a second voter says so too)", ""]
    lines += ["pairs (Cohen's kappa)", *_pair_lines(tasks)]
    lines += ["", f"{'annotator':<{wide}}{'votes':>9}{'as majority':>13}{'crowdlab':>10}"]
    lines += [
        f"{name:<{wide}}{own['category']['votes']:>9,}{_share(own['category']['accuracy']):>13}"
        f"{_share(own['category']['quality']):>10}"
        for name, own in figures["annotators"].items()
    ]
    if figures["review"]:
        lines += ["", "one more vote would settle most on"]
        lines += [f"  {row['item_id']}  {row['task'].removeprefix('tag:')}: {row['votes']}"
                  for row in figures["review"][:5]]
    return lines


def _task_line(name: str, task: dict[str, Any], wide: int) -> str:
    return f"{name:<{wide}}{task['items']:>9,}{task['undecided']:>7,}" + _numbers(
        task["agreement"], task["fleiss_kappa"], task["krippendorff_alpha"]
    )


def _pair_lines(tasks: dict[str, dict[str, Any]]) -> list[str]:
    pairs: dict[tuple[str, str], list[str]] = {}
    for name, task in tasks.items():
        for pair in task["pairs"]:
            kappa = "-" if pair["kappa"] is None else f"{pair['kappa']:.3f}"
            pairs.setdefault((pair["a"], pair["b"]), []).append(f"{name} {kappa}")
    return [f"  {a} and {b}: {', '.join(found)}" for (a, b), found in pairs.items()]


def _json_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{name: float(value) if isinstance(value, float) else value
             for name, value in row.items()} for row in rows]


def _numbers(*values: float | None) -> str:
    return "".join(f"{'-' if value is None else f'{value:.3f}':>9}" for value in values)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
