"""``search``: which hyper-parameters suit this workspace."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.figures_table import aligned
from core.commands.recipe_options import gathering, recipe_of, with_recipe_options
from core.commands.train import Terminal
from core.errors import ModelError
from core.model.quiet import quiet

SHOWN = 5


@with_recipe_options
def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Workspace folder, or 'sample'.")],
    trials: Annotated[int, typer.Option(
        help="How many are to be finished, those of earlier calls counted.")] = 20,
    name: Annotated[str | None, typer.Option(
        help="What the search is called.  [default: that of the recipe]",
        show_default=False)] = None,
    **options: Any,
) -> None:
    """Search hyper-parameters around a recipe, by validation loss.

    Bad trials are stopped early. Interrupted, the same command goes on where it stopped. The
    best recipe is for train --recipe. Takes train's options.
    """
    recipe = recipe_of(options)
    with Terminal() as report:
        if not recipe.epochs:
            report.note(
                "this recipe fits linear heads only: their penalty, the augmentation and the"
                " count per class are searched; rates, dropout, frozen layers too with --epochs 8"
            )
        own, further = gathering(workspace, options, report)
        with quiet():
            searching = _searching()
        folder = searching.search(
            own, recipe, name or Path(options["recipe"]).stem, trials, further, report
        )
    typer.echo("\n".join(lines(folder)))


def _searching():
    try:
        from core.commands import searching
    except ModuleNotFoundError as error:
        if error.name != "optuna":
            raise
        raise ModelError(
            "a search needs Optuna; install it with pip install -r requirements.txt"
        ) from error
    return searching


def lines(folder: Path) -> list[str]:
    """The best trials and where the rest is, for a terminal."""
    import pandas as pd

    found = pd.read_csv(folder / "trials.csv")
    done = found[found["state"] == "complete"].head(SHOWN)
    names = [n for n in found.columns if n not in ("state", "loss", "last_loss", "epochs")]
    rows = [["trial", "loss", *names[1:]]]
    for _, one in done.iterrows():
        rows.append([str(one["trial"]), f"{one['loss']:.4f}", *(_cell(one[n]) for n in names[1:])])
    counts = found["state"].value_counts()
    words = ", ".join(f"{count} {state}" for state, count in counts.items())
    best = [f"best recipe: train W --recipe {folder / 'best.yaml'}"] if len(done) else []
    return [f"trials: {words}", "", *aligned(rows), "", *best, f"plots: {folder / 'plot.html'}"]


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "-" if value != value else f"{value:.3g}"
