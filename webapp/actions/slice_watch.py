"""Saved slices, watched from model to model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audit.measures import measures_stamp
from core.commands.evaluate import read_seen
from core.errors import PredictionsError, SliceError
from core.metrics.evaluation import unseen
from core.metrics.judged import Judged
from core.metrics.slices.conditions import mask_of
from core.metrics.slices.saved import Saved, saved_slices
from core.metrics.slices.watch import Change, change, figure
from webapp.actions.judging import judge, judged_side
from webapp.actions.model_figures import answers
from webapp.actions.models import Model, models_of
from webapp.actions.opened import Opened
from webapp.actions.slices import figure_of
from webapp.session import Session


@dataclass(frozen=True)
class Watched:
    """A saved slice with one figure of every model.

    Attributes:
        saved: the slice.
        problem: why it cannot be measured here; "" when it can.
        items: how many it holds on this side, and of them
        common: those that all models have answered and none has learned from.
        figures: (value, interval, items it rests on) of each model on the common items.
        changes: from the model in view to each; None for itself.
    """

    saved: Saved
    problem: str = ""
    items: int = 0
    common: int = 0
    figures: tuple = ()
    changes: tuple[Change | None, ...] = ()


def answered_models(opened: Opened) -> list[Model]:
    """The model in view first, then the others that have answered."""
    known = [model for model in models_of(opened) if model.usable and model.answered]
    return sorted(known, key=lambda model: model.model != opened.model)


def watched(opened: Opened, session: Session) -> tuple[list[Model], list[Watched]]:
    """All saved slices; without answers only how many items they hold."""
    key, models = figure_of(opened, session), answered_models(opened)
    stamps = tuple(model.stamp for model in models)
    told = []
    for saved in saved_slices(opened.workspace.root):
        what = ("watched", session.part, saved.id, key, stamps, measures_stamp(opened.workspace))
        told.append(opened.remember(what, lambda: _watch(opened, session.part, saved, key, models)))
    return models, told


def _watch(opened: Opened, part: str, saved: Saved, key: str | None,
           models: Sequence[Model]) -> Watched:
    facets = judged_side(opened, part)
    try:
        mask = mask_of(facets, saved.conditions)
    except (SliceError, PredictionsError) as error:
        return Watched(saved, problem=f"{str(error)[:1].upper()}{str(error)[1:]}.")
    if key is None or not models:
        return Watched(saved, items=int(mask.sum()))
    sides = _answered_by_all(opened, facets.judged.where(mask), part, models)
    base = sides[0]
    changes = [None if side is base else change(base, side, key) for side in sides]
    return Watched(saved, "", int(mask.sum()), len(base),
                   tuple(figure(side, key) for side in sides), tuple(changes))


def _answered_by_all(opened: Opened, own: Judged, part: str,
                     models: Sequence[Model]) -> list[Judged]:
    """Each model's answers to the items that all have answered and none has learned from."""
    keep, scores = np.ones(len(own), bool), [answers(opened, model) for model in models]
    for model, said in zip(models, scores):
        if part == "heldout":
            keep &= unseen(own.catalog, read_seen(model.folder))
        keep &= said.align(own.catalog.item_ids)[1]
    items = own.catalog.where(keep)
    return [judge(opened, items, said.align(items.item_ids)[0], model.bundle)
            for model, said in zip(models, scores)]
