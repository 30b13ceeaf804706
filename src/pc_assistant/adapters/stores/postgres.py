"""Opening a PostgreSQL database: migrated under a lock that every worker waits for; connections that were lost are made anew."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Connection, NullPool, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.migrating import migrate_or_explain
from pc_assistant.domain.errors import SetupError, UsageError

DRIVER = "postgresql+asyncpg"
CONNECT_SECONDS = 10.0
STATEMENT_SECONDS = 30.0
LOCK = 7_073_617_373  # any number that other programs of the same database do not lock
CONNECTIONS = 10  # of one process; PostgreSQL lets 100 in by default


def open_postgres(address: str) -> AsyncEngine:
    """An engine on the database at `address`, migrated where need be; it belongs to no event loop yet.

    Raises SetupError where the driver is not installed, the database cannot be reached, lets us not in or comes from a newer version; Busy
    where it has no connection left.
    """
    url = read_url(address)
    name = f"{url.database} at {url.host}"
    options: dict[str, Any] = {"timeout": CONNECT_SECONDS, "command_timeout": STATEMENT_SECONDS}
    if find_spec("asyncpg") is None:
        raise SetupError("PostgreSQL needs the package asyncpg: install pc-assistant[postgres].")
    with ThreadPoolExecutor(1) as thread:  # the caller's thread may have an event loop that runs
        thread.submit(asyncio.run, _migrate(url, name, {**options, "command_timeout": None})).result()
    return create_async_engine(
        url,
        connect_args=options,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
    )


def read_url(address: str) -> URL:
    """The address with our driver, and libpq's `sslmode` by asyncpg's name. Raises UsageError, without the password."""
    try:
        url = make_url(address)
    except ArgumentError:
        url = URL.create("")
    if url.drivername not in {"postgresql", DRIVER} or not url.host or not url.database:
        raise UsageError("PC_DATABASE_URL is not an address such as postgresql+asyncpg://user:password@host/database.")
    query = {("ssl" if key == "sslmode" else key): value for key, value in url.query.items()}
    return url.set(drivername=DRIVER, query=query)


async def _migrate(url: URL, name: str, options: dict[str, Any]) -> None:
    engine = create_async_engine(url, connect_args=options, poolclass=NullPool)
    with explained(name):
        async with engine.begin() as connection:
            await connection.run_sync(_locked, name)


def _locked(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    migrate_or_explain(connection, name)
