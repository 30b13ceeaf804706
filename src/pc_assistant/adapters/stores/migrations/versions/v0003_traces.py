"""How answers came about, for their receipts; answers that are there already have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column("answers", sa.Column("trace", sa.JSON().with_variant(JSONB(), "postgresql")))


def downgrade() -> None:
    """Drops it."""
    op.drop_column("answers", "trace")
