"""``cross-validate``: how good a recipe is, on all items that are not held out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.figures_table import aligned, percent
from core.commands.recipe_options import gathering, recipe_of, with_recipe_options
from core.commands.train import Terminal
from core.files import write_json
from core.model.quiet import quiet

WORDS = {"top1": "top-1", "top2": "top-2", "macro_f1": "macro F1", "ece": "calibration error"}


class Rounds(Terminal):
    """Shows each fold on a line of its own, and the epochs within it."""

    def epoch(self, record: dict[str, Any]) -> None:
        if "fold" not in record:
            return super().epoch(record)
        self._open.close()
        typer.echo(
            f"round {record['round'] + 1}, fold {record['fold'] + 1}  {record['n']:,} items"
            f"  top-1 {percent(record['top1'])}  {record['seconds']:.0f} s"
        )


@with_recipe_options
def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Workspace folder, or 'sample'.")],
    folds: Annotated[int, typer.Option(help="Into how many parts the items are dealt.")] = 5,
    repeats: Annotated[int, typer.Option(help="How many times they are dealt anew.")] = 1,
    name: Annotated[str | None, typer.Option(
        help="What the result is called.  [default: that of the recipe]",
        show_default=False)] = None,
    against: Annotated[str | None, typer.Option(
        help="An earlier cross-validation: paired differences on the same items.")] = None,
    json_file: Annotated[Path | None, typer.Option(
        "--json", help="Write the figures to this file too.")] = None,
    restart: Annotated[bool, typer.Option(
        "--restart", help="Throw an earlier one of that name away.")] = False,
    **options: Any,
) -> None:
    """Judge a recipe by cross-validation on the training and validation items.

    Items of one group stay in one fold; held-out items are not touched. Interrupted, the same
    command goes on where it stopped. Takes train's options.
    """
    recipe = recipe_of(options)
    with Rounds() as report:
        own, further = gathering(workspace, options, report)
        with quiet():
            from core.commands import crossvalidating
            from core.commands.rounds_compared import paired

        rounds = crossvalidating.Rounds(folds, repeats)
        name = name or Path(options["recipe"]).stem
        found = crossvalidating.cross_validate(
            own, recipe, name, rounds, further, report, restart
        )
        if against:
            found["against"] = {"name": against, "figures": paired(own, name, against)}
    if json_file:
        write_json(json_file, found)
    typer.echo("\n".join(lines(found)))


def lines(found: dict[str, Any]) -> list[str]:
    """A cross-validation for a terminal."""
    rounds = found["rounds"]
    times = f" x {rounds['repeats']} rounds" if rounds["repeats"] > 1 else ""
    rows = [["figure", "value (95 %)"]]
    for name, one in found["figures"].items():
        rows.append([WORDS.get(name, name), percent(one["value"], one["interval"])])
    if "against" in found:
        rows[0].append(f"minus {found['against']['name']!r}, points")
        for row, name in zip(rows[1:], found["figures"]):
            row.append(_points(found["against"]["figures"].get(name)))
    return [
        f"{found['name']}: {rounds['folds']} folds{times}, {found['items']:,} items"
        f" in {found['groups']:,} groups, none held out",
        "",
        *aligned(rows),
    ]


def _points(one: dict[str, Any] | None) -> str:
    if one is None or one["value"] is None:
        return "-"
    low, high = (100 * x for x in one["interval"])
    return f"{100 * one['value']:+.1f} ({low:+.1f} to {high:+.1f})"
