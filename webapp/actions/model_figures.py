"""A model's figures: measured on the open workspace where it has answered, else by its card."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.annotations.answer import CATEGORY
from core.catalog.table import Catalog, data_hash
from core.commands.evaluate import read_seen
from core.errors import PredictionsError
from core.metrics.bootstrap import part_intervals
from core.metrics.evaluation import evaluate_part, set_figures, unseen
from core.model.card import Card
from core.predictions.out_of_sample import fair
from core.predictions.store import read_predictions
from core.predictions.table import Predictions
from webapp.actions.models import Model
from webapp.actions.opened import Opened

PARTS_MEASURED = ("heldout", "validation")
HERE, CARD, NOWHERE = "here", "card", "nowhere"
"""Where a model's figures come from: measured on this workspace, told by its card, or neither."""


@dataclass(frozen=True)
class Figures:
    """How good a model is, and where that was found.

    Attributes:
        source: HERE, CARD or NOWHERE.
        data: name of the workspace on which it was measured.
        parts: ``heldout`` and ``validation`` as ``evaluate_part`` gives them, those that are
            known; measured here, with ``intervals`` of core.metrics.bootstrap.
        sets: prediction sets on held-out items: ``promised``, ``covered``,
            ``covered_interval``, ``mean_size`` (classes) and ``n``; None where not known.
        comparable: they rest on this workspace's photos, labels and split as they are now.
    """

    source: str
    data: str = ""
    parts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    sets: dict[str, Any] | None = None
    comparable: bool = True

    def reliability(self, part: str, task: str) -> dict[str, list] | None:
        """Filled bins of one part's answers to ``category`` or ``tag:<TAG>``, see
        ``core.metrics.calibration.Reliability.to_json``; None where they are not known."""
        found = self.parts.get(part, {}).get("reliability", {}).get(task)
        return found if found and found["bin"] else None

    def calibration_error(self, part: str, task: str) -> float | None:
        """Expected calibration error of the same answers."""
        known = self.parts.get(part, {})
        if task == CATEGORY:
            return known.get("ece")
        return known.get("tags", {}).get(task.removeprefix("tag:"), {}).get("ece")


def answers(opened: Opened, model: Model) -> Predictions:
    """What a model answered here; kept as long as the workspace stays open as it is.

    Raises:
        PredictionsError: nothing yet, or the files are damaged.
    """
    if not model.answered:
        raise PredictionsError(
            f"the model {model.model!r} has not answered this workspace yet; predict it first")
    folder = model.workspace.predictions_dir(model.model)

    def read() -> Predictions:
        saved = read_predictions(folder, model.workspace.tasks, embedding=False)
        return fair(saved, opened.imported, model.folder)

    return opened.remember(("answers", model.stamp), read)


def figures(opened: Opened, model: Model) -> Figures:
    """Measured here when the model has answered this workspace, else what its card tells."""
    if model.answered:
        try:
            return opened.remember(("models", model.stamp), lambda: _measure(opened, model))
        except PredictionsError:  # a shard is gone or damaged; predicting again mends it
            pass
    found = told(model.card, opened.workspace.name) if model.card else Figures(NOWHERE)
    return replace(found, comparable=_comparable(opened, model, found))


def _comparable(opened: Opened, model: Model, found: Figures) -> bool:
    if found.source != CARD or found.data != opened.workspace.name:
        return False
    now = opened.remember("data hash", lambda: data_hash(opened.catalog))
    return model.card.data.get("workspace") != found.data or model.card.data.get("hash") == now


def told(card: Card, workspace: str) -> Figures:
    """What the card tells: of this workspace if training measured it, else of its own data."""
    on = str(card.data.get("workspace", ""))
    parts = card.figures
    if on != workspace and workspace in card.figures_on:
        on, parts = workspace, card.figures_on[workspace]
    known = {name: parts[name] for name in PARTS_MEASURED if parts.get(name, {}).get("n")}
    if not known:
        return Figures(NOWHERE)
    held = known.get("heldout", {})
    sets = {**held["sets"], "n": held["n"]} if (held.get("sets") or {}).get("covered") else None
    return Figures(CARD, on, known, sets=sets)


def _measure(opened: Opened, model: Model) -> Figures:
    scores, cuts = answers(opened, model), model.bundle.thresholds
    seen = read_seen(model.folder)
    parts, sets = {}, None
    for part in PARTS_MEASURED:
        hidden = seen if part == "heldout" else frozenset()
        found = evaluate_part(opened.catalog.part(part), scores, cuts, hidden)
        items, own = _joined(opened.catalog.part(part), scores, hidden)
        parts[part] = {**found, "intervals": part_intervals(items, own, cuts)}
        if part == "heldout" and found["n"]:
            sets = set_figures(items, own, model.bundle)
    return Figures(HERE, opened.workspace.name, parts, sets)


def _joined(items: Catalog, scores: Predictions,
            seen: frozenset[str]) -> tuple[Catalog, Predictions]:
    fresh = items.where(unseen(items, seen))
    own, found = scores.align(fresh.item_ids)
    return fresh.where(found), own
