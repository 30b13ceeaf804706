"""Whose a conversation and an answer are, and the keys by which programs say who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns and makes the table; what is there already belongs to nobody."""
    op.add_column("conversations", sa.Column("owner", sa.String(64)))
    op.add_column("answers", sa.Column("owner", sa.String(64)))
    op.create_table(
        "keys",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True)),
        sa.Column("revoked", sa.DateTime(timezone=True)),
        sa.Column("last_used", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("sha256", name="uq_keys_sha256"),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("keys")
    op.drop_column("answers", "owner")
    op.drop_column("conversations", "owner")
