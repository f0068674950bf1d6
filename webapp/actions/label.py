"""Label: which item comes next for whom, what was answered, and how much is left."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.annotations.answer import CANNOT_TELL, CATEGORY, FALSE, NONE_OF_THESE, SKIP, TRUE, Answer
from core.annotations.answer import require_answers
from core.annotations.ballot import ballots
from core.annotations.log import Voice
from core.annotations.present import votes
from core.annotations.priorities import Evidence, queue_order
from core.annotations.queue import Rules, lease
from core.audit.finding import LABEL_ERROR, TAG_ERROR
from core.catalog.table import tag_column
from core.errors import AnnotationError
from webapp.actions.logs import log_of
from webapp.actions.opened import Opened
from webapp.actions.relabel import require_key

FINDINGS = "findings.json"
"""What the command ``audit`` leaves in the workspace."""

ORDERS = ("suspected", "unlabelled", "margin", "disagreement", "random")
"""Strategies of ``core.annotations.priorities`` that the page offers, by what settles most."""

TO_DO = ("suspected", "unlabelled", "disagreement")
"""Orders that end: what is left of them is work to be done."""

AHEAD = 8
"""Items that a person holds: the one on screen, and those whose photos are loaded already."""


def orders(opened: Opened) -> dict[str, int]:
    """The orders that have something to give: how many items nobody has answered yet."""
    counts = {name: len(left(opened, name)) for name in ORDERS}
    return {name: number for name, number in counts.items() if number}


def left(opened: Opened, order: str) -> list[str]:
    """Item ids of an order, the next first, without those that have enough answers."""
    return opened.remember(("queue", order, _stamp(opened)), lambda: _left(opened, order))


def _left(opened: Opened, order: str) -> list[str]:
    known = _evidence(opened)
    if (order == "margin" and known.predictions is None) or (
            order == "suspected" and known.suspicion is None):
        return []
    ids = queue_order(known, {order: 1.0}).tolist()
    if order == "disagreement":
        return ids
    cast = votes(opened.records, opened.workspace.tasks)
    voted = set(opened.records.items[np.unique(cast.item)])
    return [item_id for item_id in ids if item_id not in voted]


def _evidence(opened: Opened) -> Evidence:
    ballot = ballots(opened.records, opened.workspace.tasks)[0] if len(opened.records) else None
    return Evidence(opened.catalog, opened.predictions, ballot, _suspicion(opened))


def _stamp(opened: Opened) -> int:
    path = opened.workspace.root / FINDINGS
    return path.stat().st_mtime_ns if path.exists() else 0


def _suspicion(opened: Opened) -> np.ndarray | None:
    """float (N,): the highest suspicion of a wrong label; NaN without one; None unaudited."""
    try:
        found = json.loads((opened.workspace.root / FINDINGS).read_text(encoding="utf-8"))
        doubts = [(one["item_ids"][0], float(one["suspicion"])) for one in found["findings"]
                  if one["check"] in (LABEL_ERROR, TAG_ERROR)]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    result = np.full(len(opened.catalog), np.nan)
    places = opened.place_of.get_indexer([item_id for item_id, _ in doubts])
    for place, (_, suspicion) in zip(places, doubts):
        if place >= 0:
            result[place] = np.fmax(result[place], suspicion)
    return result


def rules(opened: Opened, order: Any) -> Rules:
    """How an order hands out items: one answer for each; where people disagree, one more.

    Raises:
        AnnotationError: there is no such order.
    """
    if order not in ORDERS:
        raise AnnotationError(f"there is no order {order!r}; choose one of {', '.join(ORDERS)}")
    overlap = 1
    if order == "disagreement" and len(opened.records):
        counts = ballots(opened.records, opened.workspace.tasks)[0].counts
        overlap = 1 + int(counts.sum(axis=1).max(initial=0))
    return Rules(order, overlap, hides_model=True)


def take(opened: Opened, order: Any, by: str) -> list[str]:
    """The items that this person holds now, the next first; nobody else gets them."""
    return lease(log_of(opened.workspace), rules(opened, order), by, left(opened, order), AHEAD)


def answers_of(opened: Opened, data: Mapping[str, Any]) -> list[Answer]:
    """What somebody said of one item, checked.

    A class comes with an answer to every tag; ``cannot tell``, ``none of these`` and ``skip``
    come alone.

    Raises:
        AnnotationError: an item, class or tag that is not there.
    """
    tasks, item_id, said = opened.workspace.tasks, str(data.get("item")), data.get("category")
    if opened.place_of.get_indexer([item_id])[0] < 0:
        raise AnnotationError(f"there is no item {item_id!r} in this workspace; reload the page")
    if not isinstance(said, str):
        raise AnnotationError("choose a category first, or press Skip")
    found = [Answer(item_id, CATEGORY, said)]
    if said in tasks.classes:
        wanted = data.get("tags")
        if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(tasks.tag_names):
            raise AnnotationError("these are not the tags of this workspace; reload the page")
        found += [Answer(item_id, tag_column(tag), TRUE if tag in wanted else FALSE)
                  for tag in tasks.tag_names]
    elif said not in (SKIP, CANNOT_TELL, NONE_OF_THESE):
        raise AnnotationError(f"there is no category {said!r} in this workspace; reload the page")
    require_answers(tasks, found)
    return found


def save(opened: Opened, data: Mapping[str, Any], by: str) -> None:
    """Log an answer; on disk when this returns. Sent again with its key, saved once."""
    said, asked = answers_of(opened, data), rules(opened, data.get("order"))
    key = require_key(data.get("key"))
    log_of(opened.workspace).append(said, Voice(by, asked.source), key=key)


def examples(opened: Opened) -> dict[str, str]:
    """For each class an item that shows it well: labelled so, and the model agrees most."""
    return opened.remember("examples", lambda: _examples(opened))


def _examples(opened: Opened) -> dict[str, str]:
    items = opened.catalog
    has_photo = items.rows["content"].notna().to_numpy() if "content" in items.rows else False
    sure = np.zeros((len(items), len(items.tasks.classes)))
    if opened.predictions is not None:
        scores, found = opened.predictions.align(items.item_ids)
        sure[found] = scores.category
    best = {}
    for index, name in enumerate(items.tasks.classes):
        rows = np.flatnonzero((items.category == index) & has_photo)
        if len(rows):
            best[name] = str(items.item_ids[rows[sure[rows, index].argmax()]])
    return best
