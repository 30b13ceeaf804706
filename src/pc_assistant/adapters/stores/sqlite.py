"""Opening a SQLite file: checked, migrated, with write-ahead log and foreign keys; its faults told in one sentence."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from pc_assistant.domain.errors import Busy, PcAssistantError, SetupError

MIGRATIONS = "pc_assistant.adapters.stores:migrations"
BUSY_SECONDS = 10.0
WRITES_NOTHING = "DELETE FROM alembic_version WHERE false"  # a read-only file lets BEGIN IMMEDIATE pass, but not this
WRITING = {"pc_assistant_writing": True}

# (words of SQLite's message, what is told); the first that fits counts.
FAULTS = (
    ("readonly", "cannot be written: make it and its folder writable"),
    ("unable to open", "cannot be opened: make its folder readable and writable"),
    ("not a database", "is damaged: restore it with `pc-assistant restore`, or move it away to begin anew"),
    ("malformed", "is damaged: restore it with `pc-assistant restore`, or move it away to begin anew"),
    ("full", "cannot be written: the disk is full"),
)


def open_engine(path: Path, busy_seconds: float = BUSY_SECONDS) -> AsyncEngine:
    """An engine on the file at `path`, made and migrated where need be; it belongs to no event loop yet.

    Raises SetupError where the file is damaged, cannot be written or comes from a newer version, Busy where another process holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
    options: dict[str, Any] = {"timeout": busy_seconds, "isolation_level": None}
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args=options).execution_options(**WRITING)
    _prepare(engine)
    with explained(str(path)):
        try:
            with engine.begin() as connection:
                _check(connection, path)
                migrate(connection)
                connection.exec_driver_sql(WRITES_NOTHING)
        except CommandError as error:
            raise SetupError(f"The database {path} comes from a newer version of pc-assistant: update, or move it away.") from error
        finally:
            engine.dispose()
    service = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), connect_args=options)
    _prepare(service.sync_engine)
    return service


def migrate(connection: Connection, revision: str = "head") -> None:
    """Brings the tables to `revision` inside the connection's transaction; two processes cannot both do so, since it has the write lock."""
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def migrations() -> Config:
    """Where Alembic finds every revision."""
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    return config


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Tells the database's faults, under `name`, as SetupError or Busy; a broken constraint is the caller's, and passes."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _fault(name, str(error.orig)) from error


def _fault(name: str, message: str) -> PcAssistantError:
    if "locked" in message or "busy" in message:
        return Busy(f"Another process holds the database {name}: try again.")
    told = next((told for words, told in FAULTS if words in message), f"cannot be used: {message}")
    return SetupError(f"The database {name} {told}.")


def _prepare(engine: Engine) -> None:
    """Connections as we need them; transactions begin when we say so, and those that write take the lock at once (no lost upgrade)."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("pc_assistant_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _check(connection: Connection, path: Path) -> None:
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise _fault(str(path), "malformed")
