"""The line above every page of figures: how many labels were corrected, and what that hides."""

from typing import Any

import numpy as np

from core.annotations.effect import Effect
from core.catalog.table import PART_WORDS
from webapp.actions.corrections import effect_of, moment_of
from webapp.actions.opened import Opened
from webapp.render.words import count, percent
from webapp.session import Session

OF_THE_PHOTOS_MENU = ("confusion", "together")
OF_HELDOUT = ("thresholds", "slices", "models")
"""Pages whose figures rest on the side that the menu names, or always on held-out."""


def strip_value(opened: Opened, session: Session) -> dict[str, Any] | None:
    """None where there are no figures, or none of their labels was corrected."""
    if session.page not in (*OF_THE_PHOTOS_MENU, *OF_HELDOUT):
        return None
    part = session.part if session.page in OF_THE_PHOTOS_MENU else "heldout"
    corrected = opened.corrected_labels(part)
    if not corrected or opened.answered is None:
        return None
    return opened.remember(("strip", part), lambda: _line(opened, part, corrected))


def _line(opened: Opened, part: str, corrected: int) -> dict[str, Any]:
    where = PART_WORDS.get(part, "catalog")
    were = "label was" if corrected == 1 else "labels were"
    text = f"{count(corrected)} {where} {were} corrected since the import."
    found = effect_of(opened, moment_of(opened, Session(opened.key)), part)
    return {"text": f"{text} {_shares(found)}", "warn": found.selection().chosen_by_model}


def _shares(found: Effect) -> str:
    """Top-1 is 69.8 %; as imported 66.3 %, without them 69.1 %."""
    answer, before, after = found.answer[:, 0], found.before[:, 0], found.after[:, 0]
    if (before == after).all():
        return "All are labels of tags; top-1 is as it was."
    now, imported, untouched = (
        _share(answer == labels, labels >= 0)
        for labels in (after, before, np.where(before == after, after, -1)))
    return (f"Top-1 is {percent(now, 1)}; as imported {percent(imported, 1)}, without them"
            f" {percent(untouched, 1)}.")


def _share(right: np.ndarray, known: np.ndarray) -> float | None:
    return float(right[known].mean()) if known.any() else None
