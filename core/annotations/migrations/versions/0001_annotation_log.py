"""The log: items, words, saves, annotations; leases of the queue; locks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "items",
        sa.Column("number", Number, primary_key=True),
        sa.Column("item_id", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "words",
        sa.Column("number", Number, primary_key=True),
        sa.Column("text", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "saves",
        sa.Column("number", Number, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("annotator", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("source", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("undoes", Number, sa.ForeignKey("saves.number"), index=True),
    )
    op.create_table(
        "annotations",
        sa.Column("number", Number, primary_key=True),
        sa.Column("save", Number, sa.ForeignKey("saves.number"), nullable=False, index=True),
        sa.Column("item", Number, sa.ForeignKey("items.number"), nullable=False, index=True),
        sa.Column("task", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("value", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("annotator", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("source", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("said_at", sa.BigInteger),
    )
    op.create_table(
        "leases",
        sa.Column("number", Number, primary_key=True),
        sa.Column("queue", sa.String(200), nullable=False),
        sa.Column("item", Number, sa.ForeignKey("items.number"), nullable=False),
        sa.Column("annotator", Number, sa.ForeignKey("words.number"), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("queue", "item", "annotator"),
        sa.Index("ix_leases_item", "item"),
    )
    locks = op.create_table("locks", sa.Column("name", sa.String(40), primary_key=True))
    op.bulk_insert(locks, [{"name": "log"}])


def downgrade() -> None:
    for name in ("locks", "leases", "annotations", "saves", "words", "items"):
        op.drop_table(name)
