"""Flips: which items change sides when a tag's cut moves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.decisions.bundle import require_threshold
from core.errors import PredictionsError, ThresholdError
from webapp.actions.opened import Opened
from webapp.session import Session

PAGE = "thresholds"
PHOTOS_A_PAGE = 12

KINDS = ("all", "right", "wrong", "unlabelled")
"""Which of the flips are shown: by whether the new decision agrees with the label."""


@dataclass(frozen=True)
class Flips:
    """Items whose decision on a tag differs between two cuts.

    Attributes:
        gained, lost: how many get the tag, and how many lose it (one of them is 0).
        right, wrong, unlabelled: how many of both agree with their label after the move.
        rows: int64: row numbers in the side, of the kind asked for, as moved: not in order.
        distance: float64, of ``rows``: how far each score is from the cut before.
        is_right: bool, of ``rows``; False where unlabelled.
        score: float64, of ``rows``.
    """

    gained: int
    lost: int
    right: int
    wrong: int
    unlabelled: int
    rows: np.ndarray
    distance: np.ndarray
    is_right: np.ndarray
    score: np.ndarray

    def nearest(self, first: int, last: int) -> np.ndarray:
        """int64: places in ``rows`` of those from ``first`` up to ``last``, nearest first.

        Of equally near ones the first in the catalog comes first.
        """
        last = min(last, len(self.rows))
        if last <= first:
            return np.empty(0, np.int64)
        limit = np.partition(self.distance, last - 1)[last - 1]
        within = np.flatnonzero(self.distance <= limit)
        return within[np.argsort(self.distance[within], kind="stable")][first:last]


def flips(
    opened: Opened, part: str, tag: str, saved: float, cut: float, kind: str = "all"
) -> Flips:
    """Compare the decisions at two cuts.

    Args:
        part: side of the split, or ``all``.
        saved, cut: the cuts before and after, in [0, 1].
        kind: one of KINDS.

    Raises:
        PredictionsError: nothing was predicted yet.
        ThresholdError: no such tag, or a cut outside [0, 1].
    """
    side = opened.side(part)
    if side is None:
        raise PredictionsError("there are no answers yet; predict first")
    index = _index(opened, tag)
    before, after = (require_threshold(tag, value) for value in (saved, cut))
    scores = side.predictions.tags[:, index].astype(np.float64)
    accepted = scores >= after
    moved = np.flatnonzero((scores >= before) != accepted)
    labels, gained = side.catalog.tags[moved, index], int(accepted[moved].sum())
    right = (labels >= 0) & (accepted[moved] == (labels == 1))
    chosen = {"right": right, "wrong": (labels >= 0) & ~right, "unlabelled": labels < 0}.get(
        kind, np.ones(len(moved), bool))
    rows = moved[chosen]
    unlabelled = int((labels < 0).sum())
    return Flips(
        gained, len(moved) - gained, int(right.sum()), int((labels >= 0).sum() - right.sum()),
        unlabelled, rows, np.abs(scores[rows] - before), right[chosen], scores[rows],
    )


def items(opened: Opened, session: Session) -> list[str]:
    """All items of the flips that a place on Thresholds names, nearest first.

    Raises:
        ThresholdError: the place names no cuts.
    """
    place = session.place(PAGE)
    found = flips(opened, session.part, place.get("tag", ""), _cut(place, "saved"),
                  _cut(place, "cut"), place.get("of", "all"))
    order = found.nearest(0, len(found.rows))
    return opened.side(session.part).catalog.item_ids[found.rows[order]].tolist()


def source_of(opened: Opened, session: Session) -> str:
    """Where a relabelling comes from, for the log: ``thresholds:floral``."""
    tag = session.place(PAGE).get("tag")
    return f"{PAGE}:{tag}" if tag in opened.workspace.tasks.tag_names else PAGE


def _cut(place: Mapping[str, str], word: str) -> float:
    try:
        return float(place.get(word, ""))
    except ValueError as error:
        raise ThresholdError(f"{place.get(word)!r} is no threshold; drag the cut again") from error


def _index(opened: Opened, tag: str) -> int:
    names = opened.workspace.tasks.tag_names
    if tag not in names:
        raise ThresholdError(f"there is no tag {tag!r}; the tags are {', '.join(names) or 'none'}")
    return names.index(tag)
