"""In which order models stand: by any column of their table, those without a figure last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core.model.card import LITERT
from webapp.actions.model_figures import figures
from webapp.actions.models import PAGE, Model
from webapp.actions.opened import Opened
from webapp.session import Session

OVERVIEW = ("name", "top1", "top2", "macro_f1", "ece", "size", "speed", "made", "data")
OF_TAGS = ("ap", "f1", "ece")
"""A tag's column is ``ap:TAG``, ``f1:TAG`` or ``ece:TAG``."""

LEAST_FIRST = ("name", "data", "ece", "size", "speed")
"""Columns whose best is the least; all others begin with the greatest."""


def columns_of(opened: Opened) -> list[str]:
    """Every column that can be sorted by."""
    tags = opened.workspace.tasks.tag_names
    return [*OVERVIEW, *(f"{of}:{tag}" for tag in tags for of in OF_TAGS)]


def order_of(opened: Opened, session: Session) -> tuple[str, bool]:
    """(column, ascending) that the place names; ("", True) for the order of use."""
    place = session.place(PAGE)
    column = place.get("sort", "")
    if column not in columns_of(opened):
        return "", True
    return column, place.get("order") == "ascending"


def sort_by(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """A column: its best first, pressed again its worst first, then the order of use again."""
    column = str(data.get("column"))
    if column not in columns_of(opened):
        return session
    best = begins_ascending(column)
    now, ascending = order_of(opened, session)
    if now == column and ascending != best:
        return session.put(PAGE, sort=None, order=None)
    ascending = best if now != column else not best
    return session.put(PAGE, sort=column, order="ascending" if ascending else "descending")


def begins_ascending(column: str) -> bool:
    return column.partition(":")[0] in LEAST_FIRST


def ordered(opened: Opened, session: Session, models: Sequence[Model]) -> list[Model]:
    """The models as the place asks; those that cannot be used stay last."""
    column, ascending = order_of(opened, session)
    if not column:
        return list(models)
    values = {model.model: value_of(opened, model, column) for model in models}
    known = [model for model in models if model.usable and values[model.model] is not None]
    rest = [model for model in models if model not in known]
    known.sort(key=lambda model: values[model.model], reverse=not ascending)
    return [*known, *rest]


def value_of(opened: Opened, model: Model, column: str) -> float | str | None:
    """What a model is sorted by; figures are those on held-out photos. None: not known."""
    if not model.usable:
        return None
    held = figures(opened, model).parts.get("heldout") or {}
    if ":" in column:
        of, _, tag = column.partition(":")
        return (held.get("tags", {}).get(tag) or {}).get(of)
    if column in ("top1", "top2", "macro_f1", "ece"):
        return held.get(column) if held.get("n") else None
    card = model.card
    return {
        "name": model.model.casefold(),
        "data": str(card.data.get("workspace") or "").casefold() or None,
        "size": model.size_of(LITERT),
        "speed": card.timings.get("litert_ms"),
        "made": _moment(card.made),
    }[column]


def _moment(made: str) -> float | None:
    try:
        return datetime.fromisoformat(made).timestamp()
    except ValueError:
        return None
