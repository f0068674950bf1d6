"""The annotation log: answers are appended, never changed; an undo is one more record."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from core.annotations.answer import Annotation, Answer, microseconds, moment_of
from core.annotations.names import find, item_numbers, word_numbers
from core.annotations.schema import annotations, items, saves, words
from core.annotations.store import FILE, Store
from core.errors import AnnotationError
from core.workspace import Workspace


@dataclass(frozen=True)
class Voice:
    """Who speaks and where.

    Attributes:
        annotator: a person's name.
        source: ``KIND`` or ``KIND:DETAIL``, see ``Annotation.source``.
        note: free words.
    """

    annotator: str
    source: str
    note: str = ""

    def __post_init__(self):
        for what, value in (("annotator", self.annotator), ("source", self.source)):
            if not value.strip():
                raise AnnotationError(f"an annotation needs its {what}, got {value!r}")


class AnnotationLog:
    """One workspace's log. Safe to share between threads; many processes may write at once."""

    def __init__(self, url: str | sa.URL):
        self.store = Store(url)

    @classmethod
    def of(cls, workspace: Workspace, url: str | None = None) -> "AnnotationLog":
        """The workspace's own log (made on first use), or the one at ``url``."""
        return cls(url or f"sqlite:///{log_path(workspace)}")

    def append(self, answers: Sequence[Answer], voice: Voice, *, key: str | None = None) -> int:
        """Save answers, all or none; when this returns they are on disk.

        Args:
            answers: any number, one save: one undo takes them back.
            key: the caller's own distinct name for this save (at most 64 characters). Sent
                again with the same key, nothing is saved twice.

        Returns:
            The number of the save.
        """
        key = key or uuid.uuid4().hex
        with self.store.writing() as connection:
            found = self._save_with(connection, key)
            return found or self.write(connection, answers, voice, key)

    def undo(self, save: int, voice: Voice, *, key: str | None = None) -> int:
        """Take one save back, with one more record; undoing that record brings it back.

        Returns:
            The number of the undo, itself a save.

        Raises:
            AnnotationError: there is no such save, or it is taken back already.
        """
        key = key or uuid.uuid4().hex
        with self.store.writing() as connection:
            found = self._save_with(connection, key)
            if found:
                return found
            if not connection.scalar(sa.select(saves.c.number).where(saves.c.number == save)):
                raise AnnotationError(f"there is no save {save} in the log; reload the page")
            if save in undone_saves(connection):
                raise AnnotationError(f"save {save} was undone before; reload the page")
            return self._new_save(connection, voice, key, undoes=save)

    def last_save(self, voice: Voice) -> int | None:
        """The newest save of this person from this source that is in force; None without."""
        with self.store.reading() as connection:
            undone = undone_saves(connection)
            known = find(connection, words.c.text, [voice.annotator, voice.source])
            newest_first = sa.select(saves.c.number).where(
                saves.c.annotator == known.get(voice.annotator),
                saves.c.source == known.get(voice.source),
                saves.c.undoes.is_(None),
            ).order_by(saves.c.number.desc())
            found = (save for (save,) in connection.execute(newest_first) if save not in undone)
            return next(found, None)

    def history(self, item_id: str) -> list[Annotation]:
        """Everything ever said of one item, oldest first, what was undone marked."""
        task, value, person, source = (words.alias() for _ in range(4))
        query = (
            sa.select(
                annotations.c.number, annotations.c.save, items.c.item_id, task.c.text,
                value.c.text, person.c.text,
                sa.func.coalesce(annotations.c.said_at, saves.c.time), source.c.text, saves.c.note,
            )
            .join(items, annotations.c.item == items.c.number)
            .join(saves, annotations.c.save == saves.c.number)
            .join(task, annotations.c.task == task.c.number)
            .join(value, annotations.c.value == value.c.number)
            .join(person, annotations.c.annotator == person.c.number)
            .join(source, annotations.c.source == source.c.number)
            .where(items.c.item_id == item_id)
            .order_by(annotations.c.number)
        )
        with self.store.reading() as connection:
            undone = undone_saves(connection)
            return [
                Annotation(*row[:6], moment_of(row[6]), *row[7:], undone=row[1] in undone)
                for row in connection.execute(query)
            ]

    def write(
        self, connection: sa.Connection, answers: Sequence[Answer], voice: Voice, key: str
    ) -> int:
        """Write a save inside a transaction of the caller's; see ``append``."""
        save = self._new_save(connection, voice, key)
        item = item_numbers(connection, [answer.item_id for answer in answers])
        spoken = [word for answer in answers for word in (answer.task, answer.value)]
        word = word_numbers(connection, [voice.annotator, voice.source, *spoken])
        rows = [
            {"save": save, "item": item[answer.item_id], "task": word[answer.task],
             "value": word[answer.value], "annotator": word[voice.annotator],
             "source": word[voice.source], "said_at": answer.said_at}
            for answer in answers
        ]
        if rows:
            connection.execute(sa.insert(annotations), rows)
        return save

    def save_with(self, key: str) -> int | None:
        """The number of the save that came in with this key; None without."""
        with self.store.reading() as connection:
            return self._save_with(connection, key)

    def answers_of(self, save: int) -> list[Answer]:
        """What came in with one save, in its order; of an undo nothing."""
        task, value = words.alias(), words.alias()
        query = (
            sa.select(items.c.item_id, task.c.text, value.c.text, annotations.c.said_at)
            .join(items, annotations.c.item == items.c.number)
            .join(task, annotations.c.task == task.c.number)
            .join(value, annotations.c.value == value.c.number)
            .where(annotations.c.save == save)
            .order_by(annotations.c.number)
        )
        with self.store.reading() as connection:
            return [Answer(*row) for row in connection.execute(query)]

    @property
    def newest_save(self) -> int:
        """Number of the last save; 0 before the first. Changes whenever the labels may."""
        with self.store.reading() as connection:
            return connection.scalar(sa.select(sa.func.max(saves.c.number))) or 0

    def changed_since(self, save: int) -> dict[str, int]:
        """Who has saved or undone something after a save: name -> of how many items."""
        person, said = words.alias(), sa.func.coalesce(saves.c.undoes, saves.c.number)
        query = (
            sa.select(person.c.text, sa.func.count(sa.distinct(annotations.c.item)))
            .select_from(saves)
            .join(person, saves.c.annotator == person.c.number)
            .join(annotations, annotations.c.save == said)
            .where(saves.c.number > save)
            .group_by(person.c.text)
            .order_by(sa.func.max(saves.c.number).desc())
        )
        with self.store.reading() as connection:
            return {name: number for name, number in connection.execute(query)}

    def save_at(self, moment: datetime) -> int:
        """Number of the last save at that moment; 0 before the first."""
        with self.store.reading() as connection:
            newest = sa.select(sa.func.max(saves.c.number))
            return connection.scalar(newest.where(saves.c.time <= microseconds(moment))) or 0

    def close(self) -> None:
        self.store.close()

    def _save_with(self, connection: sa.Connection, key: str) -> int | None:
        return connection.scalar(sa.select(saves.c.number).where(saves.c.key == key))

    def _new_save(
        self, connection: sa.Connection, voice: Voice, key: str, undoes: int | None = None
    ) -> int:
        word = word_numbers(connection, [voice.annotator, voice.source])
        last = connection.scalar(
            sa.select(saves.c.time).order_by(saves.c.number.desc()).limit(1)
        )
        # A clock set back must not reorder the past.
        now = max(time.time_ns() // 1000, last or 0)
        done = connection.execute(sa.insert(saves).values(
            key=key, annotator=word[voice.annotator], source=word[voice.source], time=now,
            note=voice.note, undoes=undoes,
        ))
        return done.inserted_primary_key[0]


def undone_saves(connection: sa.Connection, until: int | None = None) -> set[int]:
    """Numbers of the saves that are taken back, as of save ``until``; an undone undo is not one."""
    undos = sa.select(saves.c.number, saves.c.undoes).where(saves.c.undoes.is_not(None))
    if until is not None:
        undos = undos.where(saves.c.number <= until)
    undone: set[int] = set()
    for number, target in connection.execute(undos.order_by(saves.c.number.desc())):
        if number not in undone:
            undone.add(target)
    return undone


def log_path(workspace: Workspace) -> Path:
    """Where the workspace's own log lies; it may not exist yet."""
    return workspace.root / FILE
