"""The migrations, run over an open connection: the same for every database."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from pc_assistant.domain.errors import SetupError

MIGRATIONS = "pc_assistant.adapters.stores:migrations"


def migrate(connection: Connection, revision: str = "head") -> None:
    """Brings the tables to `revision` inside the connection's transaction; the caller sees to it that no other process does so now."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def migrations() -> Config:
    """Where Alembic finds every revision."""
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    return config


def migrate_or_explain(connection: Connection, name: str) -> None:
    """`migrate` to the newest tables. Raises SetupError for a database that a newer version has migrated further."""
    try:
        migrate(connection)
    except CommandError as error:
        raise SetupError(f"The database {name} comes from a newer version of pc-assistant: update, or move it away.") from error
