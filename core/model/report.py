"""How training tells whoever started it where it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.progress import Progress, silent

Record = dict[str, Any]
"""One line of the history: epoch, stage, losses, figures, learning_rate, seconds."""


def _quiet_stage(name: str) -> Progress:
    return silent


def _quiet(value: Any) -> None:
    return None


@dataclass(frozen=True)
class Report:
    """Callbacks; without any, training is silent.

    Attributes:
        stage: called with the name of each stage of work, gives the progress of that stage.
        epoch: called with the record of each epoch.
        note: called with a sentence that the user should read.
    """

    stage: Callable[[str], Progress] = _quiet_stage
    epoch: Callable[[Record], None] = _quiet
    note: Callable[[str], None] = _quiet
