"""Named queues: what to label next, how it is handed out, and to whom it is open. A team shares
them; they are kept on its board."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from core.annotations.board import QUEUE, Entry, Post, put_up, standing
from core.annotations.log import AnnotationLog
from core.annotations.priorities import STRATEGIES, Evidence, disagreement, queue_order
from core.annotations.queue import Rules
from core.catalog.table import PARTS, Catalog, tag_column
from core.errors import AnnotationError
from core.tasks import Tasks

LONGEST_NAME = 60
MOST_OVERLAP = 50
LONGEST_LEASE = 24 * 3600.0
UNLABELLED = "unlabelled"


@dataclass(frozen=True)
class Queue:
    """What comes next, and how it is handed out.

    Attributes:
        rules: name, overlap, lease, what is hidden.
        weights: how often each of ``priorities.STRATEGIES`` is drawn from; some above 0.
        choice: class or tag of the strategy ``answer``.
        part: only items of this side of the split; None for all.
        label: only items labelled with this class or tag (``tag:<TAG>``), or UNLABELLED for
            those without a category; None for all.
        slice: only items of this saved slice, by name; None for all.
    """

    rules: Rules
    weights: Mapping[str, float] = field(default_factory=lambda: {"random": 1.0})
    choice: str | None = None
    part: str | None = None
    label: str | None = None
    slice: str | None = None

    def __post_init__(self):
        name = self.rules.name
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise AnnotationError(
                f"a queue needs a name of 1 to {LONGEST_NAME} letters, got {name!r}"
            )
        if self.rules.overlap > MOST_OVERLAP or self.rules.lease_seconds > LONGEST_LEASE:
            raise AnnotationError(
                f"a queue asks at most {MOST_OVERLAP} people of each item and keeps an item for"
                f" at most {LONGEST_LEASE / 3600:.0f} hours, got {self.rules.overlap} and"
                f" {self.rules.lease_seconds / 3600:g}"
            )
        unknown = [name for name in self.weights if name not in STRATEGIES]
        given = [weight for weight in self.weights.values() if weight != 0]
        if unknown or not given or not np.isfinite(given).all() or min(given) < 0:
            raise AnnotationError(
                f"give at least one of {', '.join(STRATEGIES)} a weight above 0,"
                f" got {dict(self.weights)}"
            )
        if self.part is not None and self.part not in PARTS:
            raise AnnotationError(
                f"a side of the split is one of {', '.join(PARTS)}, got {self.part!r}"
            )

    @property
    def name(self) -> str:
        return self.rules.name

    def require(self, tasks: Tasks) -> None:
        """Refuse a class or a tag that the workspace does not ask for (any more).

        Raises:
            AnnotationError: with the names that there are.
        """
        if self.weights.get("answer") and self.choice not in (*tasks.classes, *tasks.tag_names):
            raise AnnotationError(
                f"there is no class or tag {self.choice!r} to queue by; choose one of"
                f" {', '.join((*tasks.classes, *tasks.tag_names))}"
            )
        labels = (*tasks.classes, *map(tag_column, tasks.tag_names), UNLABELLED)
        if self.label is not None and self.label not in labels:
            raise AnnotationError(
                f"there is no class or tag {self.label!r} to filter by; choose one of"
                f" {', '.join(labels)}"
            )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "overlap": self.rules.overlap, "lease_seconds": self.rules.lease_seconds,
            "blind": self.rules.blind, "hides_model": self.rules.hides_model,
            "weights": dict(self.weights), "choice": self.choice, "part": self.part,
            "label": self.label, "slice": self.slice,
        }


READY = {
    name: Queue(Rules(name, hides_model=True), {name: 1.0})
    for name in ("suspected", "unlabelled", "sent", "disagreement", "margin", "entropy", "random")
}
"""Queues that every workspace has, by what settles most: one strategy each, one answer for each
item; where people disagree or an item was sent for more votes, one more."""


def queue_of(name: str, value: Mapping[str, Any]) -> Queue:
    """The inverse of ``Queue.to_dict``.

    Raises:
        AnnotationError: it is no queue; its sentence says why.
    """
    try:
        rules = Rules(name, int(value["overlap"]), float(value["lease_seconds"]),
                      bool(value["blind"]), bool(value["hides_model"]))
        weights = {str(key): float(weight) for key, weight in value["weights"].items()}
        words = {key: None if value.get(key) in (None, "") else str(value[key])
                 for key in ("choice", "part", "label", "slice")}
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise AnnotationError(
            f"the settings of the queue {name!r} are not complete ({error!r}); save them again"
        ) from error
    return Queue(rules, weights, **words)


@dataclass(frozen=True)
class SavedQueue:
    """A queue of the team: who saved it, and when (UTC)."""

    queue: Queue
    by: str
    time: datetime


def saved_queues(log: AnnotationLog) -> dict[str, SavedQueue]:
    """The team's queues by name, in the order in which they were made."""
    found = [_saved(entry) for entry in standing(log, QUEUE)]
    return {one.queue.name: one for one in found if one is not None}


def save_queue(log: AnnotationLog, queue: Queue, tasks: Tasks, by: str) -> None:
    """Put a queue up, or change one.

    Raises:
        AnnotationError: its name is one of READY, or it asks for a class that is not there.
    """
    if queue.name in READY:
        raise AnnotationError(f"{queue.name!r} is the name of a queue that every workspace has;"
                              " choose another one")
    queue.require(tasks)
    put_up(log, [Post(QUEUE, queue.name, json.dumps(queue.to_dict()))], by)


def remove_queue(log: AnnotationLog, name: str, by: str) -> None:
    """Take a queue down; what was answered in it stays.

    Raises:
        AnnotationError: there is none of that name.
    """
    if name not in saved_queues(log):
        raise AnnotationError(f"there is no queue {name!r} any more; reload the page")
    put_up(log, [Post(QUEUE, name, "")], by)


@dataclass(frozen=True)
class Waiting:
    """What is left of a queue.

    Attributes:
        item_ids: object (N,) of str, the next first.
        wanted: int64 (N,): people who are to have answered each.
        answers: how many answers are missing in all.
    """

    item_ids: np.ndarray
    wanted: np.ndarray
    answers: int

    def __len__(self) -> int:
        return len(self.item_ids)


def waiting(queue: Queue, known: Evidence, among: np.ndarray | None = None) -> Waiting:
    """Items that need answers, in the queue's order.

    An item is done when ``overlap`` people have voted on it. Where people disagree, one more is
    asked; where it was sent for more votes, as many as were wanted.

    Args:
        among: bool (N,): the items of the queue's slice; None without one.

    Raises:
        AnnotationError: what the queue goes by is not there (no model, no audit).
    """
    queue.require(known.catalog.tasks)
    inside = _inside(queue, known.catalog)
    if among is not None:
        inside &= among
    order = queue_order(known, queue.weights, among=inside, choice=queue.choice)
    voters = np.zeros(len(known), np.int64) if known.voters is None else known.voters
    target = np.full(len(known), queue.rules.overlap)
    if queue.weights.get("disagreement"):
        torn = ~np.isnan(disagreement(known, None, np.random.default_rng(0)))
        target[torn] = np.maximum(target[torn], voters[torn] + 1)
    if queue.weights.get("sent") and known.wanted is not None:
        target = np.maximum(target, known.wanted)
    row = known.place.get_indexer(order)
    open_now = voters[row] < target[row]
    row = row[open_now]
    return Waiting(order[open_now], target[row], int((target[row] - voters[row]).sum()))


def _inside(queue: Queue, catalog: Catalog) -> np.ndarray:
    """bool (N,): items that pass the queue's filter on side and label."""
    inside = np.ones(len(catalog), bool)
    if queue.part is not None:
        inside &= (catalog.rows["split"] == queue.part).to_numpy()
    if queue.label == UNLABELLED and UNLABELLED not in catalog.tasks.classes:
        inside &= catalog.category < 0
    elif queue.label in catalog.tasks.classes:
        inside &= catalog.category == catalog.tasks.classes.index(queue.label)
    elif queue.label is not None:
        tags = list(map(tag_column, catalog.tasks.tag_names))
        inside &= catalog.tags[:, tags.index(queue.label)] == 1
    return inside


def _saved(entry: Entry) -> SavedQueue | None:
    """None for settings that this program does not understand; they stay on the board."""
    try:
        return SavedQueue(queue_of(entry.subject, json.loads(entry.text)), entry.annotator,
                          entry.time)
    except (AnnotationError, ValueError):
        return None
