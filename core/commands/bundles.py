"""``bundles``: saved decisions listed, compared, checked, put into use, taken back."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.bar import progress_bar
from core.commands.evaluate import answered, read_seen
from core.commands.figures_table import aligned
from core.commands.opening import open_workspace
from core.decisions.promotions import PROMOTED, ROLLED_BACK
from core.decisions.shelf import Shelf, promote, roll_back, shelf
from core.files import write_json
from core.metrics.bundles import BROKEN, BundleComparison, compare_bundles, kept_promises
from core.metrics.evaluation import unseen
from core.model.card import read_card
from core.progress import Progress, silent
from core.workspace import Workspace


WORD = {PROMOTED: "", ROLLED_BACK: "to "}


def shelf_of(workspace: Workspace, model: str | None = None) -> Shelf:
    """The bundles of a model in a workspace.

    Raises:
        ModelError: no such model.
        DecisionError: a bundle is damaged.
    """
    model_dir = workspace.model_dir(model)
    return shelf(workspace.decisions_dir(model_dir.name), model_dir, read_card(model_dir))


def compare_saved(
    workspace: Workspace, old: str, new: str, model: str | None = None, progress: Progress = silent
) -> BundleComparison:
    """Two bundles on the held-out items that the model was not fitted on.

    Args:
        old, new: labels or names.

    Raises:
        DecisionError: there is no such bundle.
    """
    held = shelf_of(workspace, model)
    return compare_bundles(held.find(old), held.find(new), *_heldout(workspace, model, progress))


def promises(
    workspace: Workspace, name: str, model: str | None = None, progress: Progress = silent
) -> dict[str, dict[str, Any]]:
    """``kept_promises`` of a bundle on the held-out items, with the labels in force."""
    bundle = shelf_of(workspace, model).find(name)
    return kept_promises(bundle, *_heldout(workspace, model, progress))


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    promoted: Annotated[str, typer.Option(
        "--promote", metavar="NAME", help="Put this bundle (v3, or its name) into use.",
        show_default=False)] = "",
    back: Annotated[bool, typer.Option(
        "--roll-back", help="Put into use again what was before.")] = False,
    compared: Annotated[tuple[str, str] | None, typer.Option(
        "--compare", metavar="OLD NEW", help="Two bundles on the same held-out items.",
        show_default=False)] = None,
    kept: Annotated[str, typer.Option(
        "--kept", metavar="NAME", help="What a bundle keeps of its promise on today's labels.",
        show_default=False)] = "",
    by: Annotated[str, typer.Option(
        help="Who does it.  [default: the user of this computer]", show_default=False)] = "",
    note: Annotated[str, typer.Option(help="Why.", show_default=False)] = "",
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write what is told there, too.")] = None,
) -> None:
    """List the decision bundles of a model; compare, check, promote and roll them back."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    lines: list[str] = []
    told: dict[str, Any] = {}
    held = shelf_of(opened, model)
    if promoted:
        now = promote(held, held.find(promoted).version, person(by), note)
        lines.append(f"{now.title} is in use now")
    if back:
        now = roll_back(shelf_of(opened, model), person(by), note)
        lines.append(f"rolled back: {now.title} is in use now")
    with progress_bar("answering photos") as progress:
        if compared:
            found = compare_saved(opened, *compared, model=model, progress=progress)
            told["comparison"] = found.to_json()
            lines.append(found.sentence)
        if kept:
            told["promises"] = promises(opened, kept, model, progress)
            lines += [f"{tag} {one['sentence']}" for tag, one in told["promises"].items()]
            lines.append(_verdict(told["promises"]))
    held = shelf_of(opened, model)
    if not lines:
        lines = bundle_lines(held)
    if json_file is not None:
        bundles = [{"label": one.label, "name": one.name, "note": one.note, "draft": one.draft,
                    "saved_by": one.saved_by, "saved_at": one.saved_at} for one in held.bundles]
        write_json(json_file, {
            "in_use": held.in_use.label, "bundles": bundles, "events": held.events, **told})
    typer.echo("\n".join(lines))


def bundle_lines(held: Shelf) -> list[str]:
    """The bundles for a terminal, the newest first, and what happened to them."""
    rows = [["bundle", "saved by", "at", "note"]]
    for one in held.bundles:
        mark = " (in use)" if one.version == held.in_use.version else ""
        draft = " (draft)" if one.draft else ""
        rows.append([one.title + mark + draft, one.saved_by, one.saved_at or "-", one.note or "-"])
    moved = [
        f"{event['at']}: {event['event']} {WORD[event['event']]}v{event['version']}"
        f" by {event['by']}" + (f", {event['note']}" if event["note"] else "")
        for event in held.events if event["event"] in WORD
    ]
    return [*aligned(rows), *moved]


def person(given: str) -> str:
    """The name to be noted: as given, else the user's."""
    if given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return "command line"


def _heldout(workspace: Workspace, model: str | None, progress: Progress) -> tuple:
    """(items, scores) of the answered held-out items that the model was not fitted on."""
    found = answered(workspace, model, progress)
    items = found.catalog.part("heldout")
    items = items.where(unseen(items, read_seen(found.model_dir)))
    scores, known = found.predictions.align(items.item_ids)
    return items.where(known), scores


def _verdict(found: dict[str, dict[str, Any]]) -> str:
    broken = [
        f"{tag} ({name})" for tag, one in found.items() for name in ("precision", "recall")
        if one[name]["state"] == BROKEN
    ]
    return f"broken: {', '.join(broken)}" if broken else "no promise is broken"
