"""Cuts that need the items themselves: cross-fitted ones, and cuts per category."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from core.decisions.category_cuts import fit_category_cuts
from core.decisions.crossfit import crossfit_items
from core.decisions.reasons import REASONS, BestF, Reason, reason_of
from core.errors import SplitError, ThresholdError
from webapp.actions.opened import Opened, Side
from webapp.actions.thresholds import on_grid
from webapp.render.words import Words

FOLDS = 5
FEWEST = 10
"""Validation items without which nothing is cross-fitted."""


def reason_in_link(word: str) -> Reason:
    """A reason as a link has it: ``precision:0.9``, ``cost:0.05:0.4``.

    Raises:
        ThresholdError: no such reason, or its numbers are missing or none.
    """
    name, *numbers = word.split(":")
    names = [field.name for field in fields(REASONS[name])] if name in REASONS else []
    try:
        wish = dict(zip(names, map(float, numbers), strict=True))
    except ValueError as error:
        raise ThresholdError(f"{word!r} is no reason for a cut; choose one on the page") from error
    return reason_of({"reason": name, **wish})


def cross_fitted(opened: Opened, word: str) -> dict[str, Any]:
    """``CrossFit.to_json`` of all tags under ``tags``, on the validation items.

    Raises:
        ThresholdError: the reason makes no sense.
        SplitError: too few items for the folds.
    """
    reason, side = reason_in_link(word), _enough(opened)
    tags = opened.workspace.tasks.tag_names
    return opened.remember(("crossfit", reason), lambda: {
        "tags": crossfit_items(side.catalog, side.predictions, reason, folds=FOLDS).to_json(tags)})


def per_category(opened: Opened, word: str, thresholds: str) -> dict[str, Any]:
    """Cuts by predicted category, fitted on the validation items.

    Args:
        word: the reason, best F or least cost, as in a link.
        thresholds: the tags' own cuts on the page, as JSON.

    Returns:
        JSON values. ``classes``: ``name`` and ``title`` of each; ``cells``: see
        ``CategoryCut``, with the ``title`` of its category; ``gain``: what gains are counted in.

    Raises:
        ThresholdError: the reason or a cut makes no sense.
        SplitError: too few items for the folds.
    """
    reason, side = reason_in_link(word), _enough(opened)
    own = _own_cuts(opened, thresholds)
    names = Words(opened.workspace.tasks).names
    found = fit_category_cuts(side.catalog, side.predictions, own, reason, folds=FOLDS)
    classes = opened.workspace.tasks.classes
    return {
        "classes": [{"name": name, "title": names[name]} for name in classes],
        "cells": [{**cell, "title": names[cell["category"]]} for cell in found.grid],
        "gain": f"F{reason.beta:g}" if isinstance(reason, BestF) else "cost per 10,000",
    }


def _enough(opened: Opened) -> Side:
    side = opened.side("validation")
    items = len(side.catalog)
    if items < FEWEST:
        raise SplitError(
            f"{items} validation item{'' if items == 1 else 's'} cannot be dealt into {FOLDS}"
            f" parts to choose on and to judge by; {FEWEST} is the least"
        )
    return side


def _own_cuts(opened: Opened, thresholds: str) -> dict[str, float]:
    try:
        sent = json.loads(thresholds)
    except ValueError:
        sent = None
    cuts = sent if isinstance(sent, Mapping) else {}
    return {tag: on_grid(tag, cuts.get(tag)) for tag in opened.workspace.tasks.tag_names}
