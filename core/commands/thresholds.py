"""``thresholds``: what the cuts do, new ones for a reason, saved as a bundle."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.bar import progress_bar
from core.commands.bundles import person
from core.commands.figures_table import aligned, percent
from core.commands.opening import open_workspace
from core.commands.proposing import (
    Proposal,
    Wishes,
    parse_reasons,
    parse_zones,
    proposal_figures,
    propose,
    save_proposal,
)
from core.errors import ThresholdError
from core.files import write_json


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    reason: Annotated[list[str] | None, typer.Option(metavar="WISH", help=(
        "f_beta, f_beta=2, precision=0.9, recall=0.8, cost=WRONG,MISSED, reviews=PER_10K or rate,"
        " for all tags; floral:precision=0.9 for one. May be given several times; the last one"
        " counts."), show_default=False)] = None,
    zones: Annotated[str, typer.Option(metavar="WISHES", help=(
        "Zones of review with the fewest items to look at: precision=0.95,recall=0.9 or"
        " precision=0.95,npv=0.99."), show_default=False)] = "",
    per_category: Annotated[bool, typer.Option(
        "--per-category", help="Other cuts by predicted category, where they gain.")] = False,
    folds: Annotated[int, typer.Option(
        help="Cross-fit with so many parts of the validation items.  [default: not]",
        show_default=False)] = 0,
    base: Annotated[str, typer.Option(
        "--bundle", help="The bundle to look at or to start from.  [default: the one in use]",
        show_default=False)] = "",
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    save: Annotated[bool, typer.Option("--save", help="Save as the next bundle.")] = False,
    name: Annotated[str, typer.Option(help="Name for the bundle.", show_default=False)] = "",
    note: Annotated[str, typer.Option(help="Why it is saved.", show_default=False)] = "",
    by: Annotated[str, typer.Option(
        help="Who saves it.  [default: the user of this computer]", show_default=False)] = "",
    draft: Annotated[bool, typer.Option(
        "--draft", help="Save without putting it into use.")] = False,
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write all figures there, too.")] = None,
) -> None:
    """Show what every tag's cut does, or choose new ones for a reason, and save them."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    tags = opened.tasks.tag_names
    if not tags:
        raise ThresholdError(f"workspace {opened.name!r} has no tags, so there is nothing to cut")
    wishes = Wishes(parse_reasons(reason or [], tags), parse_zones(zones), per_category, folds)
    with progress_bar("answering photos") as progress:
        found = propose(opened, wishes, model=model, base=base, progress=progress)
    figures = proposal_figures(found, tags)
    if json_file is not None:
        write_json(json_file, {
            "bundle": found.before.label, "tags": figures,
            "per_category": found.bundle.per_category,
            "grid": None if found.grid is None else found.grid.grid,
        })
    typer.echo("\n".join(proposal_lines(found, figures)))
    if save or draft:
        bundle = save_proposal(opened, found, model=model, saved_by=person(by), name=name,
                               note=note, draft=draft)
        typer.echo(f"saved as {bundle.title}" + (", not in use" if draft else ", in use now"))


def proposal_lines(found: Proposal, figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The table of all tags for a terminal, and what is to be said of some."""
    head = ["tag", "threshold", "precision (95 %)", "recall (95 %)", "F1 (95 %)",
            "validation P, R", "wrong, missed of 10,000", "AP (95 %)", "tagged"]
    crossed = any(one["honest"] for one in figures.values())
    rows = [head + (["cross-fitted P, R"] if crossed else [])]
    rows += [_row(tag, one, crossed) for tag, one in figures.items()]
    lines = [f"from {found.before.title}; figures on held-out items", *aligned(rows)]
    for tag, one in figures.items():
        lines += [f"{tag}: {said}" for said in (one["said"], one["caution"]) if said]
    lines += [_zone_line(tag, one["zone"]) for tag, one in figures.items() if one["zone"]]
    for one in found.grid.found if found.grid else ():
        if one.kept:
            lines.append(f"{one.tag} on {one.category}: {one.threshold:.3f}, {one.because}")
    if found.grid and not found.bundle.per_category:
        lines.append("no category gains by a cut of its own")
    return lines


def _row(tag: str, one: Mapping[str, Any], crossed: bool) -> list[str]:
    held, interval = one["heldout"], one["intervals"]
    moved = "" if one["threshold"] == one["was"] else f" (was {one['was']:.3f})"
    row = [
        tag, f"{one['threshold']:.3f}{moved}",
        *(percent(held[name], interval[name]) for name in ("precision", "recall", "f1")),
        _pair(one["validation"]),
        f"{_count(held['false_per_10k'])}, {_count(held['missed_per_10k'])}",
        percent(one["ap"], one["ap_interval"]), f"{held['support']:,}",
    ]
    return row + ([_pair(one["honest"]["honest"]) if one["honest"] else "-"] if crossed else [])


def _pair(figures: Mapping[str, Any]) -> str:
    return f"{percent(figures['precision'])}, {percent(figures['recall'])}"


def _count(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _zone_line(tag: str, zone: Mapping[str, Any]) -> str:
    accept = "nothing is accepted unseen" if zone["accept"] is None else (
        f"accepted from {zone['accept']:.3f} (precision {percent(zone['precision'])})")
    return (
        f"{tag}: {accept}, rejected below {zone['reject']:.3f} (npv {percent(zone['npv'])}),"
        f" {_count(zone['review_per_10k'])} of 10,000 items for a person to look at"
    )
