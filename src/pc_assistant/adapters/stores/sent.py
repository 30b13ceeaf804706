"""Which message of a chat platform shows which answer, in the conversations' database, so that every worker knows it."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME, NO_ANSWER
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.pseudonyms import Pseudonym, unkeyed
from pc_assistant.adapters.stores.sqlite import WRITING
from pc_assistant.domain.errors import NotFound

NO_MESSAGE = "No answer is known to this message."


class DatabaseSentMessages:
    """Keeps the SentMessages port over an engine whose tables are migrated. Faults of the database are SetupError and Busy."""

    def __init__(self, engine: AsyncEngine, pseudonym: Pseudonym = unkeyed) -> None:
        self._engine = engine
        self._pseudonym = pseudonym
        self._writer = engine.execution_options(**WRITING)

    async def remember(self, message_id: str, answer_id: str) -> None:
        """Keeps it as long as the answer. Raises NotFound where there is no such answer."""
        table, kept_as = tables.sent_messages, self._pseudonym(message_id)
        with explained(NAME):
            async with self._writer.begin() as connection:
                kept = select(tables.answers.c.id).where(tables.answers.c.id == answer_id).with_for_update(read=True)
                if await connection.scalar(kept) is None:
                    raise NotFound(NO_ANSWER)
                await connection.execute(delete(table).where(table.c.id == kept_as))
                await connection.execute(insert(table).values(id=kept_as, answer_id=answer_id))

    async def answer_of(self, message_id: str) -> str:
        """The id of the answer. Raises NotFound."""
        table = tables.sent_messages
        names = (self._pseudonym(message_id), message_id)  # versions before this one kept it as it came
        with explained(NAME):
            async with self._engine.begin() as connection:
                found: str | None = await connection.scalar(select(table.c.answer_id).where(table.c.id.in_(names)))
        if found is None:
            raise NotFound(NO_MESSAGE)
        return found
