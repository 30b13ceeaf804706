"""Ids of events that were seen, in the conversations' database, so that all workers share them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.pseudonyms import Pseudonym, unkeyed
from pc_assistant.adapters.stores.sqlite import WRITING
from pc_assistant.domain.dates import utc_now

KEPT_FOR = timedelta(days=1)  # platforms repeat an event for some hours at the most


class DatabaseSeenEvents:
    """Keeps the SeenEvents port over an engine whose tables are migrated. Faults of the database are SetupError and Busy."""

    def __init__(
        self,
        engine: AsyncEngine,
        kept_for: timedelta = KEPT_FOR,
        now: Callable[[], datetime] = utc_now,
        pseudonym: Pseudonym = unkeyed,
    ) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**WRITING)
        self._pseudonym = pseudonym
        self._kept_for = kept_for
        self._now = now

    async def first(self, event_id: str) -> bool:
        """Whether this id comes for the first time within the time that ids are kept; it counts as seen from then on."""
        now = self._now()
        try:
            with explained(NAME):
                async with self._writer.begin() as connection:
                    await connection.execute(delete(tables.seen_events).where(tables.seen_events.c.expires <= now))
                    await connection.execute(insert(tables.seen_events).values(id=self._pseudonym(event_id), expires=now + self._kept_for))
        except IntegrityError:
            return False
        return True

    async def seen(self, event_id: str) -> bool:
        """Whether this id has come, and is kept still."""
        kept = select(tables.seen_events.c.id).where(
            tables.seen_events.c.id == self._pseudonym(event_id), tables.seen_events.c.expires > self._now()
        )
        with explained(NAME):
            async with self._engine.begin() as connection:
                return await connection.scalar(kept) is not None
