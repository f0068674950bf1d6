"""A slice is a set of conditions, all of which an item must fulfil."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from core.errors import SliceError
from core.metrics.slices.facets import CHOICE, Facet, Facets

IS, NOT, RANGE, AMONG, LIKE = "is", "not", "range", "among", "like"
ITEMS = "items"
MOST_CONDITIONS = 8
MOST_IDS = 20_000
MOST_LIKE = 10_000


@dataclass(frozen=True)
class Condition:
    """One demand on an item.

    Attributes:
        facet: key of a facet; ITEMS with AMONG and LIKE.
        op: IS, NOT (both of a choice), RANGE (of a number), AMONG or LIKE.
        value: IS and NOT: a level, or None for what is unknown. NOT also holds for unknown
            items, unless its value is None. RANGE: (low, high), each None where open,
            low <= value < high; unknown items never lie in one. AMONG: item ids. LIKE:
            (item id, how many): those most like one, with itself.
    """

    facet: str
    op: str
    value: str | None | tuple

    def __post_init__(self):
        fine = {
            IS: lambda v: v is None or isinstance(v, str),
            NOT: lambda v: v is None or isinstance(v, str),
            RANGE: _is_range,
            AMONG: lambda v: (isinstance(v, tuple) and 0 < len(v) <= MOST_IDS
                              and all(isinstance(one, str) for one in v)),
            LIKE: lambda v: (isinstance(v, tuple) and len(v) == 2 and isinstance(v[0], str)
                             and isinstance(v[1], int) and 0 < v[1] <= MOST_LIKE),
        }.get(self.op)
        of_items = (self.facet == ITEMS) == (self.op in (AMONG, LIKE))
        if fine is None or not isinstance(self.facet, str) or not of_items or not fine(self.value):
            raise SliceError(
                f"{[self.facet, self.op, self.value]!r:.200} is no condition; write [facet, is or"
                " not, value], [facet, range, [low, high]], [items, among, [ids]] or [items, like,"
                " [id, number]]"
            )

    def to_json(self) -> list[Any]:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return [self.facet, self.op, value]


def _is_range(value: Any) -> bool:
    if not isinstance(value, tuple) or len(value) != 2 or value == (None, None):
        return False
    return all(end is None or (isinstance(end, int | float) and not isinstance(end, bool)
                               and isfinite(end)) for end in value)


def read_conditions(value: Any) -> tuple[Condition, ...]:
    """From their JSON form, each [facet, op, value]; repeated ones once.

    Raises:
        SliceError: it is none, or there are too many.
    """
    if not isinstance(value, list) or len(value) > MOST_CONDITIONS:
        raise SliceError(
            f"a slice has at most {MOST_CONDITIONS} conditions, each [facet, op, value]")
    found = []
    for one in value:
        if not isinstance(one, list) or len(one) != 3:
            raise SliceError(f"{one!r:.200} is no condition; write [facet, op, value]")
        facet, op, wanted = one
        found.append(Condition(facet, op, tuple(wanted) if isinstance(wanted, list) else wanted))
    return tuple(dict.fromkeys(found))


def mask_of(facets: Facets, conditions: Sequence[Condition]) -> np.ndarray:
    """bool (N,): items that fulfil all conditions; all items without any.

    Raises:
        SliceError: a facet or a level that these items do not have.
    """
    mask = np.ones(len(facets), bool)
    for condition in conditions:
        mask &= _holds(facets, condition)
    return mask


def _holds(facets: Facets, condition: Condition) -> np.ndarray:
    if condition.op in (AMONG, LIKE):
        wanted = set(condition.value if condition.op == AMONG else facets.like(*condition.value))
        return np.fromiter((one in wanted for one in facets.judged.catalog.item_ids), bool,
                           len(facets))
    facet = facets.facet(condition.facet)
    if condition.op == RANGE:
        return _in_range(facet, condition.value)
    code = -1 if condition.value is None else _level(facet, condition.value)
    return (facet.codes == code) == (condition.op == IS)


def _in_range(facet: Facet, ends: tuple) -> np.ndarray:
    if facet.values is None:
        raise SliceError(f"{facet.key!r} has no numbers to lie between; choose one of its values")
    low, high = (limit if end is None else end for end, limit in zip(ends, (-np.inf, np.inf)))
    return (facet.values >= low) & ((facet.values < high) | (high == np.inf))


def _level(facet: Facet, name: str) -> int:
    """Its code; -2, which no item has, for a value that only other items have."""
    if facet.kind != CHOICE:
        raise SliceError(f"{facet.key!r} is a number; say from where to where")
    return facet.levels.index(name) if name in facet.levels else -2


def level_condition(facet: Facet, level: int) -> Condition:
    """The condition that holds for exactly the items of one level; -1 for what is unknown."""
    if facet.edges is None or level < 0:
        return Condition(facet.key, IS, facet.levels[level] if level >= 0 else None)
    low, high = (None if np.isinf(edge) else float(edge) for edge in facet.edges[level:level + 2])
    return Condition(facet.key, RANGE, (low, high))
