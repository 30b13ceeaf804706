"""Conversations, answers and feedback in a SQL database, through SQLAlchemy."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import ColumnElement, delete, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.postgres import open_postgres
from pc_assistant.adapters.stores.pseudonyms import Pseudonym, pseudonyms, read_key, unkeyed
from pc_assistant.adapters.stores.sqlite import WRITING, open_engine
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Conversation, Feedback, KeptAnswer, KeptFeedback, Turn, history_before, turns_of
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import NotFound, UsageError
from pc_assistant.domain.receipts import Receipt, receipt

NO_CONVERSATION = "There is no conversation with this id."
NO_ANSWER = "There is no answer with this id."
TAKEN = "There is a conversation with this id already."
NAME = "of conversations"


def open_conversations(place: Path | str, secret: bytes | None = None) -> "DatabaseConversations":
    """The store in a SQLite file, or at the address of a PostgreSQL database, made and migrated where need be. Raises SetupError, Busy.

    With `secret` ids are hashed; by default it is that of the folder of the file.
    """
    engine = open_engine(place) if isinstance(place, Path) else open_postgres(place)
    if secret is None and isinstance(place, Path):
        secret = read_key(place.parent)
    return DatabaseConversations(engine, pseudonym=pseudonyms(secret or b""))


class DatabaseConversations:
    """Keeps the ConversationStore port over an engine whose tables are migrated. Faults of the database are SetupError and Busy."""

    def __init__(
        self,
        engine: AsyncEngine,
        now: Callable[[], datetime] = utc_now,
        owner: str | None = None,
        pseudonym: Pseudonym = unkeyed,
        shared: bool = False,
    ) -> None:
        self._owner = owner  # a pseudonym already
        self._shared = shared
        self.pseudonym = pseudonym
        self._engine = engine
        self._writer = engine.execution_options(**WRITING)
        self._now = now

    def of(self, owner: str) -> "DatabaseConversations":
        """The same store as one owner sees it: what is another's is not there."""
        return DatabaseConversations(self._engine, self._now, self.pseudonym(owner), self.pseudonym)

    def by(self, person: str) -> "DatabaseConversations":
        """The same store; what it is given is this person's, and what is another's is there, too."""
        return DatabaseConversations(self._engine, self._now, self.pseudonym(person), self.pseudonym, shared=True)

    async def create(self, conversation_id: str, created: datetime) -> None:
        """Begins an empty conversation. Raises UsageError where there is one with this id."""
        async with self._transaction(self._writer) as connection:
            await self._create(connection, conversation_id, created)

    async def read(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        async with self._transaction(self._engine) as connection:
            created = await self._created(connection, conversation_id)
            turns = await self._turns(connection, conversation_id)
        return Conversation(id=conversation_id, created=created, turns=turns)

    async def append(self, conversation_id: str, turns: Sequence[Turn]) -> None:
        """Adds turns at the end, all or none. Raises NotFound."""
        async with self._transaction(self._writer) as connection:
            await self._created(connection, conversation_id, lock=True)
            await self._append(connection, conversation_id, turns)

    async def forget(self, conversation_id: str) -> None:
        """Deletes the conversation with its turns and answers, and the feedback on them. Raises NotFound."""
        async with self._transaction(self._writer) as connection:
            gone = await connection.execute(
                delete(tables.conversations).where(tables.conversations.c.id == conversation_id, self._mine(tables.conversations.c.owner))
            )
            if not gone.rowcount:
                raise NotFound(NO_CONVERSATION)

    async def save_answer(self, question: str, answer: Answer) -> None:
        """Keeps an answer, in the place of one with the same id. Raises NotFound when its conversation is not kept."""
        async with self._transaction(self._writer) as connection:
            if answer.conversation_id is not None:
                await self._created(connection, answer.conversation_id, lock=True)
            await self._save_answer(connection, question, answer)

    async def save_exchange(self, question: str, answer: Answer, begun: datetime | None = None) -> None:
        """Keeps an answer and, where it has a conversation, both turns, all or nothing; with `begun` the conversation is new.

        Raises NotFound when it is not kept, UsageError where there is one with the id of a new one.
        """
        async with self._transaction(self._writer) as connection:
            if answer.conversation_id is not None:
                if begun is None:
                    await self._created(connection, answer.conversation_id, lock=True)
                else:
                    await self._create(connection, answer.conversation_id, begun)
                await self._append(connection, answer.conversation_id, turns_of(question, answer))
            await self._save_answer(connection, question, answer)

    async def save_feedback(self, feedback: Feedback, created: datetime) -> None:
        """Keeps what a person said of an answer. Raises NotFound when there is no such answer."""
        async with self._transaction(self._writer) as connection:
            kept = select(tables.answers.c.id).where(self._answer(feedback.answer_id)).with_for_update(read=True)
            if await connection.scalar(kept) is None:
                raise NotFound(NO_ANSWER)
            row = {**feedback.model_dump(exclude={"reasons"}), "reasons": list(feedback.reasons), "created": created, "owner": self._owner}
            await connection.execute(insert(tables.feedback).values(row))

    async def read_answer(self, answer_id: str) -> KeptAnswer:
        """Raises NotFound."""
        query = select(tables.answers.c.question, tables.answers.c.answer).where(self._answer(answer_id))
        async with self._transaction(self._engine) as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                raise NotFound(NO_ANSWER)
            answer = Answer.model_validate(row.answer)
            turns = await self._turns(connection, answer.conversation_id)
        return _kept(row.question, answer, turns)

    async def read_receipt(self, answer_id: str) -> Receipt:
        """Raises NotFound."""
        kept = tables.answers.c
        query = select(kept.question, kept.answer, kept.trace, kept.created).where(self._answer(answer_id))
        async with self._transaction(self._engine) as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                raise NotFound(NO_ANSWER)
            answer = Answer.model_validate({**row.answer, "trace": row.trace})
            turns = await self._turns(connection, answer.conversation_id)
        return receipt(_kept(row.question, answer, turns), row.created)

    async def read_answers(self, conversation_id: str) -> list[KeptAnswer]:
        """The answers of one conversation, oldest first. Raises NotFound."""
        query = (
            select(tables.answers.c.question, tables.answers.c.answer)
            .where(tables.answers.c.conversation_id == conversation_id)
            .order_by(tables.answers.c.created, tables.answers.c.id)
        )
        async with self._transaction(self._engine) as connection:
            await self._created(connection, conversation_id)
            rows = (await connection.execute(query)).all()
            turns = await self._turns(connection, conversation_id)
        return [_kept(row.question, Answer.model_validate(row.answer), turns) for row in rows]

    async def read_feedback(self) -> list[KeptFeedback]:
        """All that was said of answers, oldest first."""
        given, answers = tables.feedback.c, tables.answers.c
        query = (
            select(tables.feedback, answers.question, answers.answer)
            .join(tables.answers, answers.id == given.answer_id)
            .order_by(given.created, given.id)
        )
        found = []
        async with self._transaction(self._engine) as connection:
            for row in (await connection.execute(query)).all():
                answer = Answer.model_validate(row.answer)
                said = Feedback(answer_id=row.answer_id, rating=row.rating, comment=row.comment, reasons=tuple(row.reasons))
                about = _kept(row.question, answer, await self._turns(connection, answer.conversation_id))
                found.append(KeptFeedback(feedback=said, created=row.created, about=about))
        return found

    @property
    def engine(self) -> AsyncEngine:
        """For what else is kept in this database."""
        return self._engine

    async def close(self) -> None:
        """Ends every connection; a service does so before its event loop ends."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with explained(NAME):
            async with engine.begin() as connection:
                yield connection

    async def _create(self, connection: AsyncConnection, conversation_id: str, created: datetime) -> None:
        try:
            await connection.execute(insert(tables.conversations).values(id=conversation_id, created=created, owner=self._owner))
        except IntegrityError as error:
            raise UsageError(TAKEN) from error

    async def _append(self, connection: AsyncConnection, conversation_id: str, turns: Sequence[Turn]) -> None:
        last = select(func.max(tables.turns.c.position)).where(tables.turns.c.conversation_id == conversation_id)
        start = (await connection.scalar(last) or 0) + 1
        rows = [
            {"conversation_id": conversation_id, "position": position, "role": turn.role, "content": turn.content}
            for position, turn in enumerate(turns, start)
        ]
        if rows:
            await connection.execute(insert(tables.turns), rows)

    async def _save_answer(self, connection: AsyncConnection, question: str, answer: Answer) -> None:
        row = {
            "question": question,
            "answer": answer.model_dump(mode="json"),
            "trace": answer.trace.model_dump(mode="json") if answer.trace else None,
            "created": self._now(),
            "owner": self._owner,
            "conversation_id": answer.conversation_id,
        }
        changed = await connection.execute(update(tables.answers).where(self._answer(answer.id)).values(row))
        if not changed.rowcount:
            await connection.execute(insert(tables.answers).values(row | {"id": answer.id}))

    def _mine(self, owner: ColumnElement[str | None]) -> ColumnElement[bool]:
        return true() if self._owner is None or self._shared else owner == self._owner

    def _answer(self, answer_id: str) -> ColumnElement[bool]:
        return (tables.answers.c.id == answer_id) & self._mine(tables.answers.c.owner)

    async def _turns(self, connection: AsyncConnection, conversation_id: str | None) -> tuple[Turn, ...]:
        """What was said in a conversation, in order; nothing where there is none."""
        said = (
            select(tables.turns.c.role, tables.turns.c.content)
            .where(tables.turns.c.conversation_id == conversation_id)
            .order_by(tables.turns.c.position)
        )
        return tuple(Turn(role=role, content=content) for role, content in await connection.execute(said))

    async def _created(self, connection: AsyncConnection, conversation_id: str, lock: bool = False) -> datetime:
        """When the conversation began. Raises NotFound. `lock` keeps others from changing it (SQLite's write lock already does)."""
        kept = tables.conversations.c
        query = select(kept.created).where(kept.id == conversation_id, self._mine(kept.owner))
        created: datetime | None = await connection.scalar(query.with_for_update() if lock else query)
        if created is None:
            raise NotFound(NO_CONVERSATION)
        return created


def _kept(question: str, answer: Answer, turns: Sequence[Turn]) -> KeptAnswer:
    return KeptAnswer(question=question, history=history_before(question, answer, turns), answer=answer)
