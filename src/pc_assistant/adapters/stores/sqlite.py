"""Opening a SQLite file: checked, migrated, with write-ahead log and foreign keys; its faults told in one sentence."""

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from pc_assistant.adapters.stores.faults import explained, fault
from pc_assistant.adapters.stores.migrating import migrate_or_explain
from pc_assistant.domain.errors import SetupError

BUSY_SECONDS = 10.0
LOCKED_SECONDS = 0.01
WRITES_NOTHING = "DELETE FROM alembic_version WHERE false"  # a read-only file lets BEGIN IMMEDIATE pass, but not this
WRITING = {"pc_assistant_writing": True}


def open_engine(path: Path, busy_seconds: float = BUSY_SECONDS) -> AsyncEngine:
    """An engine on the file at `path`, made and migrated where need be; it belongs to no event loop yet.

    Raises SetupError where the file is damaged, cannot be written or comes from a newer version, Busy where another process holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
    options: dict[str, Any] = {"timeout": busy_seconds, "isolation_level": None}
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args=options, hide_parameters=True).execution_options(
        **WRITING
    )
    _prepare(engine, busy_seconds)
    with explained(str(path)):
        try:
            with engine.begin() as connection:
                _check(connection, path)
                migrate_or_explain(connection, str(path))
                connection.exec_driver_sql(WRITES_NOTHING)
        finally:
            engine.dispose()
    there = URL.create("sqlite+aiosqlite", database=path.resolve().as_uri(), query={"mode": "rw", "uri": "true"})  # never makes a file
    service = create_async_engine(there, connect_args=options, hide_parameters=True)
    _prepare(service.sync_engine, busy_seconds)
    _hold_to_file(service.sync_engine, path)
    return service


def empty_log(engine: AsyncEngine, busy_seconds: float = BUSY_SECONDS) -> bool:
    """Moves the write-ahead log into the file and empties it, so that what was deleted is in neither; whether nobody was in the way.

    Blocks while others read. A database of another kind has no such log.
    """
    if engine.dialect.name != "sqlite":
        return True
    try:
        with contextlib.closing(sqlite3.connect(str(engine.url.database), timeout=busy_seconds, uri=True)) as connection:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:
        raise fault(str(engine.url.database), str(error)) from error


def _prepare(engine: Engine, busy_seconds: float) -> None:
    """Connections as we need them; transactions begin when we say so, and those that write take the lock at once (no lost upgrade)."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        _write_ahead(cursor, busy_seconds)
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL", "secure_delete = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("pc_assistant_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _write_ahead(cursor: Any, busy_seconds: float) -> None:
    """Begins the write-ahead log. Where two do so at once on a new file, SQLite does not wait for the other, whatever its timeout: one in 500 failed."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(LOCKED_SECONDS)


def _hold_to_file(engine: Engine, path: Path) -> None:
    """A connection to a file that was deleted or replaced is not used again: what it writes would be acknowledged, and lost."""

    @event.listens_for(engine, "connect")
    def on_connect(_connection: object, record: Any) -> None:
        record.info["file"] = _identity(path)

    @event.listens_for(engine, "checkout")
    def on_checkout(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError("the file is another one")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _check(connection: Connection, path: Path) -> None:
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise fault(str(path), "malformed")
