"""What corrections do to a model's figures, and whether they were chosen with the model in view.

A label that is corrected to the model's answer can only raise its figures. That is right when
people look at all labels alike; when they look mostly where the model disagrees, wrong labels
that it agrees with stay, and the figures rise by more than the model deserves.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from core.annotations.answer import task_names
from core.annotations.apply import catalog_rows
from core.annotations.present import present
from core.annotations.records import Records
from core.catalog.table import Catalog, tag_column
from core.decisions.decide import decide
from core.metrics.evaluation import evaluate_part, unseen
from core.predictions.table import Predictions

IMPORTED, CORRECTED, UNTOUCHED = "imported", "corrected", "untouched"
"""Labels as imported, as corrected, and only those that nobody has changed."""

LABELS = (CORRECTED, IMPORTED, UNTOUCHED)

TOWARDS, AWAY = 1, -1
"""A corrected label agrees with the model's answer and did not before, or the other way round."""


@dataclass(frozen=True)
class Effect:
    """Labels of N items before and after corrections, beside a model's answers.

    Attributes:
        imported, corrected: the same items, in the same order.
        predictions: the answers for exactly these items, in their order.
        before, after: int16 (N, 1 + T): the category, then the tags; -1 without a label.
        answer: int16 (N, 1 + T): the model's first class, and 1 for tags above their threshold.
        looked_at: bool (N, 1 + T): somebody has said something of this label, if only that it is
            right.
    """

    imported: Catalog
    corrected: Catalog
    predictions: Predictions
    before: np.ndarray
    after: np.ndarray
    answer: np.ndarray
    looked_at: np.ndarray

    @cached_property
    def changed(self) -> np.ndarray:
        """bool (N, 1 + T)."""
        return self.before != self.after

    @cached_property
    def direction(self) -> np.ndarray:
        """int8 (N, 1 + T): TOWARDS, AWAY, or 0 for neither (and where nothing changed).

        A label that was added or taken out counts by what it does to the share of right answers:
        to take out one that the model had wrong is towards it.
        """
        gained = _agreement(self.after, self.answer) - _agreement(self.before, self.answer)
        return np.sign(gained).astype(np.int8) * self.changed

    def catalog(self, labels: str) -> Catalog:
        """The items with labels of one of LABELS."""
        if labels == IMPORTED:
            return self.imported
        return without(self.corrected, self.changed) if labels == UNTOUCHED else self.corrected

    def figures(self, labels: str, thresholds: Mapping[str, float]) -> dict[str, Any]:
        """``evaluate_part`` on labels of one of LABELS."""
        return evaluate_part(self.catalog(labels), self.predictions, thresholds)

    def selection(self, task: int | None = None) -> "Selection":
        """Which labels were corrected, against what the model says.

        Args:
            task: one column of ``before``; None for all.
        """
        columns = slice(None) if task is None else [task]
        changed, looked = self.changed[:, columns], self.looked_at[:, columns]
        direction = self.direction[:, columns]
        agreed = _agreement(self.before[:, columns], self.answer[:, columns])
        wrong, right = agreed < 0, agreed > 0
        return Selection(
            labels=int(changed.sum()), items=int(changed.any(axis=1).sum()),
            towards=int((direction == TOWARDS).sum()), away=int((direction == AWAY).sum()),
            corrected_wrong=int((changed & wrong).sum()),
            looked_at_wrong=int((looked & wrong).sum()), wrong=int(wrong.sum()),
            looked_at_right=int((looked & right).sum()), right=int(right.sum()),
        )


@dataclass(frozen=True)
class Selection:
    """Corrected labels, counted by what the model answered. All are numbers of labels.

    Attributes:
        labels: corrected in all, of ``items`` items.
        towards, away: by direction; the rest is neither.
        corrected_wrong: corrected ones that the model had wrong as imported.
        looked_at_wrong, wrong: labels that the model had wrong as imported: those that somebody
            has said something of, and all.
        looked_at_right, right: the same of labels that it had right.
    """

    labels: int
    items: int
    towards: int
    away: int
    corrected_wrong: int
    looked_at_wrong: int
    wrong: int
    looked_at_right: int
    right: int

    @property
    def neither(self) -> int:
        return self.labels - self.towards - self.away

    @property
    def chosen_by_model(self) -> bool:
        """Corrected ones are mostly those that the model had wrong, and go its way, and people
        looked at a larger share of what it had wrong than of what it had right."""
        return (2 * self.corrected_wrong > self.labels and self.towards > self.away
                and self.looked_at_wrong * self.right > self.looked_at_right * self.wrong)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the ``warning`` among them (None where there is none)."""
        return {
            "labels": self.labels, "items": self.items,
            "towards": self.towards, "away": self.away, "neither": self.neither,
            "corrected_wrong": self.corrected_wrong,
            "looked_at": {"wrong": [self.looked_at_wrong, self.wrong],
                          "right": [self.looked_at_right, self.right]},
            "warning": self.warning,
        }

    @property
    def warning(self) -> str | None:
        """Why figures on corrected labels flatter the model; None where nothing says so."""
        if not self.chosen_by_model:
            return None
        return (
            f"{self.corrected_wrong:,} of {self.labels:,} corrected labels are ones that the model"
            f" had wrong; {self.towards:,} now agree with it, {self.away:,} no longer do. People"
            f" looked at {self.looked_at_wrong:,} of the {self.wrong:,} labels that it had wrong"
            f" and at {self.looked_at_right:,} of the {self.right:,} that it had right, so figures"
            " on corrected labels flatter it; believe those on labels as imported, or look at as"
            " large a share of the others"
        )


def effect(
    imported: Catalog,
    corrected: Catalog,
    records: Records,
    predictions: Predictions,
    thresholds: Mapping[str, float],
    seen: Collection[str] = frozenset(),
) -> Effect:
    """Join labels before and after with a model's answers.

    Args:
        imported, corrected: the same items, in the same order (``corrected`` by ``apply``).
        records: from which ``corrected`` was made.
        seen: content hashes of the photos that the model was fitted on; such items are left out,
            as are those without an answer.
    """
    fresh = unseen(imported, seen)
    found = np.zeros(len(imported), bool)
    scores, found[fresh] = predictions.align(imported.item_ids[fresh])
    answer = np.empty((len(scores), 1 + len(imported.tasks.tag_names)), np.int16)
    answer[:, 0], answer[:, 1:] = scores.top[:, 0], decide(scores, thresholds)
    return Effect(
        imported.where(found), corrected.where(found), scores,
        labels_of(imported)[found], labels_of(corrected)[found], answer,
        looked_at(corrected, records)[found],
    )


def labels_of(catalog: Catalog) -> np.ndarray:
    """int16 (N, 1 + T): the category, then the tags; -1 without a label."""
    labels = np.empty((len(catalog), 1 + len(catalog.tasks.tag_names)), np.int16)
    labels[:, 0], labels[:, 1:] = catalog.category, catalog.tags
    return labels


def looked_at(catalog: Catalog, records: Records) -> np.ndarray:
    """bool (N, 1 + T): labels of which somebody has said something; skips do not count."""
    state = present(records, catalog.tasks)
    row = catalog_rows(catalog, records)[state.item]
    said = np.zeros((len(catalog), len(task_names(catalog.tasks))), bool)
    said[row[row >= 0], state.task[row >= 0]] = True
    return said


def without(catalog: Catalog, changed: np.ndarray) -> Catalog:
    """The same items without these labels.

    Args:
        changed: bool (N, 1 + T).
    """
    rows = catalog.rows.copy(deep=False)
    rows["category"] = rows["category"].mask(changed[:, 0])
    for index, tag in enumerate(catalog.tasks.tag_names, start=1):
        rows[tag_column(tag)] = rows[tag_column(tag)].mask(changed[:, index])
    return Catalog(catalog.tasks, rows)


def _agreement(labels: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """int8: 1 the model agrees, -1 it does not, 0 there is no label."""
    return np.where(labels < 0, 0, np.where(labels == answer, 1, -1)).astype(np.int8)
