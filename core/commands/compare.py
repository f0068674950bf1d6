"""``compare``: two models on the same held-out items."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.annotations.apply import CORRECTED, current_catalog
from core.commands.bar import progress_bar
from core.commands.evaluate import answered, read_seen
from core.commands.figures_table import aligned, percent
from core.commands.opening import open_workspace
from core.files import write_json
from core.metrics.compare import Answers, Comparison, compare
from core.progress import Progress, silent
from core.workspace import Workspace


def compare_models(
    workspace: Workspace, a: str, b: str, progress: Progress = silent
) -> Comparison:
    """Pair two models on the held-out items that neither was fitted on.

    Raises:
        ModelError: no such model, or it answers other questions than the workspace asks.
    """
    sides = [answered(workspace, name, progress) for name in (a, b)]
    return compare(
        sides[0].catalog.part("heldout"),
        *(
            Answers(side.predictions, side.bundle.thresholds, read_seen(side.model_dir))
            for side in sides
        ),
    )


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    a: Annotated[str, typer.Argument(metavar="A", help="Name of a model.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Name of the model to hold against it.")],
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write counts and item ids there, too.")] = None,
) -> None:
    """Say what model B mends and what it breaks against model A, and whether that can be luck."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    with progress_bar("answering photos") as progress:
        found = compare_models(opened, a, b, progress)
    told = found.to_json()
    corrected = int(current_catalog(opened).part("heldout").rows[CORRECTED].sum())
    if json_file is not None:
        ids = {"mended": list(found.category.mended), "broken": list(found.category.broken)}
        more = {"corrected_items": corrected, "item_ids": ids}
        write_json(json_file, {"a": a, "b": b, **told, **more})
    typer.echo("\n".join([*comparison_lines(a, b, told), *corrected_lines(corrected)]))


def corrected_lines(corrected: int) -> list[str]:
    """Whom corrected held-out labels favour."""
    if not corrected:
        return []
    have = "held-out item has" if corrected == 1 else "held-out items have"
    return [f"{corrected:,} {have} corrected labels; those that were corrected with a model's"
            " answers in view favour that model, see core evaluate"]


def comparison_lines(a: str, b: str, found: dict[str, Any]) -> list[str]:
    """A comparison for a terminal."""
    category = found["category"]
    lines = [f"A = {a}, B = {b}, on {category['n']:,} held-out items"]
    if found["left_out_seen"]:
        lines.append(f"{found['left_out_seen']:,} left out: a model was fitted on the same photo")
    rows = [["right in", "A", "B", "B - A (95 %)", "B mends", "B breaks", "p (McNemar)"]]
    for name, pairing in {"category": category, **found["tags"]}.items():
        rows.append([
            name, percent(pairing["a"]), percent(pairing["b"]), _points(pairing),
            f"{pairing['mended']:,}", f"{pairing['broken']:,}",
            _p(pairing["p_value"]).removeprefix("p "),
        ])
    return [*lines, "", *aligned(rows), "", verdict(category)]


def verdict(category: dict[str, Any]) -> str:
    """One sentence on the category: is the difference more than luck?"""
    mended, broken, p = (category[name] for name in ("mended", "broken", "p_value"))
    if mended + broken == 0:
        return "Both answer every item's category alike."
    if p >= 0.05:
        return (
            f"Among {mended + broken:,} items on which they differ, {mended:,} mended and"
            f" {broken:,} broken can be luck (p {p:.2f}): more held-out items would be needed."
        )
    better = "B" if mended > broken else "A"
    return (f"{better} is better: {mended:,} mended against {broken:,} broken is hardly luck"
            f" ({_p(p)}).")


def _points(pairing: dict[str, Any]) -> str:
    if pairing["difference"] is None:
        return "-"
    low, high = pairing["difference_interval"]
    return f"{100 * pairing['difference']:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p {value:.3f}"
