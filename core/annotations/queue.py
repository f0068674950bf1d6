"""Handing out items: nobody gets what others are at, unless several are to answer it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.annotations.answer import CANNOT_TELL, SKIP, is_vote
from core.annotations.log import AnnotationLog, undone_saves
from core.annotations.names import CHUNK, find, item_numbers, word_numbers
from core.annotations.schema import annotations, items, leases, words
from core.errors import AnnotationError

LEASE_SECONDS = 600.0


@dataclass(frozen=True)
class Rules:
    """How a queue hands out items.

    Attributes:
        name: of the queue; its answers have the source ``queue:NAME``.
        overlap: people that are to answer each item.
        lease_seconds: how long an item is kept for somebody who does not answer.
        blind: nobody sees others' answers before their own.
        hides_model: nor what the model says.
    """

    name: str
    overlap: int = 1
    lease_seconds: float = LEASE_SECONDS
    blind: bool = True
    hides_model: bool = False

    def __post_init__(self):
        if self.overlap < 1 or self.lease_seconds <= 0:
            raise AnnotationError(
                "a queue needs an overlap of at least 1 and a lease of some seconds,"
                f" got {self.overlap} and {self.lease_seconds}"
            )

    @property
    def source(self) -> str:
        return f"queue:{self.name}"


def lease(
    log: AnnotationLog,
    rules: Rules,
    annotator: str,
    order: Sequence[str],
    count: int = 1,
    *,
    wanted: Mapping[str, int] | None = None,
    now: float | None = None,
) -> list[str]:
    """Take the next items for somebody; asked again, those still held come first.

    An item is free while fewer than ``overlap`` others have voted on it or hold it, and this
    person neither voted on it nor skipped it. Votes on any task count, imported ones too.

    Args:
        order: item ids, the next first (``core.annotations.priorities.queue_order``).
        count: how many to hold in all.
        wanted: items that more people are to answer than ``overlap`` says, and how many.
        now: seconds since 1970, for tests.
    """
    now = time.time() if now is None else now
    expires = round((now + rules.lease_seconds) * 1_000_000)
    with log.store.writing() as connection:
        person = word_numbers(connection, [annotator])[annotator]
        connection.execute(sa.delete(leases).where(leases.c.expires <= round(now * 1_000_000)))
        taken: list[str] = []
        undone = undone_saves(connection)
        for chunk in _chunks(_held_first(connection, rules, person, order)):
            open_now = _open(connection, rules, person, chunk, undone, wanted or {})
            taken += open_now[: count - len(taken)]
            if len(taken) == count:
                break
        number = item_numbers(connection, taken)
        _release(connection, rules, person)
        if taken:
            connection.execute(sa.insert(leases), [
                {"queue": rules.name, "item": number[item_id], "annotator": person,
                 "expires": expires}
                for item_id in taken
            ])
    return taken


def release(log: AnnotationLog, rules: Rules, annotator: str) -> None:
    """Give back what somebody holds: they went on to another queue."""
    with log.store.writing() as connection:
        known = find(connection, words.c.text, [annotator])
        if annotator in known:
            _release(connection, rules, known[annotator])


def _held_first(
    connection: sa.Connection, rules: Rules, person: int, order: Sequence[str]
) -> list[str]:
    held = connection.scalars(
        sa.select(items.c.item_id).join(leases, leases.c.item == items.c.number).where(
            leases.c.queue == rules.name, leases.c.annotator == person
        ).order_by(leases.c.number)
    ).all()
    allowed = set(order) if held else set()
    held = [item_id for item_id in held if item_id in allowed]
    mine = set(held)
    return [*held, *(item_id for item_id in order if item_id not in mine)] if held else list(order)


def _open(
    connection: sa.Connection, rules: Rules, person: int, chunk: list[str],
    undone: set[int], wanted: Mapping[str, int],
) -> list[str]:
    """Those of a few items that this person may be given, in their order."""
    number = find(connection, items.c.item_id, chunk)
    busy: dict[int, set[int]] = {}
    done: set[int] = set()
    value, source = words.alias(), words.alias()
    said = sa.select(
        annotations.c.item, annotations.c.annotator, annotations.c.save, value.c.text, source.c.text
    ).join(value, annotations.c.value == value.c.number).join(
        source, annotations.c.source == source.c.number
    ).where(annotations.c.item.in_(list(number.values())))
    for item, who, save, answer, origin in connection.execute(said):
        if save in undone or not is_vote(origin):
            continue
        if who == person:
            done.add(item)
        elif answer not in (SKIP, CANNOT_TELL):
            busy.setdefault(item, set()).add(who)
    held = sa.select(leases.c.item, leases.c.annotator).where(
        leases.c.queue == rules.name, leases.c.item.in_(list(number.values()))
    )
    for item, who in connection.execute(held):
        if who != person:
            busy.setdefault(item, set()).add(who)
    return [
        item_id for item_id in chunk
        if number.get(item_id) not in done
        and len(busy.get(number.get(item_id), ())) < wanted.get(item_id, rules.overlap)
    ]


def _release(connection: sa.Connection, rules: Rules, person: int) -> None:
    connection.execute(
        sa.delete(leases).where(leases.c.queue == rules.name, leases.c.annotator == person)
    )


def _chunks(item_ids: list[str]) -> list[list[str]]:
    return [item_ids[start : start + CHUNK] for start in range(0, len(item_ids), CHUNK)]
