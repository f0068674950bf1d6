"""Facets: the ways in which items can be told apart, each as one code per item."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalog.table import tag_column
from core.errors import SliceError
from core.metrics.judged import OUTCOMES, RESULTS, UNKNOWN, Judged

CHOICE, NUMBER = "choice", "number"
YES, NO = "yes", "no"
META, PHOTO = "meta:", "photo:"
FEW = 12
"""Distinct values up to which a column of numbers is a choice among them."""

BINS = 5
"""Parts into which numbers are cut, about equally many items in each."""


@dataclass(frozen=True)
class Facet:
    """One way to tell N items apart.

    Attributes:
        key: ``label``, ``answer``, ``group``, ``side``, ``tag:<TAG>``, ``tagged:<TAG>``,
            ``result:<TAG>``, ``right``, ``outcome``, ``meta:<COLUMN>`` or ``photo:<MEASURE>``.
        kind: CHOICE or NUMBER.
        levels: str (L,): the values of a choice; of numbers the bins, as ``LOW..HIGH``.
        codes: int32 (N,): place in ``levels``; -1 where unknown.
        values: float64 (N,), NaN where unknown; None for a choice.
        edges: float64 (L + 1,) of numbers, first -inf and last inf: bin k holds
            edges[k] <= value < edges[k + 1]; None for a choice.
    """

    key: str
    kind: str
    levels: tuple[str, ...]
    codes: np.ndarray
    values: np.ndarray | None = None
    edges: np.ndarray | None = None


Neighbours = Callable[[str, int], Collection[str]]
"""Item id, how many -> ids of the items most like it, the likest first, without itself."""


class Facets:
    """The facets of some items, each made when it is first asked for."""

    def __init__(self, judged: Judged, neighbours: Neighbours | None = None):
        """Nothing is computed yet.

        Args:
            neighbours: finds what is like an item; None where items cannot be compared.
        """
        self.judged = judged
        self._neighbours = neighbours
        self._made: dict[str, Facet] = {}
        self._makers: dict[str, Callable[[], Facet]] = dict(_makers(judged))

    def __len__(self) -> int:
        return len(self.judged)

    @property
    def keys(self) -> list[str]:
        """What these items can be told apart by, in the order of menus."""
        return list(self._makers)

    def like(self, item_id: str, number: int) -> list[str]:
        """An item and those most like it, ``number`` in all.

        Raises:
            SliceError: items cannot be compared here.
        """
        if self._neighbours is None:
            raise SliceError("items cannot be compared here: there are no embeddings of their"
                             " photos; predict them first")
        return [item_id, *self._neighbours(item_id, number - 1)] if number > 1 else [item_id]

    def facet(self, key: str) -> Facet:
        """One of them.

        Raises:
            SliceError: there is no such facet here.
        """
        if key not in self._makers:
            raise SliceError(
                f"these items cannot be told apart by {key!r}; {_why_not(key, self.judged)}"
            )
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]


def _why_not(key: str, judged: Judged) -> str:
    if key.startswith(PHOTO):
        return "measure the photos first"
    if key.split(":")[0] in ("answer", "tagged", "result", "right", "outcome"):
        return "predict them first" if judged.predictions is None else "the tags have changed"
    return "choose another column"


def _makers(judged: Judged) -> Iterator[tuple[str, Callable[[], Facet]]]:
    rows, tasks = judged.catalog.rows, judged.catalog.tasks
    yield "label", lambda: _choice("label", tasks.classes, judged.catalog.category)
    if judged.predictions is not None:
        yield "answer", lambda: _choice("answer", tasks.classes, judged.best)
    if "group" in rows and rows["group"].notna().any():
        yield "group", lambda: _named("group", rows["group"])
    if rows["split"].nunique() > 1:
        yield "side", lambda: _named("side", rows["split"])
    for column in rows.columns:
        if str(column).startswith(META) and _tells_apart(rows[column]):
            yield str(column), _of_column(str(column), rows[column])
    for name, values in judged.measures.items():
        if pd.Series(values).nunique() > 1:
            yield PHOTO + name, _of_measure(PHOTO + name, values)
    for number, tag in enumerate(tasks.tag_names):
        yield tag_column(tag), _of_tag(tag_column(tag), judged, number)
    if judged.predictions is not None:
        for number, tag in enumerate(tasks.tag_names):
            yield f"tagged:{tag}", _of_called(f"tagged:{tag}", judged, number)
        for number, tag in enumerate(tasks.tag_names):
            yield f"result:{tag}", _of_result(f"result:{tag}", judged, number)
        yield "right", lambda: _yes_no(
            "right", np.where(judged.catalog.category >= 0, judged.right, -1))
        if tasks.tag_names:
            yield "outcome", lambda: _choice("outcome", OUTCOMES, judged.outcome)


def _choice(key: str, levels: tuple[str, ...], codes: np.ndarray) -> Facet:
    return Facet(key, CHOICE, tuple(levels), codes.astype(np.int32))


def _yes_no(key: str, answers: np.ndarray) -> Facet:
    """``answers``: int (N,), 1 yes, 0 no, -1 unknown."""
    return Facet(key, CHOICE, (NO, YES), answers.astype(np.int32))


def _of_tag(key: str, judged: Judged, number: int) -> Callable[[], Facet]:
    return lambda: _yes_no(key, judged.catalog.tags[:, number])


def _of_called(key: str, judged: Judged, number: int) -> Callable[[], Facet]:
    return lambda: _yes_no(key, judged.called[:, number])


def _of_result(key: str, judged: Judged, number: int) -> Callable[[], Facet]:
    def make() -> Facet:
        found = judged.results[:, number]
        return _choice(key, RESULTS, np.where(found == UNKNOWN, -1, found))

    return make


def _of_measure(key: str, values: np.ndarray) -> Callable[[], Facet]:
    if values.dtype == object:
        return lambda: _named(key, pd.Series(values))
    return lambda: _number(key, values)


def _of_column(key: str, column: pd.Series) -> Callable[[], Facet]:
    def make() -> Facet:
        if pd.api.types.is_bool_dtype(column.dtype):
            return _yes_no(key, column.astype("Int8").fillna(-1).to_numpy(np.int8))
        if pd.api.types.is_numeric_dtype(column.dtype) and column.nunique() > FEW:
            return _number(key, column.astype("Float64").to_numpy(np.float64, na_value=np.nan))
        return _named(key, column)

    return make


def _tells_apart(column: pd.Series) -> bool:
    """Two values at least; a text that is another one on nearly every item tells none apart."""
    distinct = column.nunique()
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    return distinct > 1 and (numeric or distinct <= max(FEW, column.notna().sum() // 2))


def _named(key: str, column: pd.Series) -> Facet:
    codes, names = pd.factorize(column, sort=True)
    return Facet(key, CHOICE, tuple(_text(name) for name in names), codes.astype(np.int32))


def _text(value: object) -> str:
    """3.0 in a column of numbers with gaps is 3."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(key: str, values: np.ndarray) -> Facet:
    values = values.astype(np.float64)
    edges = np.concatenate([[-np.inf], _cuts(values[np.isfinite(values)]), [np.inf]])
    codes = np.searchsorted(edges, values, side="right") - 1
    codes = np.where(np.isnan(values), -1, np.minimum(codes, len(edges) - 2))
    levels = tuple(f"{_edge(low)}..{_edge(high)}" for low, high in zip(edges, edges[1:]))
    return Facet(key, NUMBER, levels, codes.astype(np.int32), values, edges)


def _cuts(known: np.ndarray) -> np.ndarray:
    """Between bins of about equally many values; above the least one where most are the least."""
    cuts = np.unique([_round(cut) for cut in np.quantile(known, np.arange(1, BINS) / BINS)])
    inside = cuts[(cuts > known.min()) & (cuts <= known.max())]
    return inside if len(inside) else known[known > known.min()].min(keepdims=True)


def _round(value: float) -> float:
    """To three digits, so that a bin can be read and said."""
    return float(f"{value:.3g}")


def _edge(value: float) -> str:
    return "" if np.isinf(value) else f"{value:g}"
