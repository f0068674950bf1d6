"""Typical mistakes: of each large confusion and each tag the items most surely answered wrong."""

from dataclasses import dataclass

import numpy as np

from core.catalog.table import Catalog
from core.metrics.confusion import confusion, largest_confusions
from core.predictions.table import Predictions

CONFUSIONS = 6
"""Cells of the matrix that are shown with photos."""
EACH = 4
"""Items of each cell."""
TAGS = 12
"""Tags whose mistakes are shown: those with most of them."""


@dataclass(frozen=True)
class Mistake:
    """One item that was answered wrong; ``score`` is what the model gave its answer."""

    item_id: str
    score: float


@dataclass(frozen=True)
class Group:
    """Mistakes of one kind.

    Attributes:
        label, answer: a class, or what a tag's answer was to be and was.
        count, support: so many of so many items.
        items: the surest mistakes first.
    """

    label: str
    answer: str
    count: int
    support: int
    items: tuple[Mistake, ...]


def category_mistakes(items: Catalog, scores: Predictions) -> list[Group]:
    """The largest confusions, each with its surest mistakes.

    Args:
        items, scores: the same items in the same order.
    """
    classes, labels, best = items.tasks.classes, items.category, scores.top[:, 0]
    matrix = confusion(labels, best, len(classes))
    confidence = scores.category.max(axis=1) if len(items) else np.empty(0)
    return [
        Group(classes[cell.label], classes[cell.predicted], cell.count, cell.support,
              _surest(items, (labels == cell.label) & (best == cell.predicted), confidence))
        for cell in largest_confusions(matrix, CONFUSIONS)
    ]


def tag_mistakes(
    items: Catalog, scores: Predictions, accepted: np.ndarray
) -> dict[str, tuple[Group, Group]]:
    """For each tag the wrongly given and the missed; tags without a mistake are left out.

    Args:
        items, scores: the same items in the same order.
        accepted: bool (N, T): the decisions.
    """
    found = {}
    for at, tag in enumerate(items.tasks.tag_names):
        truth, called, score = items.tags[:, at], accepted[:, at], scores.tags[:, at]
        wrong, missed = (truth == 0) & called, (truth == 1) & ~called
        if wrong.any() or missed.any():
            found[tag] = (
                Group(f"not {tag}", tag, int(wrong.sum()), int((truth == 0).sum()),
                      _surest(items, wrong, score)),
                Group(tag, f"not {tag}", int(missed.sum()), int((truth == 1).sum()),
                      _surest(items, missed, 1 - score)),
            )
    most = sorted(found, key=lambda tag: -sum(group.count for group in found[tag]))[:TAGS]
    return {tag: found[tag] for tag in most}


def _surest(items: Catalog, which: np.ndarray, confidence: np.ndarray) -> tuple[Mistake, ...]:
    rows = np.flatnonzero(which)
    rows = rows[np.argsort(-confidence[rows], kind="stable")][:EACH]
    return tuple(Mistake(str(items.item_ids[row]), float(confidence[row])) for row in rows)
