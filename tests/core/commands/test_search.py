"""``search``: trials by validation loss, taken up where they stopped."""

import numpy as np
import optuna
import pandas as pd
import pytest
import yaml

from core.__main__ import main
from core.commands import searching
from core.commands.searching import search
from core.errors import ModelError
from core.model.recipe import Recipe, read_recipe
from core.model.report import Report
from core.model.space import Space, recipe_with
from core.model.train import Course
from tests.core.model.painted import SMALL, painted


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return painted(tmp_path_factory.mktemp("search"), items=30)


@pytest.fixture
def quick(monkeypatch):
    """Trials without networks: the loss is how far the learning rate is from 1e-3."""
    seen: list[Recipe] = []

    def fit(network, data, recipe, folder, report):
        seen.append(recipe)
        loss = abs(np.log10(recipe.learning_rate) + 3)
        history = []
        for epoch in range(recipe.epochs + 1):
            value = float(loss + 1 / (epoch + 1))
            record = {"epoch": epoch, "val_loss": value, "val_top1": 0.5}
            history.append(record)
            report.epoch(record)
        return Course(recipe.epochs, True, value, recipe.epochs, "best", 1.0, history)

    monkeypatch.setattr(searching, "fit", fit)
    monkeypatch.setattr(searching, "build_with_weights", lambda recipe, widths: None)
    return seen


def test_space__starts_at_the_recipe_itself():
    base = Recipe(weights="imagenet", batch_size=33, learning_rate=1e-4, unfreeze=-1)
    space = Space(base, layers=100, fewest=3, most=40)
    found = recipe_with(space, space.start())
    assert found == base.changed(batch_size=32, unfreeze=100)


@pytest.mark.parametrize(("changes", "searched"), [
    ({}, {"learning_rate", "weight_decay", "batch_size", "dropout", "unfreeze", "rotation",
          "brightness", "shear", "zoom", "channel_shift", "least_per_class", "most_per_class"}),
    ({"weights": "none", "augment": False}, {"learning_rate", "weight_decay", "batch_size",
                                             "dropout", "least_per_class", "most_per_class"}),
    ({"epochs": 0}, {"probe_decay", "rotation", "brightness", "shear", "zoom", "channel_shift",
                     "least_per_class", "most_per_class"}),
])  # fmt: skip
def test_space__changes_only_what_has_an_effect(changes, searched):
    base = Recipe(**changes)
    space = Space(base, layers=100, fewest=3, most=40)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    changed = set()
    for _ in range(20):
        found = space.suggest(study.ask()).to_dict()
        changed |= {name for name in found if found[name] != base.to_dict()[name]}
    assert changed == searched


def test_search__keeps_a_table_plots_and_the_best_recipe(workspace, quick):
    folder = search(workspace, SMALL, "kept", 6)
    found = pd.read_csv(folder / "trials.csv")
    assert len(found) == 6 and found["loss"].dropna().is_monotonic_increasing
    assert quick[0] == SMALL  # the first trial is the recipe that was named
    best = read_recipe(folder / "best.yaml")
    distance = [abs(np.log10(recipe.learning_rate) + 3) for recipe in quick]
    assert best == quick[int(np.argmin(distance))]
    page = (folder / "plot.html").read_text()
    assert "Loss of each trial, and the best so far" in page and "Loss by each choice" in page
    assert page.count("Plotly.newPlot") >= 3 and 'src="http' not in page
    assert not (folder / ".run").exists()


def test_search__goes_on_with_more_trials(workspace, quick):
    search(workspace, SMALL, "more", 2)
    search(workspace, SMALL, "more", 2)
    assert len(quick) == 2
    folder = search(workspace, SMALL, "more", 5)
    assert len(quick) == 5 and len(pd.read_csv(folder / "trials.csv")) == 5
    assert len({recipe.learning_rate for recipe in quick}) == 5


def test_search__takes_up_the_trial_that_was_interrupted(workspace, quick):
    def epoch(record):
        if len(quick) == 2 and record["epoch"] == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(workspace, SMALL, "broken", 3, report=Report(epoch=epoch))
    folder = search(workspace, SMALL, "broken", 3)
    assert len(quick) == 4 and quick[2] == quick[1]
    states = pd.read_csv(folder / "trials.csv")["state"]
    assert sorted(states) == ["complete", "complete", "complete", "interrupted"]


def test_search__stops_bad_trials_early(workspace, quick, monkeypatch):
    monkeypatch.setattr(searching, "UNPRUNED_TRIALS", 1)
    folder = search(workspace, SMALL.changed(learning_rate=1e-3, epochs=9), "pruned", 8)
    found = pd.read_csv(folder / "trials.csv").sort_values("trial")
    assert found["state"].iloc[0] == "complete"
    stopped = found[found["state"] == "pruned"]
    assert len(stopped) >= 3 and (stopped["epochs"] < 9).all() and stopped["loss"].isna().all()


def test_search__goes_on_after_a_trial_that_diverged(workspace, quick, monkeypatch):
    fit, notes = searching.fit, []

    def diverging(network, data, recipe, folder, report):
        if len(quick) == 1:
            quick.append(recipe)
            raise ModelError("the loss is no number any more in epoch 1")
        return fit(network, data, recipe, folder, report)

    monkeypatch.setattr(searching, "fit", diverging)
    folder = search(workspace, SMALL, "diverged", 3, report=Report(note=notes.append))
    states = pd.read_csv(folder / "trials.csv")["state"].tolist()
    assert sorted(states) == ["complete", "complete", "pruned"]
    assert any("no number any more" in note for note in notes)


def test_search__refuses_to_mix_two_recipes(workspace, quick):
    search(workspace, SMALL, "mixed", 1)
    with pytest.raises(ModelError, match="'mixed' was made around another recipe or on other"):
        search(workspace, SMALL.changed(epochs=9), "mixed", 1)
    with pytest.raises(ModelError, match="--trials must be 1 or more, got 0"):
        search(workspace, SMALL, "mixed", 0)


def test_search_command__finds_a_recipe_that_train_takes(tmp_path, capsys):
    workspace = painted(tmp_path, classes=2, tags=0, items=30)
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(SMALL.changed(epochs=1).to_dict()))
    command = ["search", str(workspace.root), "--recipe", str(tmp_path / "small.yaml")]
    assert main([*command, "--trials", "2", "--name", "s"]) == 0
    said = capsys.readouterr().out
    best = workspace.root / "search" / "s" / "best.yaml"
    assert "trials: 2 complete" in said and f"train W --recipe {best}" in said
    assert read_recipe(best).epochs == 1
