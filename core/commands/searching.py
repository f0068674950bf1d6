"""Hyper-parameter search with Optuna: trials by validation loss, bad ones stopped early.

::

    W/search/NAME/
      study.db       every trial, as Optuna keeps it (SQLite)
      trials.csv     the same as a table
      plot.html      how the loss fell, and with which choices
      best.yaml      the best recipe, for train --recipe
      .run/          decoded photos and the checkpoints of the trial that is running
"""

import hashlib
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import TrialState
from sqlalchemy import URL

from core.commands.search_results import write_plots, write_results
from core.catalog.table import data_hash
from core.commands.sources import Gathered, to_fit
from core.commands.training import Further, gather_all
from core.errors import ModelError
from core.model import checkpoints, feed
from core.model.devices import forget_networks, use_gpus
from core.model.network import build
from core.model.recipe import Recipe
from core.model.report import Record, Report
from core.model.space import Space
from core.model.train import Course, Data, fit
from core.model.weights import build_with_weights
from core.workspace import Workspace

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
UNPRUNED_TRIALS, UNPRUNED_EPOCHS = 4, 1
"""A trial is stopped when its loss is above the median of the others at the same epoch; not
the first trials, and not before this epoch."""


@dataclass(frozen=True)
class Material:
    """What all trials share."""

    gathered: Gathered
    photos: feed.Photos
    space: Space
    folder: Path


def search(
    workspace: Workspace,
    recipe: Recipe,
    name: str,
    trials: int,
    further: Further = Further(),
    report: Report = Report(),
) -> Path:
    """Search around a recipe until ``trials`` trials are finished, those of earlier calls counted.

    The first trial is the recipe itself. A trial that was interrupted, however, is taken up at
    its last epoch.

    Returns:
        The folder of the results.

    Raises:
        ModelError: earlier trials of that name had another recipe or other data, there are no
            validation photos, or a network cannot be built.
    """
    workspace.new_model_dir(name)  # a name for a folder
    if trials < 1:
        raise ModelError(f"--trials must be 1 or more, got {trials}")
    folder = workspace.root / "search" / name
    with checkpoints.locked(folder / ".run"):
        use_gpus()
        gathered = gather_all(workspace, further)
        study = _study(folder, recipe, gathered)
        try:
            if _finished(study) < trials:
                _search(study, _material(gathered, recipe, folder), trials, report)
        finally:
            write_plots(study, folder)
        shutil.rmtree(folder / ".run", ignore_errors=True)
    return folder


def _search(study: optuna.Study, material: Material, trials: int, report: Report) -> None:
    _take_up(study, material.space)
    while _finished(study) < trials:
        trial = study.ask()
        report.note(f"trial {trial.number}, {_finished(study) + 1} of {trials}")
        try:
            study.tell(trial, _loss(trial, material, report))
        except optuna.TrialPruned:
            study.tell(trial, state=TrialState.PRUNED)
        write_results(study, material.space, material.folder)


def _study(folder: Path, recipe: Recipe, gathered: Gathered) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    url = URL.create("sqlite", database=str(folder / "study.db"))
    study = optuna.create_study(
        storage=url.render_as_string(), study_name="search", load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(UNPRUNED_TRIALS, UNPRUNED_EPOCHS),
    )  # fmt: skip
    # A resumed study must not draw its first random trials once more.
    study.sampler = optuna.samplers.TPESampler(seed=recipe.seed + len(study.trials))
    about = {"recipe": recipe.to_dict(), "made_of": _made_of(gathered)}
    if study.user_attrs.get("about", about) != about:
        raise ModelError(
            f"the search {folder.name!r} was made around another recipe or on other data;"
            f" choose another --name, or remove {folder}"
        )
    study.set_user_attr("about", about)
    return study


def _take_up(study: optuna.Study, space: Space) -> None:
    """Queue the base recipe first, and what was interrupted."""
    if not study.trials:
        study.enqueue_trial(space.start())
    for trial in study.trials:
        if trial.state == TrialState.RUNNING:
            study.tell(trial.number, state=TrialState.FAIL)
            # A trial that was killed before it had all of its choices gets the others anew.
            study.enqueue_trial(trial.params)


def _finished(study: optuna.Study) -> int:
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def _material(gathered: Gathered, recipe: Recipe, folder: Path) -> Material:
    photos = feed.decode(
        gathered.everything.paths, recipe.image_size, folder / ".run" / "photos.npy",
        workers=2 * (os.cpu_count() or 1),
    )  # fmt: skip
    if not len(gathered.rows("validation", photos=photos)):
        raise ModelError(
            "there are no validation photos to judge trials by; init again with --validation 0.2"
        )
    return Material(gathered, photos, _space(gathered, recipe), folder)


def _space(gathered: Gathered, recipe: Recipe) -> Space:
    labels = gathered.everything.take(gathered.rows("train")).category_labels()
    counts = np.bincount(labels[labels >= 0])
    counts = counts[counts > 0]
    if not len(counts):
        raise ModelError("no photo of the training part has a label; label some, or init again")
    layers = len(build(recipe, gathered.widths).backbone.layers)
    return Space(recipe, layers, int(counts.min()), int(counts.max()))


def _loss(trial: optuna.Trial, material: Material, report: Report) -> float:
    """Fit a trial's recipe and return its lowest validation loss."""
    recipe = material.space.suggest(trial)
    folder = material.folder / ".run" / f"trial-{_digest(trial.params)}"
    folder.mkdir(parents=True, exist_ok=True)
    forget_networks()
    network = build_with_weights(recipe, material.gathered.widths)
    data: Data = to_fit(material.gathered, material.photos, recipe)
    started = time.monotonic()
    for record in Course.read(folder).history:  # epochs before an interruption
        trial.report(record["val_loss"], record["epoch"])

    def epoch(record: Record) -> None:
        report.epoch(record)
        trial.report(record["val_loss"], record["epoch"])
        trial.set_user_attr("top1", record["val_top1"])
        if trial.should_prune() and record["epoch"] < recipe.epochs:
            raise optuna.TrialPruned

    try:
        course = fit(network, data, recipe, folder, Report(report.stage, epoch, report.note))
    except optuna.TrialPruned:
        shutil.rmtree(folder)
        raise
    except ModelError as error:  # diverged: as bad as can be, and no reason to stop the search
        report.note(str(error))
        shutil.rmtree(folder)
        raise optuna.TrialPruned from error
    best = next(r for r in course.history if r["epoch"] == course.best_epoch)
    for name, value in (
        ("top1", best["val_top1"]), ("best_epoch", course.best_epoch),
        ("seconds", round(time.monotonic() - started, 1)),
    ):  # fmt: skip
        trial.set_user_attr(name, value)
    shutil.rmtree(folder)
    return course.best_loss


def _digest(parameters: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()[:16]


def _made_of(gathered: Gathered) -> dict[str, Any]:
    return {
        origin.name: data_hash(origin.catalog) if origin.catalog is not None
        else sum(map(len, origin.parts.values()))
        for origin in gathered.origins
    }  # fmt: skip
