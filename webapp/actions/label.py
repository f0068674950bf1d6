"""Label: which item comes next for whom, what was answered, and how much is left."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.annotations.answer import CANNOT_TELL, CATEGORY, FALSE, NONE_OF_THESE, SKIP, TRUE, Answer
from core.annotations.answer import require_answers
from core.annotations.apply import catalog_rows
from core.annotations.ballot import ballots, open_ballots
from core.annotations.board import PIN, QUEUE, WANTED, history
from core.annotations.log import Voice
from core.annotations.pace import Pace, paces
from core.annotations.present import votes
from core.annotations.priorities import Evidence
from core.annotations.queue import Rules, lease, release
from core.annotations.queues import READY, Queue, Waiting, waiting
from core.annotations.verdicts import ACCEPTED, verdicts
from core.audit.finding import LABEL_ERROR, TAG_ERROR
from core.audit.saved import findings_path
from core.catalog.table import tag_column
from core.errors import AnnotationError, FittingRoomError
from webapp.actions.logs import board_of, log_of, times_of
from webapp.actions.opened import Opened
from webapp.actions.queues import inside_slice, team_queues
from webapp.actions.relabel import require_key

TO_DO = ("suspected", "unlabelled", "sent", "disagreement")
"""Queues that end: what is left of them is work to be done."""

AHEAD = 8
"""Items that a person holds: the one on screen, and those whose photos are loaded already."""


def queues(opened: Opened) -> dict[str, Queue]:
    """The team's own by name, then those that every workspace has."""
    return {**{name: one.queue for name, one in team_queues(opened).items()}, **READY}


def queue(opened: Opened, name: Any) -> Queue:
    """One of them.

    Raises:
        AnnotationError: there is no such queue.
    """
    known = queues(opened)
    if not isinstance(name, str) or name not in known:
        raise AnnotationError(f"there is no queue {name!r}; choose one of {', '.join(known)}")
    return known[name]


def left(opened: Opened, one: Queue) -> Waiting:
    """What is left of a queue, the next first.

    Raises:
        AnnotationError: what the queue goes by is not there.
    """
    key = ("queue", json.dumps([one.name, one.to_dict()]), _stamp(opened), _wanted_stamp(opened))
    return opened.remember(key, lambda: waiting(one, _evidence(opened), inside_slice(opened, one)))


def number_left(opened: Opened, name: str) -> int:
    """Items that wait in one of READY; 0 where it has nothing to go by."""
    try:
        return len(left(opened, READY[name]))
    except FittingRoomError:
        return 0


def left_for(opened: Opened, found: Waiting, by: str) -> int:
    """Items of a queue that this person has not answered or skipped."""
    records = opened.records
    if not len(records):
        return len(found)
    mine = records.is_vote & (records.words[records.annotator] == by)
    done = records.items[np.unique(records.item[mine])]
    return int((~np.isin(found.item_ids.astype(str), done.astype(str))).sum())


def _evidence(opened: Opened) -> Evidence:
    return opened.remember(("evidence", _stamp(opened), _wanted_stamp(opened)),
                           lambda: _new_evidence(opened))


def _new_evidence(opened: Opened) -> Evidence:
    tasks, records = opened.workspace.tasks, opened.records
    cast = open_ballots(records, tasks) if len(records) else ()
    return Evidence(opened.catalog, opened.predictions, cast, _suspicion(opened),
                    _voters(opened), _wanted(opened))


def _voters(opened: Opened) -> np.ndarray:
    """int64 (N,): people who voted on anything of each item."""
    result = np.zeros(len(opened.catalog), np.int64)
    if len(opened.records):
        cast = votes(opened.records, opened.workspace.tasks)
        each = np.unique(np.stack([cast.item, cast.annotator]), axis=1)[0]
        row = catalog_rows(opened.catalog, opened.records)[each]
        result += np.bincount(row[row >= 0], minlength=len(result))
    return result


def _wanted(opened: Opened) -> np.ndarray | None:
    """int64 (N,): voters wanted of items that were sent for more votes; None without any."""
    sent = board_of(opened.workspace, WANTED)
    if not sent:
        return None
    result = np.zeros(len(opened.catalog), np.int64)
    places = opened.place_of.get_indexer([entry.item_id for entry in sent])
    for place, entry in zip(places, sent):
        if place >= 0:
            result[place] = int(entry.text)
    return result


def _wanted_stamp(opened: Opened) -> int:
    return max((entry.number for entry in board_of(opened.workspace, WANTED)), default=0)


def _stamp(opened: Opened) -> int:
    path = findings_path(opened.workspace)
    return path.stat().st_mtime_ns if path.exists() else 0


def _suspicion(opened: Opened) -> np.ndarray | None:
    """float (N,): the highest suspicion of a wrong label; NaN without one; None unaudited.

    Findings that somebody dismissed or settled do not count.
    """
    settled = {key for key, said in verdicts(opened.records).items() if said.value != ACCEPTED}
    try:
        found = json.loads(findings_path(opened.workspace).read_text(encoding="utf-8"))
        doubts = [(one["item_ids"][0], float(one["suspicion"])) for one in found["findings"]
                  if one["check"] in (LABEL_ERROR, TAG_ERROR) and one.get("key") not in settled]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    result = np.full(len(opened.catalog), np.nan)
    places = opened.place_of.get_indexer([item_id for item_id, _ in doubts])
    for place, (_, suspicion) in zip(places, doubts):
        if place >= 0:
            result[place] = np.fmax(result[place], suspicion)
    return result


def take(opened: Opened, one: Queue, by: str) -> list[str]:
    """The items that this person holds now, the next first; nobody else gets them."""
    found = left(opened, one)
    wanted = dict(zip(found.item_ids, found.wanted.tolist(), strict=True))
    return lease(log_of(opened.workspace), one.rules, by, list(wanted), AHEAD, wanted=wanted)


def leave(opened: Opened, name: Any, by: str) -> None:
    """Give back what this person holds in another queue; nothing where there is none."""
    known = queues(opened)
    if isinstance(name, str) and name in known:
        release(log_of(opened.workspace), known[name].rules, by)


def people(opened: Opened, one: Queue) -> list[Pace]:
    """How far and how fast everybody is in a queue."""
    return opened.remember(("paces", one.name), lambda: paces(
        opened.records, times_of(opened.workspace), one.rules.source))


def others_said(opened: Opened, item_id: str, by: str) -> dict[str, dict[str, str]]:
    """What other people voted on one item: name -> task -> value."""
    cast = opened.remember("ballots", lambda: ballots(opened.records, opened.workspace.tasks))
    found: dict[str, dict[str, str]] = {}
    for ballot in cast if len(opened.records) else ():
        for who, value in ballot.said_of(item_id).items():
            if who != by:
                found.setdefault(who, {})[ballot.task] = value
    return found


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
    """Log an answer; on disk when this returns. Sent again with its key, saved once.

    Answers that were on their way when their queue was removed are kept, too.

    Raises:
        AnnotationError: an item, class or tag that is not there, or there never was the queue.
    """
    said, name = answers_of(opened, data), data.get("queue")
    key, log = require_key(data.get("key")), log_of(opened.workspace)
    if name not in queues(opened) and not history(log, QUEUE, str(name)):
        queue(opened, name)
    log.append(said, Voice(by, Rules(name).source), key=key)


def examples(opened: Opened) -> dict[str, str]:
    """For each class an item that shows it well: the first that somebody pinned, else one that
    is labelled so and on which the model agrees most."""
    chosen = opened.remember("examples", lambda: _examples(opened))
    pinned: dict[str, str] = {}
    for entry in board_of(opened.workspace, PIN):
        if entry.subject in opened.workspace.tasks.classes and entry.item_id in opened.place_of:
            pinned.setdefault(entry.subject, entry.item_id)
    return {**chosen, **pinned}


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
