"""Retraining on the labels in force: what clicks start, stop and take up again."""

from collections.abc import Mapping
from typing import Any

from core.commands.background import (
    DONE,
    Training,
    last_training,
    start_training,
    stop_training,
    throw_away,
)
from core.errors import ModelError
from webapp.actions.jobs import Jobs
from webapp.actions.models import PAGE, Model, model_named
from webapp.actions.opened import Opened
from webapp.session import Session

RECIPES = ("probe", "tune", "published", "scratch", "pixels30")
"""Shipped recipes that need nothing beside the workspace; the first is offered."""


def training_of(opened: Opened, jobs: Jobs) -> Training | None:
    """The last training of this workspace; a new model's answers are asked for at once."""
    found = last_training(opened.workspace)
    if found is not None and found.state == DONE and opened.has_photos:
        model = new_model(opened, found)
        if model is not None and not model.answered and jobs.state(model) is None:
            jobs.start(model)
    return found


def new_model(opened: Opened, found: Training) -> Model | None:
    """What a training made; None when it cannot be used, or is gone."""
    try:
        return model_named(opened, found.status.name)
    except ModelError:
        return None


def in_use(opened: Opened) -> bool:
    """Whether the workspace has a model that answers what it asks; else the new one is used."""
    try:
        model_named(opened, opened.workspace.settings.model)
    except ModelError:
        return False
    return True


def start(opened: Opened, data: Mapping[str, Any]) -> None:
    """Begin with a recipe of RECIPES.

    Raises:
        ModelError: another training goes on, there are no photos, or no such recipe.
        StorageError: the disk is too full.
    """
    recipe = str(data.get("recipe"))
    if recipe not in RECIPES:
        raise ModelError(f"there is no recipe {recipe!r} to choose; choose one from the menu")
    start_training(opened.workspace, recipe, use=not in_use(opened))


def again(opened: Opened, *, restart: bool) -> None:
    """Go on with the run that was interrupted, or begin it again on the labels of today.

    Raises:
        ModelError: there is none, or a training goes on.
    """
    found = last_training(opened.workspace)
    if found is None or not (found.resumable or found.going_on):
        raise ModelError("there is no interrupted training to go on with; start a new one")
    start_training(opened.workspace, found.status.recipe, found.status.name,
                   resume=not restart, restart=restart, use=not in_use(opened))


def cancel(opened: Opened) -> None:
    """Ask the training to stop; what it has is kept."""
    stop_training(opened.workspace)


def forget(opened: Opened) -> None:
    """Throw away what an interrupted training kept, or close the report of a finished one.

    Raises:
        ModelError: it goes on.
    """
    throw_away(opened.workspace)


def pair_with_new(opened: Opened, session: Session, name: str) -> Session:
    """Open the model that was just trained, and compare it with the one in use."""
    used = opened.workspace.settings.model
    return session.put(PAGE, open=name, a=used, b=name, of=None, show=None, at=None, item=None)
