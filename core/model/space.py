"""What a search may change in a recipe, and in which range."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.model.recipe import Recipe

BATCHES = (8, 16, 32, 64)
RATES = {"learning_rate": (1e-5, 3e-3), "weight_decay": (1e-6, 1e-1)}
HEADS = {"probe_decay": (1e-3, 10.0)}
"""Searched on a logarithmic scale; the latter where nothing but linear heads is fitted."""

AUGMENTATION = {
    "rotation": (0.0, 30.0), "brightness": (0.0, 0.4), "shear": (0.0, 0.3), "zoom": (0.0, 0.4),
    "channel_shift": (0.0, 0.2),
}  # fmt: skip
DROPOUT = (0.0, 0.6)


class Trial(Protocol):
    """What is needed of an Optuna trial."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...

    def suggest_int(self, name: str, low: int, high: int) -> int: ...

    def suggest_categorical(self, name: str, choices: tuple) -> Any: ...


@dataclass(frozen=True)
class Space:
    """The recipes around one.

    Attributes:
        base: where the search starts; what is not searched stays as it is here.
        layers: how many the backbone has.
        fewest, most: training items of the smallest and of the largest class.
    """

    base: Recipe
    layers: int
    fewest: int
    most: int

    @property
    def fine_tunes(self) -> bool:
        return self.base.epochs > 0

    @property
    def freezes(self) -> bool:
        """Whether leaving layers as they came can make sense."""
        return self.fine_tunes and self.layers > 0 and self.base.weights != "none"

    def suggest(self, trial: Trial) -> Recipe:
        """The recipe of a trial."""
        found: dict[str, Any] = {}
        for name, (low, high) in (RATES if self.fine_tunes else HEADS).items():
            found[name] = trial.suggest_float(name, low, high, log=True)
        if self.fine_tunes:
            found["batch_size"] = trial.suggest_categorical("batch_size", BATCHES)
            found["dropout"] = trial.suggest_float("dropout", *DROPOUT)
        if trial.suggest_categorical("balanced", (False, True)):
            count = trial.suggest_int("per_class", self.fewest, self.most)
            found["least_per_class"] = found["most_per_class"] = count
        if self.freezes:
            found["unfreeze"] = trial.suggest_int("unfreeze", 0, self.layers)
        if self.base.augment:
            for name, (low, high) in AUGMENTATION.items():
                found[name] = trial.suggest_float(name, low, high)
        return self.base.changed(**found)

    def start(self) -> dict[str, Any]:
        """The parameters of the base recipe itself, as near as the ranges allow."""
        ranges = RATES if self.fine_tunes else HEADS
        if self.base.augment:
            ranges = ranges | AUGMENTATION
        if self.fine_tunes:
            ranges = ranges | {"dropout": DROPOUT}
        own = self.base.to_dict()
        found = {name: float(np.clip(own[name], *ends)) for name, ends in ranges.items()}
        found["balanced"] = False
        if self.fine_tunes:
            found["batch_size"] = min(BATCHES, key=lambda size: abs(size - self.base.batch_size))
        if self.freezes:
            found["unfreeze"] = self.layers if self.base.unfreeze < 0 else self.base.unfreeze
        return found


class _Given:
    """A trial that answers with parameters known before."""

    def __init__(self, parameters: Mapping[str, Any]):
        self._parameters = parameters

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        return self._parameters[name]

    def suggest_int(self, name: str, low: int, high: int) -> int:
        return self._parameters[name]

    def suggest_categorical(self, name: str, choices: tuple) -> Any:
        return self._parameters[name]


def recipe_with(space: Space, parameters: Mapping[str, Any]) -> Recipe:
    """The recipe of a finished trial."""
    return space.suggest(_Given(parameters))
