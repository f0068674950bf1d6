"""Items with their labels and one model's answers, side by side: what joint figures rest on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.catalog.table import Catalog
from core.errors import PredictionsError
from core.predictions.table import Predictions

ROWS_AT_ONCE = 1 << 16

HIT, WRONG, MISSED, CLEAR, UNKNOWN = range(5)
"""What became of a tag on an item: rightly tagged, wrongly tagged, missed, rightly not tagged,
or not labelled."""

RESULTS = ("hit", "wrong", "missed", "clear")
"""Names of the first four, in their order."""

BOTH, CATEGORY_ONLY, TAGS_ONLY, NEITHER = range(4)
OUTCOMES = ("both", "category", "tags", "neither")
"""Which of category and tags are right on an item."""


@dataclass(frozen=True)
class Judged:
    """N items, their labels, and what one model says of exactly these items.

    Attributes:
        catalog: the items.
        predictions: in the order of the items; None without a model's answers.
        called: bool (N, T): the tags that each item gets by its thresholds; None without.
        measures: further facts by name: float (N,), NaN where unknown, or object (N,) of str,
            None where unknown.
    """

    catalog: Catalog
    predictions: Predictions | None = None
    called: np.ndarray | None = None
    measures: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self):
        n, t = len(self.catalog), len(self.catalog.tasks.tag_names)
        if (self.predictions is None) != (self.called is None):
            raise PredictionsError("answers come with the tags that were called, or not at all")
        if self.predictions is not None and (
            len(self.predictions) != n or self.called.shape != (n, t)
        ):
            raise PredictionsError(
                f"{n} items need as many answers with {t} tags, got {len(self.predictions)} and"
                f" {self.called.shape}; join them by item first"
            )

    def __len__(self) -> int:
        return len(self.catalog)

    def where(self, mask: np.ndarray) -> "Judged":
        """The items for which ``mask`` (bool (N,)) holds, in the same order."""
        rows = np.flatnonzero(mask)
        return Judged(
            self.catalog.where(mask),
            None if self.predictions is None else self.predictions.take(rows),
            None if self.called is None else self.called[rows],
            {name: values[rows] for name, values in self.measures.items()},
        )

    @cached_property
    def best(self) -> np.ndarray:
        """int64 (N,): the most likely class; the first of equals."""
        return self._answers.category.argmax(axis=1)

    @cached_property
    def right(self) -> np.ndarray:
        """bool (N,): the most likely class is the label; False without a label."""
        return self.best == self.catalog.category

    @cached_property
    def in_two(self) -> np.ndarray:
        """bool (N,): the label is among the two most likely classes; False without a label.

        The same as ranking all classes, without sorting them: fewer than two come before it.
        """
        scores, labels = self._answers.category, self.catalog.category
        found = np.zeros(len(self), bool)
        classes = np.arange(scores.shape[1])
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            part, label = scores[rows], labels[rows, None]
            own = np.take_along_axis(part, np.maximum(label, 0), axis=1)
            before = (part > own) | ((part == own) & (classes < label))
            found[rows] = before.sum(axis=1) < 2
        return found & (labels >= 0)

    @cached_property
    def results(self) -> np.ndarray:
        """int8 (N, T) of HIT, WRONG, MISSED, CLEAR and UNKNOWN."""
        self._answers  # noqa: B018  refuses without answers
        table = np.array([[CLEAR, WRONG], [MISSED, HIT], [UNKNOWN, UNKNOWN]], np.int8)
        return table[self.catalog.tags, self.called.astype(np.int8)]  # -1 is the last row

    @cached_property
    def tags_right(self) -> np.ndarray:
        """int8 (N,): 1 when every labelled tag is right, 0 when one is wrong, -1 without any."""
        wrong = ((self.results == WRONG) | (self.results == MISSED)).any(axis=1)
        known = (self.results != UNKNOWN).any(axis=1)
        return np.where(known, ~wrong, -1).astype(np.int8)

    @cached_property
    def outcome(self) -> np.ndarray:
        """int8 (N,) of BOTH, CATEGORY_ONLY, TAGS_ONLY and NEITHER; -1 where either is unknown."""
        tags = self.tags_right
        code = np.where(self.right, np.where(tags == 1, BOTH, CATEGORY_ONLY),
                        np.where(tags == 1, TAGS_ONLY, NEITHER))
        return np.where((self.catalog.category >= 0) & (tags >= 0), code, -1).astype(np.int8)

    @cached_property
    def _answers(self) -> Predictions:
        if self.predictions is None:
            raise PredictionsError("no model has answered these items yet; predict them first")
        return self.predictions
