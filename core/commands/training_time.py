"""How long a training will take, from runs that were timed."""

import os

from core.commands.background import training_dir
from core.commands.training_status import read_status
from core.workspace import Workspace

MEASURED_CORES = 2

RATES = {"probe": (30.0, 0.08)}
"""Seconds for any run, and for each photo, by recipe; measured on MEASURED_CORES cores."""


def training_seconds(workspace: Workspace, recipe: str, photos: int) -> float | None:
    """What the last run of that recipe here took, for as many photos; else what was measured.

    Returns:
        None where nothing was measured.
    """
    found = [status for path in training_dir(workspace).glob("*.json")
             if (status := read_status(path)) and status.recipe == recipe and status.photos
             and status.ended and not status.error]
    if found:
        last = max(found, key=lambda status: status.started)
        return last.seconds * photos / last.photos
    if recipe not in RATES:
        return None
    fixed, each = RATES[recipe]
    return fixed + each * photos * MEASURED_CORES / max(1, min(os.cpu_count() or 1, 8))
