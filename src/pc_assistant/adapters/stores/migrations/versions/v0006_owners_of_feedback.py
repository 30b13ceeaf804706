"""Whose feedback is; what is there already belongs to nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column("feedback", sa.Column("owner", sa.String(64)))


def downgrade() -> None:
    """Drops it."""
    op.drop_column("feedback", "owner")
