"""Keys: shown once, found by their hash, and of no use once they are over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.keys import TRUSTED_SECONDS, DatabaseKeys
from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.errors import NotFound

BEGUN = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return BEGUN + self.passed

    def seconds(self) -> float:
        return self.passed.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def engine(database: Path | str) -> AsyncIterator[AsyncEngine]:
    engine = open_conversations(database).engine
    yield engine
    await engine.dispose()


@pytest.fixture
def keys(engine: AsyncEngine, clock: Clock) -> DatabaseKeys:
    return DatabaseKeys(engine, clock.now, clock=clock.seconds)


async def test_a_key_says_whose_it_is_and_is_kept_nowhere(keys: DatabaseKeys, engine: AsyncEngine) -> None:
    key, given = await keys.create("the intranet", Role.OPERATOR)
    assert given.startswith(f"pca_{key.id}_") and len(given) == 58
    assert await keys.caller(given) == Caller(id=f"key:{key.id}", name="the intranet", role=Role.OPERATOR)
    assert (await keys.create("another", Role.READER))[1] != given
    async with engine.connect() as connection:
        rows = [str(row) for row in await connection.execute(select(tables.keys))]
    assert len(rows) == 2
    assert not any(given[15:] in row for row in rows)


@pytest.mark.parametrize("wrong", ["", "x", "pca_", "pca_0123456789_" + "x" * 43, "pca_0123456789_" + "é" * 43, "pca_" + "x" * 100_000])
async def test_what_is_no_key_opens_nothing(keys: DatabaseKeys, wrong: str) -> None:
    await keys.create("the intranet", Role.READER)
    assert await keys.caller(wrong) is None


async def test_one_wrong_letter_opens_nothing(keys: DatabaseKeys) -> None:
    _, given = await keys.create("the intranet", Role.READER)
    last = "A" if given[-2] != "A" else "B"
    assert await keys.caller(f"{given[:-2]}{last}{given[-1]}") is None


async def test_a_key_ends_when_it_expires(keys: DatabaseKeys, clock: Clock) -> None:
    key, given = await keys.create("the trial", Role.READER, BEGUN + timedelta(days=1))
    assert await keys.caller(given)
    clock.passed = timedelta(days=1, seconds=TRUSTED_SECONDS)
    assert await keys.caller(given) is None
    assert [known.state(clock.now()) for known in await keys.all()] == ["expired"]
    assert key.state(BEGUN) == "valid"


async def test_a_revoked_key_is_refused_elsewhere_within_seconds(keys: DatabaseKeys, clock: Clock, database: Path | str) -> None:
    key, given = await keys.create("the intranet", Role.READER)
    engine = open_conversations(database).engine
    elsewhere = DatabaseKeys(engine, clock.now, clock=clock.seconds)
    assert await elsewhere.caller(given) and await keys.caller(given)
    await keys.revoke(key.id)
    assert await keys.caller(given) is None
    clock.passed = timedelta(seconds=TRUSTED_SECONDS)
    assert await elsewhere.caller(given) is None
    assert [known.state(clock.now()) for known in await elsewhere.all()] == ["revoked"]
    await engine.dispose()


async def test_revoking_what_is_not_there_says_so(keys: DatabaseKeys) -> None:
    with pytest.raises(NotFound, match="There is no key abc: `pc-assistant keys list` names them all"):
        await keys.revoke("abc")


async def test_the_last_use_is_noted_to_the_minute(keys: DatabaseKeys, clock: Clock) -> None:
    _, given = await keys.create("the intranet", Role.READER)
    assert [key.last_used for key in await keys.all()] == [None]
    for seconds, noted in ((0, 0), (30, 0), (70, 70)):
        clock.passed = timedelta(seconds=seconds)
        assert await keys.caller(given)
        assert [key.last_used for key in await keys.all()] == [BEGUN + timedelta(seconds=noted)]
