"""Keys of programs, in the conversations' database: only a hash of each is kept."""

import contextlib
import hashlib
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.sqlite import WRITING
from pc_assistant.domain.access import Caller, Key, Role
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import Busy, NotFound

PREFIX = "pca_"  # by which scanners for secrets find one that has got into a repository
SHAPE = re.compile(PREFIX + r"[0-9a-f]{10}_[A-Za-z0-9_-]{43}")
TRUSTED_SECONDS = 5.0  # how long a process goes on without asking the database again
USE_NOTED_EVERY = timedelta(minutes=1)
MOST_TRUSTED = 1000
NO_KEY = "There is no key {}: `pc-assistant keys list` names them all."


def new_key() -> tuple[str, str]:
    """The id of a new key, and the key: 256 bits that nobody can guess."""
    identity = secrets.token_hex(5)
    return identity, f"{PREFIX}{identity}_{secrets.token_urlsafe(32)}"


class DatabaseKeys:
    """Keys over an engine whose tables are migrated. Faults of the database are SetupError and Busy."""

    def __init__(
        self,
        engine: AsyncEngine,
        now: Callable[[], datetime] = utc_now,
        new: Callable[[], tuple[str, str]] = new_key,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**WRITING)
        self._now = now
        self._new = new
        self._clock = clock
        self._trusted: dict[str, tuple[float, Caller]] = {}

    async def create(self, name: str, role: Role, expires: datetime | None = None) -> tuple[Key, str]:
        """Makes a key; the second of the two is what its holder sends, and is not kept."""
        identity, given = self._new()
        key = Key(id=identity, name=name, role=role, created=self._now(), expires=expires)
        row = key.model_dump() | {"role": role.word, "sha256": _digest(given)}
        with explained(NAME):
            async with self._writer.begin() as connection:
                await connection.execute(insert(tables.keys).values(row))
        return key, given

    async def all(self) -> list[Key]:
        """Every key, oldest first."""
        with explained(NAME):
            async with self._engine.begin() as connection:
                rows = (await connection.execute(select(tables.keys).order_by(tables.keys.c.created, tables.keys.c.id))).all()
        return [_key(row) for row in rows]

    async def revoke(self, key_id: str) -> None:
        """From now on (elsewhere after a few seconds) the key opens nothing. Raises NotFound."""
        known = select(tables.keys.c.id).where(tables.keys.c.id == key_id)
        with explained(NAME):
            async with self._writer.begin() as connection:
                if await connection.scalar(known) is None:
                    raise NotFound(NO_KEY.format(key_id))
                still = (tables.keys.c.id == key_id) & tables.keys.c.revoked.is_(None)
                await connection.execute(update(tables.keys).where(still).values(revoked=self._now()))
        self._trusted.clear()

    async def caller(self, given: str) -> Caller | None:
        """Whose key this is; None where it opens nothing.

        It is looked up by its hash, so how long that takes tells nothing of the keys that there are.
        """
        if not SHAPE.fullmatch(given):
            return None
        digest = _digest(given)
        until, trusted = self._trusted.get(digest, (0.0, None))
        if trusted is not None and self._clock() < until:
            return trusted
        self._trusted.pop(digest, None)
        with explained(NAME):
            async with self._engine.begin() as connection:
                row = (await connection.execute(select(tables.keys).where(tables.keys.c.sha256 == digest))).first()
        key = _key(row) if row else None
        if key is None or key.state(self._now()) != "valid":
            return None
        await self._note_use(key)
        caller = Caller(id=f"key:{key.id}", name=key.name, role=key.role)
        if len(self._trusted) >= MOST_TRUSTED:
            self._trusted.clear()
        self._trusted[digest] = (self._clock() + TRUSTED_SECONDS, caller)
        return caller

    async def _note_use(self, key: Key) -> None:
        now = self._now()
        if key.last_used is not None and now - key.last_used < USE_NOTED_EVERY:
            return
        used = tables.keys.c.last_used
        unnoted = (tables.keys.c.id == key.id) & or_(used.is_(None), used < now)
        with contextlib.suppress(Busy), explained(NAME):  # it is no reason to refuse
            async with self._writer.begin() as connection:
                await connection.execute(update(tables.keys).where(unnoted).values(last_used=now))


def _digest(given: str) -> str:
    return hashlib.sha256(given.encode()).hexdigest()


def _key(row: Row[tuple[object, ...]]) -> Key:
    kept = row._asdict()
    del kept["sha256"]
    return Key(**kept | {"role": Role[kept["role"].upper()]})
