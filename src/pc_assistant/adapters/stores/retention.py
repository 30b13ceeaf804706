"""Deleting what has been kept long enough, a little at a time, so that questions go on being answered meanwhile."""

import asyncio
import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME
from pc_assistant.adapters.stores.directory import ASIDE
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.sqlite import WRITING, empty_log
from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.retention import Days, Removed

BATCH = 500
LOCK = "retention.lock"
STAMP = "%Y%m%dT%H%M%SZ"


def due(now: datetime, days: Days) -> dict[str, tuple[Table, ColumnElement[bool]]]:
    """What has been kept long enough, by the name of its count. What goes with an answer or a conversation goes with it by the database."""
    before = now - timedelta(days=days.answers)
    conversations, answers, keys = tables.conversations.c, tables.answers.c, tables.keys.c
    later = exists().where(answers.conversation_id == conversations.id, answers.created >= before)
    return {
        "conversations": (tables.conversations, and_(conversations.created < before, ~later)),
        "answers": (tables.answers, and_(answers.conversation_id.is_(None), answers.created < before)),
        "events": (tables.seen_events, tables.seen_events.c.expires < now),
        "keys": (tables.keys, or_(keys.expires < before, keys.revoked < before)),
    }


async def delete_due(engine: AsyncEngine, now: datetime, days: Days, batch: int = BATCH) -> Removed:
    """Deletes from the database what has been kept long enough. Raises SetupError, Busy."""
    removed = {}
    writer = engine.execution_options(**WRITING)
    for name, (table, old) in due(now, days).items():
        removed[name] = 0
        some = delete(table).where(table.c.id.in_(select(table.c.id).where(old).limit(batch)))
        while True:
            with explained(NAME):
                async with writer.begin() as connection:
                    number = (await connection.execute(some)).rowcount
            removed[name] += number
            if number < batch:
                break
    await asyncio.to_thread(empty_log, engine)  # where somebody is reading, the next run empties it
    return Removed(**removed)


async def count_due(engine: AsyncEngine, now: datetime, days: Days) -> Removed:
    """What a run would delete now. Raises SetupError, Busy."""
    with explained(NAME):
        async with engine.begin() as connection:
            found = {
                name: await connection.scalar(select(func.count()).select_from(table).where(old)) or 0
                for name, (table, old) in due(now, days).items()
            }
    return Removed(**found)


def asides_due(data_dir: Path, now: datetime, days: Days) -> list[Path]:
    """The folders that restores have put aside long enough ago."""
    before = f"{ASIDE}{(now - timedelta(days=days.aside)).astimezone(UTC):{STAMP}}"
    return sorted(path for path in data_dir.glob(f"{ASIDE}*") if path.name < before)


def delete_asides(data_dir: Path, now: datetime, days: Days) -> int:
    """Deletes them; how many. Raises SetupError."""
    found = asides_due(data_dir, now, days)
    try:
        for path in found:
            shutil.rmtree(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be deleted: {error.strerror}.") from error
    return len(found)


@contextlib.contextmanager
def one_at_a_time(data_dir: Path) -> Iterator[bool]:
    """Around a run; whether it may go on: of several workers one does it. Raises SetupError."""
    try:
        lock = (data_dir / LOCK).open("a")
    except OSError as error:
        raise SetupError(f"The data directory {data_dir} cannot be written: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
