"""Scores for calibration when validation is small: out of fold, over training too.

A temperature, a threshold or the cut of prediction sets chosen on a few photos of a few people
says little of others. Heads that are fitted at the end, on features that nobody's answers to
their question have shaped, can be fitted again in a moment without a fold of people, and then
answer for these as for strangers.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.commands.sources import Gathered, with_validation
from core.errors import SplitError
from core.model import probe
from core.model.course import Course, Data, evened
from core.model.examples import Examples
from core.model.network import Network
from core.model.recipe import Recipe
from core.model.report import Report
from core.split import assign_folds

CROSSED = ("category", "tags")
"""Heads whose answers the workspace's own items alone decide."""


@dataclass(frozen=True)
class Crossed:
    """What heads answered for items that they were fitted without.

    Attributes:
        rows: int64 (N,) of the gathered examples: own items of training and validation.
        logits: float32 (N, W) by head, for those heads that could be crossed.
        folds: how many.
    """

    rows: np.ndarray
    logits: dict[str, np.ndarray]
    folds: int


def heads_to_cross(network: Network, recipe: Recipe, course: Course) -> tuple[str, ...]:
    """Heads that linear fitting alone has made: fine-tuning has not heard of their answers."""
    if not probe.wanted(network, recipe):
        return ()
    if not course.best_epoch:
        last = tuple(network.heads)
    else:
        named = [name.strip() for name in recipe.reprobe.split(",")]
        last = tuple(name for name in named if not getattr(recipe, f"{name}_weight", 1.0))
    return tuple(name for name in CROSSED if name in last and name in network.heads)


def cross_fit(
    network: Network, data: Data, gathered: Gathered, recipe: Recipe, course: Course,
    report: Report,
) -> Crossed | None:  # fmt: skip
    """Fit heads anew without each fold of groups, and ask them about it.

    Args:
        network: finished; its heads have the same weights when this returns.
        data: training and validation, as they are before these are joined.

    Returns:
        None where the recipe does not ask for it, or no head can be crossed.
    """
    heads = heads_to_cross(network, recipe, course) if recipe.cross_fit else ()
    catalog = gathered.origins[0].catalog
    items = catalog.where((catalog.rows["split"] != "heldout").to_numpy())
    if not heads:
        return None
    try:
        home = dict(zip(items.item_ids, assign_folds(items, recipe.cross_fit, recipe.seed)))
    except SplitError as error:
        report.note(f"calibration is chosen on validation alone: {error}")
        return None
    both = with_validation(data, gathered)
    taught = np.any([(both.train.weights[name] > 0).any(axis=1) for name in heads], axis=0)
    train, rows = both.train.take(np.flatnonzero(taught)), both.train_rows[taught]
    own = gathered.sources[rows] == 0
    fold = np.where(own, [home.get(item, -1) for item in train.item_ids], -1)
    progress = report.stage("features, for calibration")
    views = [
        probe.features(network, both.pixels, rows, recipe, view, progress)
        for view in probe.views(recipe)
    ]
    kept = {name: network.heads[name].get_weights() for name in heads}
    found = {name: np.zeros((len(fold), network.width(name)), np.float32) for name in heads}
    progress = report.stage("calibration, fold by fold")
    for number in range(recipe.cross_fit):
        here = fold == number
        for name in heads:
            _fit_without(network, train, views, here, name, recipe)
            found[name][here] = network.logits(name, views[0][here])
        progress(number + 1, recipe.cross_fit)
    for name, weights in kept.items():
        network.heads[name].set_weights(weights)
    asked = fold >= 0
    logits = {name: values[asked] for name, values in found.items()}
    return Crossed(rows[asked], logits, recipe.cross_fit)


def _fit_without(
    network: Network, train: Examples, views: list[np.ndarray], left_out: np.ndarray, head: str,
    recipe: Recipe,
) -> None:  # fmt: skip
    used = np.flatnonzero(~left_out & (train.weights[head] > 0).any(axis=1))
    examples = evened(train.take(used), [head])
    examples = replace(
        examples,
        targets={head: examples.targets[head]},
        weights={head: examples.weights[head]},
    )
    probe.fit_heads(network, examples, [view[used] for view in views], recipe, only=[head])
