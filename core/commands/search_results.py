"""What a search found: a table, a page of plots, the best recipe."""

import warnings
from pathlib import Path

import optuna
import pandas as pd
import plotly.graph_objects as go
import yaml
from optuna.trial import TrialState

from core.files import atomic_path
from core.model.recipe import Recipe
from core.model.space import Space, recipe_with

LOSS = "validation loss"


def write_results(study: optuna.Study, space: Space, folder: Path) -> None:
    """Write trials.csv and, as soon as a trial is complete, best.yaml."""
    with atomic_path(folder / "trials.csv") as temporary:
        table(study).to_csv(temporary, index=False)
    if _complete(study):
        with atomic_path(folder / "best.yaml") as temporary:
            temporary.write_text(best_recipe_text(study, space), encoding="utf-8")


def write_plots(study: optuna.Study, folder: Path) -> None:
    """Write plot.html."""
    with atomic_path(folder / "plot.html") as temporary:
        temporary.write_text(page(study), encoding="utf-8")


def table(study: optuna.Study) -> pd.DataFrame:
    """One row for each trial: state, loss, top-1 and its choices; the best first."""
    rows = []
    for trial in study.get_trials(deepcopy=False):
        losses = trial.intermediate_values
        rows.append({
            "trial": trial.number,
            "state": "interrupted" if trial.state == TrialState.FAIL else trial.state.name.lower(),
            "loss": trial.value if trial.state == TrialState.COMPLETE else None,
            "last_loss": losses[max(losses)] if losses else None,
            "epochs": max(losses, default=None),
            **{name: trial.user_attrs.get(name) for name in ("top1", "best_epoch", "seconds")},
            **trial.params,
        })
    found = pd.DataFrame(rows)
    return found.sort_values("loss", kind="stable", na_position="last") if len(found) else found


def best_recipe(study: optuna.Study, space: Space) -> Recipe:
    """The recipe with the lowest loss."""
    return recipe_with(space, study.best_trial.params)


def best_recipe_text(study: optuna.Study, space: Space) -> str:
    """The same as YAML, with where it comes from."""
    best = study.best_trial
    heading = (
        f"# Trial {best.number} of {len(study.trials)}: {LOSS} {best.value:.4f}\n"
        "# Use it with train --recipe and this file.\n"
    )
    return heading + yaml.safe_dump(best_recipe(study, space).to_dict(), sort_keys=False)


def page(study: optuna.Study) -> str:
    """Plots of all trials as one HTML page that needs no network."""
    figures = [*plots(study)]
    parts = [figure.to_html(include_plotlyjs=i == 0, full_html=False)
             for i, figure in enumerate(figures)]  # fmt: skip
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Search</title>'
        '<body style="font-family: sans-serif">' + "\n".join(parts) + "</body></html>"
    )


def plots(study: optuna.Study) -> list[go.Figure]:
    """How the loss fell; each trial epoch by epoch; the loss by each choice; what mattered."""
    show = optuna.visualization
    found = {
        "Loss of each trial, and the best so far": show.plot_optimization_history(
            study, target_name=LOSS
        ),
        "Loss of each trial, epoch by epoch": show.plot_intermediate_values(study),
    }
    if _complete(study):
        found["Loss by each choice"] = show.plot_slice(study, target_name=LOSS)
    if len({trial.value for trial in _complete(study)}) > 3:  # of fewer, it says nothing
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # few trials make it vague: the page shows them
            found["How much each choice mattered"] = show.plot_param_importances(study)
    return [figure.update_layout(template="plotly_white", title=title)
            for title, figure in found.items()]  # fmt: skip


def _complete(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
