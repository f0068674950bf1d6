"""The saves of a log, newest first: the moments at which labels changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.annotations.answer import moment_of
from core.annotations.log import AnnotationLog
from core.annotations.schema import annotations, saves, words


@dataclass(frozen=True)
class Save:
    """One time that somebody saved.

    Attributes:
        number: ascending in time.
        time: UTC.
        source: where, see ``core.annotations.answer.Annotation``.
        answers: how many came in with it; 0 for an undo.
        undoes: number of the save that it takes back, or None.
    """

    number: int
    annotator: str
    time: datetime
    source: str
    answers: int
    undoes: int | None


def newest_saves(log: AnnotationLog, limit: int) -> list[Save]:
    """The last ``limit`` saves, the newest first."""
    person, source = words.alias(), words.alias()
    answers = (sa.select(sa.func.count()).where(annotations.c.save == saves.c.number)
               .scalar_subquery())
    query = (
        sa.select(saves.c.number, person.c.text, saves.c.time, source.c.text, answers,
                  saves.c.undoes)
        .join(person, saves.c.annotator == person.c.number)
        .join(source, saves.c.source == source.c.number)
        .order_by(saves.c.number.desc()).limit(limit)
    )
    with log.store.reading() as connection:
        return [Save(number, who, moment_of(time), where, int(count), undoes)
                for number, who, time, where, count, undoes in connection.execute(query)]


AT_ONCE = 500
"""Numbers in one question; databases limit how many they take."""


def save_times(log: AnnotationLog, numbers: Iterable[int]) -> dict[int, datetime]:
    """When each of these saves came in, UTC."""
    wanted = sorted({int(number) for number in numbers})
    found: dict[int, datetime] = {}
    with log.store.reading() as connection:
        for at in range(0, len(wanted), AT_ONCE):
            query = sa.select(saves.c.number, saves.c.time).where(
                saves.c.number.in_(wanted[at : at + AT_ONCE]))
            found |= {number: moment_of(time) for number, time in connection.execute(query)}
    return found
