"""PostgreSQL itself: migrated like the file, by one process at a time; what is told when it cannot be used; it may go and come back."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.postgres import open_postgres, read_url
from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
from pc_assistant.domain.conversations import Feedback, Turn
from pc_assistant.domain.errors import Busy, NotFound, PcAssistantError, SetupError, UsageError
from tests.fakes import answer
from tests.postgres import Server

pytestmark = pytest.mark.postgres
CREATED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NOBODYS_PORT = 1


async def test_the_migrations_make_the_tables_of_the_code(postgres: Server) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata))

    engine = open_postgres(postgres.new_database())
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


def test_processes_that_open_a_new_database_do_not_collide(postgres: Server) -> None:
    url = postgres.new_database()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            open_postgres(url)
        except PcAssistantError as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


FAULTS: dict[str, tuple[Callable[[Server], str], str]] = {
    "wrong password": (
        lambda server: server.url(password="wrong"),
        "postgres at 127.0.0.1 does not let us in: correct the user or the password",
    ),
    "no such database": (lambda server: server.url("elsewhere"), "elsewhere at 127.0.0.1 is not there: create it"),
    "no server": (
        lambda server: server.url().replace(f":{server.port}", f":{NOBODYS_PORT}"),
        "cannot be reached: see that the server runs",
    ),
    "no host": (lambda server: server.url().replace("127.0.0.1", "nowhere.invalid"), "cannot be reached: see that the server runs"),
    "no encryption": (lambda server: f"{server.url()}?sslmode=require", "cannot be reached: see that the server runs"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_at_the_start_is_one_sentence_without_the_password(postgres: Server, name: str) -> None:
    make, told = FAULTS[name]
    with pytest.raises(SetupError) as caught:
        open_conversations(make(postgres))
    assert told in str(caught.value)
    assert "horse" not in str(caught.value)


def test_a_database_of_a_newer_version(postgres: Server) -> None:
    url = postgres.new_database()
    open_postgres(url)
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", url.rsplit("/", 1)[-1])
    with pytest.raises(SetupError, match="comes from a newer version of pc-assistant"):
        open_postgres(url)


def test_a_user_who_may_not_make_tables(postgres: Server) -> None:
    url = postgres.new_database()
    postgres.sql("CREATE ROLE reader LOGIN PASSWORD 'words'")
    with pytest.raises(SetupError, match="does not let this user work: make it the owner of the database"):
        open_postgres(url.replace("postgres:correct%20horse", "reader:words"))


@pytest.mark.parametrize(
    "address", ["sqlite:///file.db", "postgresql+psycopg://a:secret@host/db", "postgresql://", "a:secret@host", "postgresql://host"]
)
def test_an_address_that_is_none_is_told_without_the_password(address: str) -> None:
    with pytest.raises(UsageError, match=r"^PC_DATABASE_URL is not an address such as ") as caught:
        read_url(address)
    assert "secret" not in str(caught.value)


def test_addresses_of_other_programs_will_do() -> None:
    url = read_url("postgresql://a:b@db.example.org/pc?sslmode=verify-full")
    assert (url.drivername, dict(url.query)) == ("postgresql+asyncpg", {"ssl": "verify-full"})


async def test_a_server_that_goes_while_serving_is_told_and_one_that_comes_back_is_used(postgres: Server) -> None:
    store = open_conversations(postgres.new_database())
    await store.create("a", CREATED)
    await asyncio.gather(*(store.read("a") for _ in range(5)))  # several connections are open
    await asyncio.to_thread(postgres.stop)
    try:
        for _ in range(2):
            with pytest.raises(SetupError, match="The database of conversations cannot be reached"):
                await store.append("a", [Turn(role="user", content="Are you there?")])
    finally:
        await asyncio.to_thread(postgres.start)
    await asyncio.gather(*(store.read("a") for _ in range(5)))
    await store.append("a", [Turn(role="user", content="And now?")])
    assert [turn.content for turn in (await store.read("a")).turns] == ["And now?"]
    await store.close()


async def test_a_connection_that_is_cut_in_the_middle_is_told(postgres: Server) -> None:
    store = open_conversations(postgres.new_database())
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{store.engine.url.database}'"

    async def work() -> None:
        with explained("of conversations"):
            async with store.engine.begin() as connection:
                await connection.exec_driver_sql("SELECT 1")
                await asyncio.to_thread(postgres.sql, cut)
                await connection.exec_driver_sql("SELECT 1")

    with pytest.raises(SetupError, match="The database of conversations cannot be reached"):
        await work()
    await store.create("a", CREATED)
    await store.close()


async def test_a_character_that_postgres_cannot_keep_is_the_callers(postgres: Server) -> None:
    store = open_conversations(postgres.new_database())
    with pytest.raises(UsageError, match=r"U\+0000"):
        await store.read("a\0b")
    with pytest.raises(UsageError, match=r"U\+0000"):
        await store.save_answer("When?", answer(1).model_copy(update={"answer": "At\0nine."}))
    await store.close()


async def test_two_workers_write_one_conversation_and_forget_it_at_the_same_time(postgres: Server) -> None:
    url = postgres.new_database()
    one, other = open_conversations(url), open_conversations(url)
    await one.create("a", CREATED)
    await asyncio.gather(*(store.append("a", [Turn(role="user", content=str(n))] * 2) for n in range(20) for store in (one, other)))
    turns = [turn.content for turn in (await other.read("a")).turns]
    assert len(turns) == 80
    assert turns[::2] == turns[1::2]
    for round_ in range(15):
        name = f"answer-{round_}"
        await one.create(name, CREATED)
        await one.save_answer("When?", answer(round_).model_copy(update={"conversation_id": name}))
        said = [other.save_feedback(Feedback(answer_id=name, rating="up"), CREATED) for _ in range(3)]
        for failed in await asyncio.gather(one.forget(name), *said, return_exceptions=True):
            assert failed is None or isinstance(failed, NotFound), failed
    assert await one.read_feedback() == []
    seen = [DatabaseSeenEvents(store.engine) for store in (one, other)]
    assert sorted(await asyncio.gather(*(events.first("e") for events in seen * 5))) == [False] * 9 + [True]
    for store in (one, other):
        await store.close()


async def test_more_at_once_than_the_server_lets_in_is_busy(postgres: Server) -> None:
    url = postgres.new_database()
    open_postgres(url)
    postgres.sql("CREATE ROLE narrow LOGIN SUPERUSER PASSWORD 'words'")
    postgres.sql("ALTER ROLE narrow NOSUPERUSER CONNECTION LIMIT 1")
    postgres.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO narrow", url.rsplit("/", 1)[-1])
    store = open_conversations(url.replace("postgres:correct%20horse", "narrow:words"))
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("SELECT 1")
        with pytest.raises(Busy, match="too busy"):
            await store.create("a", CREATED)
    await store.create("a", CREATED)
    await store.close()
