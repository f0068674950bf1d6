"""Models: those that could be used in a workspace, which is in use, and what they left to read."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.annotations.answer import task_names
from core.decisions.bundle import Bundle, current_bundle
from core.errors import DecisionError, FittingRoomError, ModelError, PredictionsError
from core.model.card import Card, read_card
from core.predictions.store import MANIFEST, finished, manifest
from core.workspace import ASSETS, Workspace
from webapp.actions.opened import Opened
from webapp.session import Session

PAGE = "models"


@dataclass(frozen=True)
class Model:
    """One model that could be used in a workspace. Also what Jobs asks of a run.

    Attributes:
        workspace: where it would be used.
        model: its name.
        card: None when it cannot be read.
        problem: why it cannot be used here; None when it can.
    """

    workspace: Workspace
    model: str
    card: Card | None
    problem: FittingRoomError | None

    @property
    def folder(self) -> Path:
        return self.workspace.model_dir(self.model)

    @property
    def usable(self) -> bool:
        return self.problem is None

    @property
    def in_use(self) -> bool:
        return self.model == self.workspace.settings.model

    @property
    def shipped(self) -> bool:
        """It came with the app, and the workspace has no own model of that name."""
        return self.folder.is_relative_to(ASSETS)

    @property
    def refitted(self) -> bool:
        """It learned from validation photos, too; its answers to them are from before."""
        return bool(self.card.training.get("refitted_with_validation"))

    def size_of(self, file: str) -> int | None:
        """Bytes of one of the card's files, if it is still there."""
        return self.card.sizes.get(file) if (self.folder / file).exists() else None

    @cached_property
    def bundle(self) -> Bundle:
        """The thresholds in use for it here."""
        return current_bundle(self.workspace.decisions_dir(self.model), self.folder, self.card)

    @property
    def answered(self) -> bool:
        """Its answers to this workspace are there: a finished run of these very weights."""
        out = self.workspace.predictions_dir(self.model)
        try:
            return (self.usable and finished(out)
                    and manifest(out).get("model_id") == self.card.model_id)
        except PredictionsError:  # damaged; predicting again mends it
            return False

    @property
    def stamp(self) -> tuple:
        """Changes when its weights, its thresholds or its answers do."""
        run = self.workspace.predictions_dir(self.model) / MANIFEST
        made = run.stat().st_mtime_ns if run.exists() else 0
        card = (self.folder / "card.json").stat().st_mtime_ns
        return self.model, card, made, self.bundle.version if self.usable else None


def models_of(opened: Opened) -> list[Model]:
    """All models: the one in use first, then the workspace's own, the shipped, the unusable."""
    known = [_look_at(opened.workspace, name) for name in opened.workspace.model_names]
    return sorted(known, key=lambda model: (not model.usable, not model.in_use))


def _look_at(workspace: Workspace, name: str) -> Model:
    card = None
    try:
        card = read_card(workspace.model_dir(name))
        card.require(workspace.tasks)
        model = Model(workspace, name, card, None)
        model.bundle  # noqa: B018  a model without readable thresholds decides nothing
        return model
    except (ModelError, DecisionError) as error:
        return Model(workspace, name, card, error)


def model_named(opened: Opened, name: str) -> Model:
    """One of them.

    Raises:
        ModelError: there is no such model here, or it answers other questions.
    """
    if name not in opened.workspace.model_names:
        raise ModelError(f"this workspace has no model {name!r}; choose one from the table")
    model = _look_at(opened.workspace, name)
    if model.problem is not None:
        raise model.problem
    return model


def history(model: Model) -> list[dict[str, Any]]:
    """history.csv: one record for each epoch, numbers as float, empty cells left out.

    Empty when the model kept none, or when it cannot be read.
    """
    try:
        with (model.folder / "history.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [{k: _value(v) for k, v in row.items() if k and v} for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _value(text: str) -> float | str | bool:
    if text in ("True", "False"):
        return text == "True"
    try:
        number = float(text)
    except ValueError:
        return text
    return number if np.isfinite(number) else text


MOST_TEXT = 400_000


def architecture(model: Model) -> str:
    """architecture.txt; empty when the model kept none."""
    try:
        with (model.folder / "architecture.txt").open(encoding="utf-8") as file:
            return file.read(MOST_TEXT)
    except (OSError, UnicodeDecodeError):
        return ""


# What clicks do.

def looked_at(opened: Opened, session: Session) -> Model | None:
    """The model whose detail is open; the one in use without a choice; None without models."""
    known = models_of(opened)
    for name in (session.place(PAGE).get("open"), opened.model, opened.workspace.settings.model):
        for model in known:
            if model.model == name:
                return model
    return known[0] if known else None


def look_at(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Open a model's detail."""
    name = str(data.get("model"))
    if name not in opened.workspace.model_names:
        raise ModelError(f"this workspace has no model {name!r}; choose one from the table")
    return session.put(PAGE, open=name)


def choose_plot(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A menu of the reliability diagram: ``sure`` (which photos) or ``sure-of`` (which task)."""
    key, value = data.get("key"), str(data.get("value"))
    known = {"sure": ("heldout", "validation"), "sure-of": task_names(opened.workspace.tasks)}
    return session.put(PAGE, **{key: value}) if value in known.get(key, ()) else session


def use(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Make a model the one in use: for every page, the command line and the next visitor.

    Raises:
        ModelError: there is no such model here, or it answers other questions.
        StorageError: it cannot be saved; the model in use stays.
    """
    model = model_named(opened, str(data.get("model")))
    now = Workspace.open(opened.workspace.root)  # somebody may have changed other settings
    if now.settings.model != model.model:
        now.with_settings(model=model.model)
    return session.go(model="").put(PAGE, open=model.model)
