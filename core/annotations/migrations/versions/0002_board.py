"""The team's board: queues, guidelines, pinned examples, votes wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "board",
        sa.Column("number", Number, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("item_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("annotator", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Index("ix_board_subject", "kind", "subject", "item_id"),
    )


def downgrade() -> None:
    op.drop_table("board")
