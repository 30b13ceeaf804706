"""Which message of a chat platform shows which answer, for platforms that tell of the message alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "sent_messages",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("answer_id", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sent_messages"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_sent_messages_answer_id", ondelete="CASCADE"),
    )
    op.create_index("ix_sent_messages_answer_id", "sent_messages", ["answer_id"])


def downgrade() -> None:
    """Drops it."""
    op.drop_table("sent_messages")
