"""Nothing is kept longer than is said, nothing goes before, and the one list of what is kept is complete."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from pc_assistant import bootstrap_keeping
from pc_assistant.adapters.stores import retention, tables
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.keys import DatabaseKeys
from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
from pc_assistant.adapters.stores.sent import DatabaseSentMessages
from pc_assistant.domain.access import Role
from pc_assistant.domain.conversations import Feedback, Turn
from pc_assistant.domain.errors import Busy
from pc_assistant.domain.retention import KEPT, Days, Removed, as_table
from pc_assistant.housekeeping import Clock, keep_house
from pc_assistant.settings import read_settings
from tests.conftest import CommandLine
from tests.fakes import answer
from tests.keeping.walking import places
from tests.test_serving import QUESTION, ask, serving
from tests.test_uploads import upload

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAYS = Days(answers=30, aside=7)
OLD, NEW = NOW - timedelta(days=31), NOW - timedelta(days=29)
PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DatabaseConversations]:
    store = open_conversations(tmp_path / "conversations.sqlite3")
    yield store
    await store.close()


async def fill(store: DatabaseConversations) -> None:
    """Conversations begun long ago, of which one went on; answers that are in none; events, keys, messages."""

    async def answered(name: str, when: datetime, conversation: str | None = None) -> None:
        given = answer().model_copy(update={"id": name, "conversation_id": conversation})
        await DatabaseConversations(store.engine, now=lambda: when).save_answer("When?", given)

    for name, answers in {"old": [OLD], "went on": [OLD, NEW], "silent": [], "new": [NEW]}.items():
        await store.create(name, OLD if name != "new" else NEW)
        for number, when in enumerate(answers):
            await answered(f"{name} {number}", when, name)
            await store.append(name, [Turn(role="user", content="When?"), Turn(role="assistant", content="At nine.")])
            await store.save_feedback(Feedback(answer_id=f"{name} {number}", rating="up"), when)
            await DatabaseSentMessages(store.engine).remember(f"message of {name} {number}", f"{name} {number}")
    await answered("alone and old", OLD)
    await answered("alone and new", NEW)
    for when in (NOW, NOW - timedelta(days=2)):
        await DatabaseSeenEvents(store.engine, now=lambda when=when: when).first(f"event of {when}")
    keys = DatabaseKeys(store.engine, now=lambda: OLD)
    ended, _ = await keys.create("ended", Role.READER)
    await keys.revoke(ended.id)
    await keys.create("over", Role.READER, expires=OLD)
    await keys.create("in use", Role.READER)


async def left(store: DatabaseConversations) -> dict[str, list[Any]]:
    async with store.engine.begin() as connection:
        found = {
            table.name: (await connection.scalars(select(table.c[0]).order_by(table.c[0]))).all() for table in tables.metadata.sorted_tables
        }
    return {name: list(rows) for name, rows in found.items()}


@pytest.mark.parametrize("batch", [1, 500])
async def test_what_is_old_goes_whole_and_what_is_not_stays(store: DatabaseConversations, batch: int) -> None:
    await fill(store)
    due = await retention.count_due(store.engine, NOW, DAYS)
    removed = await retention.delete_due(store.engine, NOW, DAYS, batch)
    assert removed == due == Removed(conversations=2, answers=1, events=1, keys=2)
    kept = await left(store)
    assert kept["conversations"] == ["new", "went on"]
    assert kept["answers"] == ["alone and new", "new 0", "went on 0", "went on 1"]
    assert set(kept["turns"]) == {"new", "went on"}
    assert [len(kept[name]) for name in ("feedback", "sent_messages", "seen_events", "keys")] == [3, 3, 1, 1]
    assert (await retention.delete_due(store.engine, NOW, DAYS)).total == 0


async def test_what_was_deleted_is_in_no_file(store: DatabaseConversations, tmp_path: Path) -> None:
    await store.create("old", OLD)
    await store.append("old", [Turn(role="user", content="xylophone")])
    assert places(tmp_path, ["xylophone"])
    await retention.delete_due(store.engine, NOW, DAYS)
    assert places(tmp_path, ["xylophone"]) == set()


def test_what_a_restore_has_put_aside_goes_in_time(tmp_path: Path) -> None:
    for name in ("before-restore-20261114T085959Z", "before-restore-20261115T090001Z", "before-long"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conversations.sqlite3").write_text("old", encoding="utf-8")
    assert retention.delete_asides(tmp_path, NOW, DAYS) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before-long", "before-restore-20261115T090001Z"]


async def test_one_worker_at_a_time(tmp_path: Path) -> None:
    settings = read_settings(data_dir=tmp_path)
    with retention.one_at_a_time(tmp_path) as first:
        assert first
        assert await bootstrap_keeping.delete_old(settings, NOW) is None
    assert await bootstrap_keeping.delete_old(settings, NOW) == Removed()


def test_a_clock_that_is_set_while_the_service_runs_is_not_trusted() -> None:
    times, counted = [NOW], [100.0]
    clock = Clock(lambda: times[-1], lambda: counted[-1])
    times.append(NOW + timedelta(days=3))
    counted.append(100.0 + timedelta(days=3).total_seconds())
    assert clock() == times[-1]
    for wrong in (timedelta(days=3650), timedelta(days=-3650), timedelta(hours=2)):
        times.append(NOW + timedelta(days=3) + wrong)
        assert clock() is None
    times.append(NOW + timedelta(days=3, minutes=5))
    assert clock() == times[-1]


async def test_the_job_goes_on_after_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[datetime] = []
    ended = asyncio.Event()
    clock = iter([NOW, None, NOW, NOW])

    async def delete_old(now: datetime) -> Removed:
        runs.append(now)
        if len(runs) == 1:
            raise Busy("The database is busy.")
        if len(runs) == 3:
            ended.set()
        return Removed(answers=2)

    task = asyncio.create_task(keep_house(delete_old, lambda: next(clock, NOW), 0, 0))
    await asyncio.wait_for(ended.wait(), 10)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert [record.getMessage() for record in caplog.records][:2] == [
        "Retention: The database is busy.",
        "The clock was set while the service ran: nothing is deleted until the service is started again.",
    ]


def test_every_table_and_every_file_has_its_line(indexed: CommandLine) -> None:
    """Of a data directory as a service leaves it; a new table or file fails here until it is said what it is for and how long it stays."""
    with serving(indexed) as port:
        ask(port, QUESTION)
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            assert upload(client, ("minutes.md", b"# Minutes\n\nThe ferry was late.\n")).status_code == 201
        assert indexed("backup", "backup.tar.gz").returncode == 0
        assert indexed("retention", "run").stdout == "Deleted nothing.\n"
    assert indexed("restore", "backup.tar.gz").returncode == 0
    listed = [pattern for kept in KEPT for pattern in kept.files]
    assert [path.name for path in indexed.data.iterdir() if not any(fnmatch(path.name, pattern) for pattern in listed)] == []
    assert sorted(name for kept in KEPT for name in kept.tables) == sorted([*tables.metadata.tables, "alembic_version"])


def test_the_page_shows_the_list_as_it_is(pc: CommandLine) -> None:
    table = as_table(Days(answers=365, aside=30))
    assert table in PRIVACY.read_text(encoding="utf-8"), "Put the table of `pc-assistant retention show --markdown` into docs/privacy.md."
    assert pc("retention", "show", "--markdown").stdout == table + "\n"
    shown = pc.with_env(PC_KEEP_DAYS="90")("retention", "show").stdout
    assert "90 days              conversations, turns, answers" in shown
    assert shown.endswith("A run now would delete nothing.\n")


async def test_commands_for_one_person(pc: CommandLine) -> None:
    pc.data.mkdir()
    mine = open_conversations(pc.data / "conversations.sqlite3")
    await mine.by("slack:T1:U1").save_answer("xylophone?", answer())
    await mine.by("slack:T1:U2").save_answer("bassoon?", answer(2))
    await mine.close()
    exported = pc("people", "export", "slack:T1:U1").stdout
    assert "xylophone?" in exported
    assert "bassoon?" not in exported
    assert pc("people", "erase", "slack:T1:U1", "--yes").stdout == "Deleted 1 answers.\n"
    assert places(pc.data, ["xylophone"]) == set()
    assert "bassoon?" in pc("people", "export", "slack:T1:U2").stdout
    wrong = pc("people", "export", "somebody")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
