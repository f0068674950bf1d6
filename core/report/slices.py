"""Slices for the report: those that people saved, and those where the model is worst."""

from collections.abc import Sequence
from typing import Any

from core.errors import SliceError
from core.metrics.judged import Judged
from core.metrics.slices.conditions import AMONG, LIKE, NOT, RANGE, Condition, mask_of
from core.metrics.slices.facets import Facets
from core.metrics.slices.figures import TOP1
from core.metrics.slices.saved import Saved
from core.metrics.slices.watch import figure
from core.metrics.slices.worst import worst_slices

WORST = 5
"""Slices, the surest first, that are told of those found by the search."""


def slice_rows(judged: Judged, saved: Sequence[Saved]) -> list[dict[str, Any]]:
    """Top-1 of saved slices and of the worst ones, beside that of all other items.

    Args:
        judged: held-out items with a model's answers.

    Returns:
        ``name``, ``n`` (items with a label), ``top1``, ``top1_interval``, ``rest`` (None where
        undefined), ``q`` (of the worst ones: their chance, corrected for all that were tested;
        None for saved ones). Saved slices that do not fit these items are left out.
    """
    facets = Facets(judged)
    rows = [row for one in saved if (row := _saved_row(facets, one)) is not None]
    return rows + [
        {"name": named(one.conditions), "n": one.support, "top1": one.share,
         "top1_interval": list(one.interval), "rest": one.rest, "q": one.q}
        for one in worst_slices(facets, TOP1, most=WORST).found
    ]


def named(conditions: Sequence[Condition]) -> str:
    """Conditions in a row, in the words of the labels file."""
    return " and ".join(_told(one) for one in conditions)


def _saved_row(facets: Facets, one: Saved) -> dict[str, Any] | None:
    try:
        inside = mask_of(facets, one.conditions)
    except SliceError:  # other columns, or a comparison of photos that is not at hand here
        return None
    share, interval, n = figure(facets.judged.where(inside), TOP1)
    rest = figure(facets.judged.where(~inside), TOP1)[0]
    return {"name": one.name, "n": n, "top1": share, "top1_interval": interval, "rest": rest,
            "q": None}


def _told(one: Condition) -> str:
    if one.op == AMONG:
        return f"{len(one.value):,} chosen items"
    if one.op == LIKE:
        return f"{one.value[1]:,} most like {one.value[0]}"
    kind, _, name = one.facet.partition(":")
    what = f"{kind} {name}" if kind in ("tag", "tagged") else name or kind
    if one.op == RANGE:
        low, high = one.value
        return f"{what} {'' if low is None else f'from {low:g} '}" + (
            "" if high is None else f"below {high:g}")
    value = "unknown" if one.value is None else one.value
    return f"{what} {'is not' if one.op == NOT else 'is'} {value}"
