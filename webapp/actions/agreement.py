"""Agreement: what to settle next, by a reviewer's word or by another vote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.annotations.answer import CATEGORY, Answer, require_answers
from core.annotations.board import WANTED, Post, put_up
from core.annotations.log import Voice
from core.annotations.weighing import Weighed, to_review
from core.errors import AnnotationError, FittingRoomError
from webapp.actions.logs import board_of, log_of
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.relabel import require_key
from webapp.actions.weighing import cast_of
from webapp.session import Session

PAGE = "agreement"
ALL = "all"
MOST_SENT = 20_000


@dataclass(frozen=True)
class Review:
    """The review list, and where one is in it.

    Attributes:
        rows: as ``core.annotations.weighing.to_review``, of items that are in the catalog.
        outside: how many further rows are of items that are not.
        at: row that is open; -1 where the list is empty.
        sent: items that wait for another vote already.
    """

    rows: pd.DataFrame
    outside: int
    at: int
    sent: frozenset[str]


def review_of(opened: Opened, session: Session, weighed: Sequence[Weighed]) -> Review:
    """What is left to settle of the chosen task, or of all."""
    name = task_of(opened, session)
    chosen = [one for one in weighed if name in (ALL, one.name)]
    listed = to_review(chosen, opened.records, opened.workspace.tasks)
    rows = listed[listed["item_id"].isin(opened.place_of)].reset_index(drop=True)
    words = session.place(PAGE)
    at = number_of(words.get("at"), 0)
    if len(rows) and words.get("item"):
        wanted = (rows["item_id"] == words["item"]) & rows["task"].str.removeprefix("tag:").isin(
            [words["of"]] if words.get("of") else rows["task"].str.removeprefix("tag:"))
        places = np.flatnonzero(wanted.to_numpy())
        at = int(places[0]) if len(places) else at
    outside = len(listed) - len(rows)
    return Review(rows, outside, min(max(at, 0), len(rows) - 1), sent_items(opened))


def sent_items(opened: Opened) -> frozenset[str]:
    """Items that were sent for more votes and have not got them yet."""
    wanted = {entry.item_id: int(entry.text) for entry in board_of(opened.workspace, WANTED)}
    have = voters_of(opened, list(wanted)) if wanted else {}
    return frozenset(item for item, number in wanted.items() if have[item] < number)


def voters_of(opened: Opened, item_ids: Sequence[str]) -> dict[str, int]:
    """How many people voted on anything of each item."""
    cast = cast_of(opened).ballots
    return {item: len({who for ballot in cast for who in ballot.said_of(item)})
            for item in item_ids}


def task_of(opened: Opened, session: Session) -> str:
    """The chosen task: CATEGORY, a tag, or ALL."""
    name = session.place(PAGE).get("task", ALL)
    return name if name in (CATEGORY, *opened.workspace.tasks.tag_names) else ALL


def choose(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another task; the list begins anew, and what was open of another task closes."""
    name = str(data.get("task"))
    known = (CATEGORY, *opened.workspace.tasks.tag_names)
    return session.put(PAGE, task=name if name in known else None, at=None, item=None, of=None,
                       a=None, b=None)


def open_row(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another row of the review list, by its number."""
    return session.put(PAGE, at=max(0, number_of(data.get("at"), 0)), item=None, of=None)


def remember_row(session: Session, review: Review) -> Session:
    """The open row's item and task, for the link."""
    if review.at < 0:
        return session.put(PAGE, at=None, item=None, of=None)
    row = review.rows.iloc[review.at]
    return session.put(PAGE, at=review.at, item=row["item_id"],
                       of=row["task"].removeprefix("tag:"))


def open_person(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """One person's confusion with the consensus, or with another person's answers."""
    people = {str(name) for name in cast_of(opened).ballots[0].annotators}
    a, b = (data.get(name) if data.get(name) in people else None for name in ("a", "b"))
    same = {"a": a, "b": b} == {name: session.place(PAGE).get(name) for name in ("a", "b")}
    return session.put(PAGE, a=None if same else a, b=None if same or a is None else b)


def settle(opened: Opened, data: Mapping[str, Any]) -> tuple[str, str, str]:
    """A reviewer's word on one item and task: it wins over votes.

    Returns:
        The item, the task and the value.

    Raises:
        AnnotationError: no such item, task or value.
    """
    said = Answer(_item(opened, data), str(data.get("task")), str(data.get("value")))
    require_answers(opened.workspace.tasks, [said])
    key = require_key(data.get("key"))
    log_of(opened.workspace).append([said], Voice(who(data.get("by")), "review"), key=key)
    return said.item_id, said.task, said.value


def send(opened: Opened, item_ids: Sequence[str], by: Any) -> int:
    """Ask for one more vote on each of these items, in the queue of that name.

    Returns:
        How many were sent; those that wait for one already are not sent again.
    """
    waiting = sent_items(opened)
    fresh = [item for item in dict.fromkeys(item_ids) if item not in waiting][:MOST_SENT]
    have = voters_of(opened, fresh)
    posts = [Post(WANTED, "", str(have[item] + 1), item) for item in fresh]
    if posts:
        put_up(log_of(opened.workspace), posts, who(by))
    return len(posts)


def item_to_send(opened: Opened, data: Mapping[str, Any]) -> str:
    """The item that the browser means.

    Raises:
        AnnotationError: it is not in this workspace.
    """
    return _item(opened, data)


def _item(opened: Opened, data: Mapping[str, Any]) -> str:
    item_id = str(data.get("item"))
    if item_id not in opened.place_of:
        raise AnnotationError(f"there is no item {item_id!r} in this workspace; reload the page")
    return item_id


def number_of(text: Any, otherwise: int) -> int:
    """A whole number out of a link or an event."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return otherwise


def require_task(opened: Opened, name: str) -> str:
    """The name of a task in a link.

    Raises:
        FittingRoomError: there is none.
    """
    if name not in (CATEGORY, *opened.workspace.tasks.tag_names):
        raise FittingRoomError(f"there is no task {name!r} in this workspace")
    return name
