"""Conversations, their turns, answers and feedback.

Migrations spell types and names out: what they made must not change when the tables' code does.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ANY_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Makes the four tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "position", name="pk_turns"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id", ondelete="CASCADE"),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("conversation_id", sa.String(100)),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", ANY_JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_answers_conversation_id", ondelete="CASCADE"),
    )
    op.create_index("ix_answers_conversation_id", "answers", ["conversation_id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.String(100), nullable=False),
        sa.Column("rating", sa.String(10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reasons", ANY_JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_feedback_answer_id", ondelete="CASCADE"),
    )
    op.create_index("ix_feedback_answer_id", "feedback", ["answer_id"])


def downgrade() -> None:
    """Drops them, and all that was said."""
    for table in ("feedback", "answers", "turns", "conversations"):
        op.drop_table(table)
