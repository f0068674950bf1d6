"""Models: those of a workspace side by side, what each is measured on, and which is in use."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.commands.evaluate import read_seen
from core.decisions.bundle import Bundle, current_bundle
from core.decisions.conformal import covered, prediction_sets
from core.errors import DecisionError, FittingRoomError, ModelError, PredictionsError
from core.metrics.bootstrap import part_intervals
from core.metrics.calibration import Reliability, reliability
from core.metrics.evaluation import evaluate_part, unseen
from core.metrics.intervals import wilson
from core.model.card import Card, read_card
from core.predictions.store import MANIFEST, finished, manifest, read_predictions
from core.predictions.table import Predictions
from core.workspace import ASSETS, Workspace
from webapp.actions.opened import Opened
from webapp.session import Session

PAGE = "models"
PARTS_MEASURED = ("heldout", "validation")
HERE, CARD, NOWHERE = "here", "card", "nowhere"
"""Where a model's figures come from: measured on this workspace, told by its card, or neither."""


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


@dataclass(frozen=True)
class Figures:
    """How good a model is, and where that was found.

    Attributes:
        source: HERE, CARD or NOWHERE.
        data: name of the workspace on which it was measured.
        parts: ``heldout`` and ``validation`` as ``evaluate_part`` gives them, those that are
            known; measured here, with ``intervals`` of core.metrics.bootstrap.
        reliability: of the held-out answers; None unless measured here.
        sets: prediction sets on held-out items: ``coverage``, ``interval``, ``promised``,
            ``size`` (mean number of classes), ``n``; None unless measured here.
    """

    source: str
    data: str = ""
    parts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    reliability: Reliability | None = None
    sets: dict[str, Any] | None = None


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


def answers(opened: Opened, model: Model) -> Predictions:
    """What a model answered here; kept as long as the workspace stays open as it is.

    Raises:
        PredictionsError: nothing yet, or the files are damaged.
    """
    if not model.answered:
        raise PredictionsError(
            f"the model {model.model!r} has not answered this workspace yet; predict it first")
    folder = model.workspace.predictions_dir(model.model)
    return opened.remember(
        ("answers", model.stamp), lambda: read_predictions(folder, model.workspace.tasks))


def figures(opened: Opened, model: Model) -> Figures:
    """Measured here when the model has answered this workspace, else what its card tells."""
    if model.answered:
        try:
            return opened.remember(("models", model.stamp), lambda: _measure(opened, model))
        except PredictionsError:  # a shard is gone or damaged; predicting again mends it
            pass
    return told(model.card, opened.workspace.name) if model.card else Figures(NOWHERE)


def told(card: Card, workspace: str) -> Figures:
    """What the card tells: of this workspace if training measured it, else of its own data."""
    on = str(card.data.get("workspace", ""))
    parts = card.figures
    if on != workspace and workspace in card.figures_on:
        on, parts = workspace, card.figures_on[workspace]
    known = {name: parts[name] for name in PARTS_MEASURED if parts.get(name, {}).get("n")}
    return Figures(CARD, on, known) if known else Figures(NOWHERE)


def _measure(opened: Opened, model: Model) -> Figures:
    scores, cuts = answers(opened, model), model.bundle.thresholds
    seen = read_seen(model.folder)
    parts, curve, sets = {}, None, None
    for part in PARTS_MEASURED:
        hidden = seen if part == "heldout" else frozenset()
        found = evaluate_part(opened.catalog.part(part), scores, cuts, hidden)
        items, own = _joined(opened.catalog.part(part), scores, hidden)
        parts[part] = {**found, "intervals": part_intervals(items, own, cuts)}
        if part == "heldout" and found["n"]:
            curve, sets = _reliability(items, own), _sets(items, own, model.bundle)
    return Figures(HERE, opened.workspace.name, parts, curve, sets)


def _joined(items: Catalog, scores: Predictions,
            seen: frozenset[str]) -> tuple[Catalog, Predictions]:
    fresh = items.where(unseen(items, seen))
    own, found = scores.align(fresh.item_ids)
    return fresh.where(found), own


def _reliability(items: Catalog, scores: Predictions) -> Reliability:
    known = items.category >= 0
    right = scores.top[:, 0] == items.category
    return reliability(scores.category.max(axis=1)[known], right[known])


def _sets(items: Catalog, scores: Predictions, bundle: Bundle) -> dict[str, Any] | None:
    if bundle.set_cut is None:
        return None
    sets = prediction_sets(scores.category, bundle.set_cut)
    hits, n = covered(sets, items.category)
    return {"coverage": hits / n, "interval": list(wilson(hits, n)), "n": n,
            "promised": bundle.coverage,
            "size": float(sets[items.category >= 0].sum(axis=1).mean())}


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
