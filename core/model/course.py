"""What a fit starts from, and how far it has come."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.model import checkpoints
from core.model.examples import Examples
from core.model.report import Record


@dataclass(frozen=True)
class Data:
    """What is fitted to and what is judged by.

    Attributes:
        pixels: uint8 (M, H, W, 3).
        train, validation: the examples of each side.
        train_rows, validation_rows: int64, where in ``pixels`` each one's photo is.
        optional: bool, training examples of which an epoch takes only some.
    """

    pixels: np.ndarray
    train: Examples
    train_rows: np.ndarray
    validation: Examples
    validation_rows: np.ndarray
    optional: np.ndarray


@dataclass
class Course:
    """How far a fit has come; what a checkpoint says beside the weights."""

    epoch: int = -1
    done: bool = False
    best_loss: float = math.inf
    best_epoch: int = -1
    best_file: str | None = None
    seconds: float = 0.0
    history: list[Record] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> "Course":
        """The course of the run in ``folder``; a new one where there is no checkpoint yet."""
        state = checkpoints.read_state(folder) or {}
        return cls(**{name: state[name] for name in state if name in cls.__dataclass_fields__})


def evened(examples: Examples, heads: Iterable[str]) -> Examples:
    """The same with weights that average 1 for each head: its loss averages over answers."""
    weights = examples.weights
    return examples.with_weights(**{h: weights[h] / mean_weight(weights[h]) for h in heads})


def mean_weight(weights: np.ndarray) -> float:
    """What a head's weights are divided by, so that its loss averages over answers."""
    mean = float(weights.mean()) if weights.size else 0.0
    return mean or 1.0
