"""The SQLite file itself: how it is opened, migrated and guarded, and what is told when it cannot be used."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import StatementError

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.sqlite import open_engine
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Feedback, Turn
from pc_assistant.domain.errors import Busy, SetupError

CREATED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "conversations.db"


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that an ordinary user may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_user(public: Path) -> Iterator[None]:
    """Root may write anywhere; so what root runs is run as nobody from here on."""
    user = os.geteuid()
    if user == 0:
        os.chown(public, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield
    os.seteuid(user)


def make(path: Path) -> None:
    """A database with one conversation in it, closed."""

    async def fill() -> None:
        store = open_conversations(path)
        await store.create("a", CREATED)
        await store.append("a", [Turn(role="user", content="x" * 50_000)])
        await store.close()

    asyncio.run(fill())


def test_the_migrations_make_the_tables_of_the_code(path: Path) -> None:
    open_engine(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        options = {"compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata) == []
        assert set(tables.metadata.tables) == {"conversations", "turns", "answers", "feedback", "seen_events", "sent_messages", "keys"}
    engine.dispose()


def test_a_connection_has_foreign_keys_and_the_write_ahead_log(path: Path) -> None:
    async def pragmas() -> list[object]:
        engine = open_engine(path)
        async with engine.connect() as connection:
            found = [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in ("foreign_keys", "journal_mode")]
        await engine.dispose()
        return found

    assert asyncio.run(pragmas()) == [1, "wal"]


def test_what_is_kept_is_what_was_said(path: Path) -> None:
    async def fill() -> None:
        store = open_conversations(path)
        await store.create("a", CREATED)
        await store.save_answer("When?", Answer(id="1", conversation_id="a", status="refused", answer="No.", reason="not_covered"))
        await store.save_feedback(Feedback(answer_id="1", rating="down", comment="No!", reasons=("wrong", "incomplete")), CREATED)
        await store.close()

    asyncio.run(fill())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT created FROM conversations").fetchall() == [("2026-11-21 09:30:00.000000",)]
        ((question, answer),) = connection.execute("SELECT question, answer FROM answers").fetchall()
        assert question == "When?"
        assert Answer.model_validate_json(answer).reason == "not_covered"
        row = connection.execute("SELECT answer_id, rating, comment, reasons FROM feedback").fetchone()
        assert row == ("1", "down", "No!", '["wrong", "incomplete"]')


def test_forgetting_leaves_nothing_in_the_file(path: Path) -> None:
    async def run() -> None:
        store = open_conversations(path)
        await store.create("a", CREATED)
        await store.append("a", [Turn(role="user", content="My secret word")])
        await store.forget("a")
        await store.close()

    asyncio.run(run())
    assert b"secret word" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_turns_are_added_all_or_none(path: Path) -> None:
    make(path)

    async def run() -> None:
        store = open_conversations(path)
        turns = [Turn(role="user", content="fine"), Turn.model_construct(role="user", content=cast(str, None))]
        with pytest.raises(Exception, match="NOT NULL"):
            await store.append("a", turns)
        assert len((await store.read("a")).turns) == 1
        await store.close()

    asyncio.run(run())


def test_a_time_without_a_zone_is_refused(path: Path) -> None:
    async def run() -> None:
        store = open_conversations(path)
        with pytest.raises(StatementError, match="needs its zone"):
            await store.create("a", CREATED.replace(tzinfo=None))
        await store.close()

    asyncio.run(run())


def test_two_processes_that_open_a_new_file_do_not_collide(path: Path) -> None:
    faults: list[Exception] = []

    def work() -> None:
        try:
            open_engine(path)
        except Exception as error:
            faults.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize("name", ["100% sure?.db", "naïve #1.db", "a b;c.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    make(tmp_path / name)
    assert (tmp_path / name).is_file()


def test_a_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is no database. " * 500)
    with pytest.raises(SetupError, match=r"^The database .*conversations\.db is damaged: restore it .*\.$"):
        open_conversations(path)
    assert path.read_bytes() == b"This is no database. " * 500


@pytest.mark.parametrize("damage", ["cut", "overwritten", "text"])
def test_a_damaged_database(path: Path, damage: str) -> None:
    make(path)
    whole = path.read_bytes()
    assert len(whole) > 60_000
    half = len(whole) // 2
    damaged = {
        "cut": whole[:half],
        "overwritten": whole[:4096] + b"\xa5" * half + whole[4096 + half :],
        "text": whole.replace(b"x" * 100, b"\xa5" * 100, 1)[:-9000] + b"\xa5" * 9000,
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(SetupError, match="is damaged"):
        open_conversations(path)


def test_a_database_of_a_newer_version(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(SetupError, match="newer version"):
        open_conversations(path)


def test_a_database_that_another_process_holds(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="Another process holds the database"):
            open_engine(path, busy_seconds=0.05)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SetupError, match="cannot be made: File exists"):
        open_conversations(tmp_path / "file" / "conversations.db")


@pytest.mark.usefixtures("ordinary_user")
def test_a_database_that_cannot_be_written(public: Path) -> None:
    path = public / "conversations.db"
    make(path)
    path.chmod(0o444)
    with pytest.raises(SetupError, match="cannot be written: make it and its folder writable"):
        open_conversations(path)


@pytest.mark.usefixtures("ordinary_user")
def test_a_folder_that_cannot_be_written(public: Path) -> None:
    public.chmod(0o555)
    with pytest.raises(SetupError, match="cannot be opened: see that it is there, and that its folder is readable and writable"):
        open_conversations(public / "conversations.db")
    with pytest.raises(SetupError, match="cannot be made: Permission denied"):
        open_conversations(public / "data" / "conversations.db")


def test_losing_the_file_while_serving_is_told_too(path: Path) -> None:
    store = open_conversations(path)
    path.write_bytes(b"This is no database. " * 500)

    async def run() -> None:
        with pytest.raises(SetupError, match="The database of conversations is damaged"):
            await store.create("a", CREATED)
        await store.close()

    asyncio.run(run())


def test_migrating_twice_changes_nothing(path: Path) -> None:
    make(path)

    def dump() -> list[str]:
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())

    before = dump()
    open_engine(path)
    assert dump() == before
