"""Queues of a team: what the browser asked for, checked; saved, removed, looked at beforehand."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.annotations.queues import (
    Queue,
    SavedQueue,
    queue_of,
    remove_queue,
    save_queue,
    saved_queues,
)
from core.errors import AnnotationError
from core.metrics.slices.conditions import mask_of
from core.metrics.slices.saved import Saved, saved_slice, saved_slices
from webapp.actions.judging import judged_side
from webapp.actions.logs import log_of, newest_on_board
from webapp.actions.opened import Opened
from webapp.actions.person import who

MOST_QUEUES = 100


def team_queues(opened: Opened) -> dict[str, SavedQueue]:
    """The team's own queues by name."""
    stamp = newest_on_board(opened.workspace)
    if not stamp:
        return {}
    return opened.remember(("queues", stamp), lambda: saved_queues(log_of(opened.workspace)))


def asked_for(opened: Opened, data: Mapping[str, Any]) -> Queue:
    """The queue whose settings a form holds.

    Raises:
        AnnotationError: they make no queue here; the sentence says why.
    """
    settings = data.get("settings")
    if not isinstance(settings, Mapping):
        raise AnnotationError("these are no settings of a queue; reload the page")
    name = str(data.get("name") or "").strip()
    found = queue_of(name or "preview", settings)
    found.require(opened.workspace.tasks)
    inside_slice(opened, found)
    return found


def save(opened: Opened, data: Mapping[str, Any]) -> str:
    """Keep the queue for everybody; returns its name.

    Raises:
        AnnotationError: it has no name, one that is taken, or makes no queue.
    """
    if not str(data.get("name") or "").strip():
        raise AnnotationError("give the queue a name, so that your team finds it")
    found, known = asked_for(opened, data), team_queues(opened)
    if found.name in known and data.get("was") != found.name:
        raise AnnotationError(f"there is a queue {found.name!r} already; choose another name, or"
                              " open that one and change it")
    if found.name not in known and len(known) >= MOST_QUEUES:
        raise AnnotationError(f"there are {MOST_QUEUES} queues already; remove one first")
    save_queue(log_of(opened.workspace), found, opened.workspace.tasks, who(data.get("by")))
    return found.name


def remove(opened: Opened, data: Mapping[str, Any]) -> None:
    """Take a queue off the list; its answers stay.

    Raises:
        AnnotationError: it is not there.
    """
    remove_queue(log_of(opened.workspace), str(data.get("name")), who(data.get("by")))


def slices(opened: Opened) -> list[Saved]:
    """The slices that people have saved, to filter by."""
    return saved_slices(opened.workspace.root)


def inside_slice(opened: Opened, queue: Queue) -> np.ndarray | None:
    """bool (N,): items of the queue's slice; None for a queue without one.

    Raises:
        SliceError: there is no such slice, or nothing to tell its items by.
    """
    if queue.slice is None:
        return None
    facets = judged_side(opened, "all")
    conditions = saved_slice(opened.workspace.root, queue.slice).conditions
    found = facets.judged.catalog.item_ids[mask_of(facets, conditions)]
    return pd.Index(opened.catalog.item_ids).isin(found)
