"""Numbers for the texts that the log repeats: items, and words (tasks, values, people, sources).

Nothing is remembered between transactions: a text added in one that fails has no number.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from core.annotations.schema import items, words

CHUNK = 500
"""Texts asked for in one query; SQLite's older limit is 999 parameters."""


def word_numbers(connection: sa.Connection, texts: Sequence[str]) -> dict[str, int]:
    """The number of each text; new ones are added."""
    return _numbers(connection, words.c.text, texts)


def item_numbers(connection: sa.Connection, item_ids: Sequence[str]) -> dict[str, int]:
    """The number of each item; new ones are added."""
    return _numbers(connection, items.c.item_id, item_ids)


def find(connection: sa.Connection, column: sa.Column, texts: Sequence[str]) -> dict[str, int]:
    """The numbers of those texts that the log knows; ``column``: words.text or items.item_id."""
    found: dict[str, int] = {}
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        query = sa.select(column, column.table.c.number).where(column.in_(chunk))
        found |= {text: number for text, number in connection.execute(query)}
    return found


def _numbers(
    connection: sa.Connection, column: sa.Column, texts: Sequence[str]
) -> dict[str, int]:
    distinct = list(dict.fromkeys(texts))
    found = find(connection, column, distinct)
    new = [text for text in distinct if text not in found]
    if new:
        connection.execute(sa.insert(column.table), [{column.name: text} for text in new])
        found |= find(connection, column, new)
    return found
