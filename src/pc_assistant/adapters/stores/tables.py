"""The tables of the conversations' database as the newest migration leaves them."""

from datetime import UTC, datetime

from sqlalchemy import JSON, Column, DateTime, Dialect, ForeignKey, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from pc_assistant.domain.errors import UsageError

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)
AnyJson = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone. SQLite keeps none, so it is written as UTC and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database. Raises UsageError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise UsageError("A time to be kept needs its zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("created", UtcDateTime, nullable=False),
    Column("owner", String(64)),  # empty where nobody had to say who they are
)
turns = Table(
    "turns",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("role", String(20), nullable=False),
    Column("content", Text, nullable=False),
)
answers = Table(
    "answers",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("question", Text, nullable=False),
    Column("answer", AnyJson, nullable=False),
    Column("trace", AnyJson),  # empty for answers of versions that kept none
    Column("owner", String(64)),
    Column("created", UtcDateTime, nullable=False),
)
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rating", String(10), nullable=False),
    Column("comment", Text, nullable=False),
    Column("reasons", AnyJson, nullable=False),
    Column("owner", String(64)),
    Column("created", UtcDateTime, nullable=False),
)
seen_events = Table(
    "seen_events",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("expires", UtcDateTime, nullable=False, index=True),
)
keys = Table(
    "keys",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),  # of the key; the key itself is kept nowhere
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime),
    Column("revoked", UtcDateTime),
    Column("last_used", UtcDateTime),
)
sent_messages = Table(
    "sent_messages",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), nullable=False, index=True),
)
