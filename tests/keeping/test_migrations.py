"""A database of every revision that was ever released becomes one of today, and nothing that was in it is lost."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Connection, DateTime, MetaData, create_engine, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.migrating import migrate
from tests.keeping import schemas
from tests.postgres import Server

Rows = dict[str, list[dict[str, Any]]]


def rows(path: Path) -> Rows:
    """Every row of every table, but for the version of the tables."""
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'")]
        return {name: [dict(row) for row in database.execute(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in names}


def test_every_revision_has_its_database() -> None:
    found = sorted(path.stem for path in schemas.HERE.glob("*.sql"))
    assert found == schemas.revisions(), "Run `python -m tests.keeping.schemas` and commit what it adds."


@pytest.mark.parametrize("revision", schemas.revisions())
def test_a_file_of_every_revision_keeps_its_rows(revision: str, tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    schemas.load(revision, path)
    before = rows(path)
    assert before["answers"]

    async def read() -> None:
        store = open_conversations(path)
        kept = await store.read("first")
        assert [turn.content for turn in kept.turns] == ["When does the ferry sail?", "At nine – “sharp”. [1]"]
        assert (await store.read_receipt("a1")).citations[0].quote == "The ferry sails at nine."
        assert (await store.read_feedback())[0].feedback.comment == "It's late."
        await store.close()

    asyncio.run(read())
    after = rows(path)
    for name, held in before.items():
        assert [{column: row[column] for column in held[0]} for row in after[name]] == held
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    """What sets a database apart from the tables of the code."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata))


def fill(connection: Connection, revision: str, held: Rows) -> None:
    """Makes the tables of a revision and puts rows into them."""
    migrate(connection, revision)
    there = MetaData()
    there.reflect(connection)
    for table in there.sorted_tables:
        for row in held.get(table.name, ()):
            connection.execute(insert(table).values({column.name: value_of(column.type, row[column.name]) for column in table.columns}))


def value_of(kind: object, value: Any) -> Any:
    """What SQLite keeps as text, as PostgreSQL's driver wants it."""
    if value is None:
        return None
    if isinstance(kind, (DateTime, tables.UtcDateTime)):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return json.loads(value) if isinstance(kind, JSON) else value


@pytest.mark.postgres
@pytest.mark.parametrize("revision", schemas.revisions())
async def test_a_database_of_every_revision_in_postgresql_keeps_its_rows(revision: str, tmp_path: Path, postgres: Server) -> None:
    schemas.load(revision, tmp_path / "fixture.sqlite3")
    held = rows(tmp_path / "fixture.sqlite3")
    url = postgres.new_database()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(fill, revision, held)
    store = await asyncio.to_thread(open_conversations, url)
    kept = await store.read("first")
    assert [turn.content for turn in kept.turns] == ["When does the ferry sail?", "At nine – “sharp”. [1]"]
    assert (await store.read_receipt("a1")).citations[0].quote == "The ferry sails at nine."
    async with store.engine.begin() as connection:
        for name, expected in held.items():
            table = tables.metadata.tables[name]
            found = (await connection.execute(select(*(table.c[column] for column in expected[0])))).all()
            assert sorted(map(told, found)) == sorted(told(value_of(table.c[name].type, row[name]) for name in row) for row in expected)
        assert await connection.run_sync(differences) == []
    await store.close()
    await engine.dispose()


def told(row: Iterable[Any]) -> str:
    """A row in one spelling, whichever database it came from."""
    return json.dumps([value.isoformat() if isinstance(value, datetime) else value for value in row], sort_keys=True)
