"""The team's board: what it keeps beside its answers (queues, guidelines, pinned examples).

Entries are appended, never changed. Of a kind, a subject and an item the newest entry stands;
an empty text takes down what stood.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.annotations.answer import moment_of
from core.annotations.log import AnnotationLog
from core.annotations.schema import board
from core.errors import AnnotationError

QUEUE, GUIDELINE, PIN, WANTED = "queue", "guideline", "pin", "wanted"
"""Kinds: how a queue hands out items; what is meant by a class or a tag, in words; an item that
shows it; an item that further people are to answer."""

KINDS = (QUEUE, GUIDELINE, PIN, WANTED)


@dataclass(frozen=True)
class Entry:
    """One thing that somebody put up.

    Attributes:
        number: position on the board, ascending.
        subject: name of a queue; of a class or a tag as ``subject_of`` has it; "" for WANTED.
        item_id: the item that it is about; "" for none.
        text: what stands there; "" for nothing any more.
        time: UTC.
    """

    number: int
    kind: str
    subject: str
    item_id: str
    text: str
    annotator: str
    time: datetime


@dataclass(frozen=True)
class Post:
    """What somebody wants to put up; see ``Entry``."""

    kind: str
    subject: str
    text: str
    item_id: str = ""


def put_up(
    log: AnnotationLog, posts: Sequence[Post], annotator: str, *, after: int | None = None
) -> int:
    """Append entries, all or none; on disk when this returns.

    Args:
        after: number of the entry that the author of a single post has read (0: nothing
            stood there). When somebody else has written since, nothing is put up.

    Returns:
        The number of the last entry.

    Raises:
        AnnotationError: somebody else has written since.
    """
    now = time.time_ns() // 1000
    with log.store.writing() as connection:
        if after is not None:
            newest = connection.execute(
                sa.select(board.c.number, board.c.annotator, board.c.text).where(*_about(posts[0]))
                .order_by(board.c.number.desc()).limit(1)
            ).first()
            unread = newest is not None and newest.number != after
            if unread and (newest.text or after):
                raise AnnotationError(
                    f"{newest.annotator} has changed this meanwhile; read it, then save yours"
                )
        connection.execute(sa.insert(board), [
            {**vars(post), "annotator": annotator, "time": now} for post in posts
        ])
        return connection.scalar(sa.select(sa.func.max(board.c.number)))


def standing(log: AnnotationLog, *kinds: str) -> list[Entry]:
    """What stands now of some kinds, the oldest first."""
    newest = sa.select(sa.func.max(board.c.number)).where(board.c.kind.in_(kinds)).group_by(
        board.c.kind, board.c.subject, board.c.item_id
    )
    query = sa.select(board).where(board.c.number.in_(newest), board.c.text != "")
    with log.store.reading() as connection:
        return [_entry(row) for row in connection.execute(query.order_by(board.c.number))]


def history(log: AnnotationLog, kind: str, subject: str, item_id: str = "") -> list[Entry]:
    """Everything that ever stood at one place, the newest first."""
    query = sa.select(board).where(*_about(Post(kind, subject, "", item_id)))
    with log.store.reading() as connection:
        return [_entry(row) for row in connection.execute(query.order_by(board.c.number.desc()))]


def newest_entry(log: AnnotationLog) -> int:
    """Number of the last entry; 0 before the first. Changes whenever the board does."""
    with log.store.reading() as connection:
        return connection.scalar(sa.select(sa.func.max(board.c.number))) or 0


def _about(post: Post) -> tuple[sa.ColumnElement[bool], ...]:
    return (board.c.kind == post.kind, board.c.subject == post.subject,
            board.c.item_id == post.item_id)


def _entry(row: sa.Row) -> Entry:
    return Entry(*row[:6], moment_of(row.time))
