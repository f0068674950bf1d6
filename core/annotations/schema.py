"""Tables of the annotation log, as they are after the newest migration.

Texts that repeat (items, tasks, values, people, sources) are stored once and named by a
number, so that millions of annotations are read as plain integers.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0002"
"""The newest revision in ``migrations/versions``."""

# SQLite numbers rows by itself only in a column that is declared INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

items = Table(
    "items", metadata,
    Column("number", Number, primary_key=True),
    Column("item_id", Text, nullable=False, unique=True),
)

words = Table(
    "words", metadata,
    Column("number", Number, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
)

saves = Table(
    "saves", metadata,
    Column("number", Number, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("annotator", Number, ForeignKey("words.number"), nullable=False),
    Column("source", Number, ForeignKey("words.number"), nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("undoes", Number, ForeignKey("saves.number"), index=True),
)
"""One row for each time somebody saved: one answer, a bulk edit, or an undo of a save."""

annotations = Table(
    "annotations", metadata,
    Column("number", Number, primary_key=True),
    Column("save", Number, ForeignKey("saves.number"), nullable=False, index=True),
    Column("item", Number, ForeignKey("items.number"), nullable=False, index=True),
    Column("task", Number, ForeignKey("words.number"), nullable=False),
    Column("value", Number, ForeignKey("words.number"), nullable=False),
    # Those of the save, again: reading 2 million rows needs no join.
    Column("annotator", Number, ForeignKey("words.number"), nullable=False),
    Column("source", Number, ForeignKey("words.number"), nullable=False),
    Column("said_at", BigInteger),
)

leases = Table(
    "leases", metadata,
    Column("number", Number, primary_key=True),
    Column("queue", String(200), nullable=False),
    Column("item", Number, ForeignKey("items.number"), nullable=False),
    Column("annotator", Number, ForeignKey("words.number"), nullable=False),
    Column("expires", BigInteger, nullable=False),
    UniqueConstraint("queue", "item", "annotator"),
    Index("ix_leases_item", "item"),
)

board = Table(
    "board", metadata,
    Column("number", Number, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("annotator", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
    Index("ix_board_subject", "kind", "subject", "item_id"),
)
"""What a team keeps beside its answers; see ``core.annotations.board``."""

locks = Table("locks", metadata, Column("name", String(40), primary_key=True))
"""One row, ``log``: who holds it writes alone, so that numbers ascend as saves are kept."""
