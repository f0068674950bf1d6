"""Everybody's votes weighed: CROWDLAB for each task, and what one more vote would settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.annotations.answer import CATEGORY
from core.annotations.ballot import Ballot, settled
from core.annotations.consensus import Consensus, consensus, review_list, scores_for
from core.annotations.present import OPEN
from core.annotations.records import Records
from core.predictions.table import Predictions
from core.progress import Progress, silent
from core.tasks import Tasks

MOST_REVIEWED = 200
"""Items of the review list that ``agreement`` writes, for each task."""


@dataclass(frozen=True)
class Weighed:
    """One task: the votes, what they come to, and for how many items a model was heard."""

    ballot: Ballot
    consensus: Consensus
    model: int

    @property
    def name(self) -> str:
        """CATEGORY, or the tag's name."""
        return self.ballot.task.removeprefix("tag:")


def weigh(
    ballots: Sequence[Ballot], scores: Predictions | None, progress: Progress = silent
) -> list[Weighed]:
    """The consensus on each task.

    Args:
        scores: of a model that did not learn the items' own labels; None without.
        progress: told after each task.
    """
    found = []
    for ballot in ballots:
        progress(len(found), len(ballots))
        known = None if scores is None else scores_for(ballot, scores)
        model = 0 if known is None else int((~np.isnan(known).any(axis=1)).sum())
        found.append(Weighed(ballot, consensus(ballot, known), model))
    progress(len(ballots), len(ballots))
    return found


def add_weighed(figures: dict[str, Any], weighed: Sequence[Weighed]) -> None:
    """Add to ``agreement.agreement``'s figures what weighing found.

    Each task gets ``consensus``: ``ties``, ``model`` (items for which a model was heard),
    ``crowdlab_differs`` (items where CROWDLAB's label is not the majority's) and ``weighed``;
    each annotator's figures on it ``quality`` (CROWDLAB's; None without).
    """
    for one in weighed:
        is_category = one.ballot.task == CATEGORY
        task = figures["category"] if is_category else figures["tags"][one.name]
        decided = one.consensus.majority != OPEN
        task["consensus"] = {
            "ties": int((~decided).sum()),
            "weighed": one.consensus.weighed,
            "model": one.model,
            "crowdlab_differs": int(
                (decided & (one.consensus.label != one.consensus.majority)).sum()),
        }
        for number, person in enumerate(one.ballot.annotators):
            own = figures["annotators"][str(person)]
            own = own["category"] if is_category else own["tags"][one.name]
            quality = one.consensus.annotator_quality[number]
            own["quality"] = None if np.isnan(quality) else float(quality)


def to_review(
    weighed: Sequence[Weighed], records: Records, tasks: Tasks, most: int = MOST_REVIEWED
) -> pd.DataFrame:
    """Items of all tasks by how much one more vote would settle, see ``review_list``.

    Those where all say the same and no vote could change who leads are left out, and those
    that somebody has set by hand since.

    Args:
        most: rows for each task.
    """
    lists = []
    for one in weighed:
        differ = (one.ballot.counts > 0).sum(axis=1) > 1
        matters = differ | (one.consensus.gain > 1e-9)
        matters &= ~settled(one.ballot, records, tasks)
        lists.append(review_list(one.ballot, one.consensus, matters, most))
    return pd.concat(lists).sort_values("gain", ascending=False, kind="stable", ignore_index=True)
