"""Ids of events that chat platforms have delivered, so that a repeated one is dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "seen_events",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seen_events"),
    )
    op.create_index("ix_seen_events_expires", "seen_events", ["expires"])


def downgrade() -> None:
    """Drops it."""
    op.drop_table("seen_events")
