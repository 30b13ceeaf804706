"""What is kept of one person: handing it out, and erasing it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.pseudonyms import Pseudonym, unkeyed
from pc_assistant.adapters.stores.sqlite import WRITING, empty_log
from pc_assistant.domain.errors import Busy
from pc_assistant.domain.retention import Exported, Removed

conversations, turns, answers, feedback = (t.c for t in (tables.conversations, tables.turns, tables.answers, tables.feedback))


class DatabasePeople:
    """Keeps the People port. Faults of the database are SetupError and Busy."""

    def __init__(self, engine: AsyncEngine, pseudonym: Pseudonym = unkeyed) -> None:
        self._engine = engine
        self._pseudonym = pseudonym

    async def export(self, person: str, now: datetime) -> Exported:
        """All that is theirs, with what they were answered. Of a conversation that several share it is their part."""
        owner = self._pseudonym(person)
        with explained(NAME):
            async with self._engine.begin() as connection:
                begun = await _rows(connection, select(tables.conversations).where(conversations.owner == owner))
                given = await _rows(connection, select(tables.answers).where(answers.owner == owner).order_by(answers.created))
                said = await _rows(connection, select(tables.feedback).where(feedback.owner == owner).order_by(feedback.created))
                held = {row.id for row in begun} | {row.conversation_id for row in given if row.conversation_id}
                threads = [await self._conversation(connection, name, owner) for name in sorted(held)]
        return Exported(
            person=owner,
            exported=now,
            conversations=tuple(thread for thread in threads if thread),
            answers=tuple(_plain(row, "id", "conversation_id", "question", "answer", "trace", "created") for row in given),
            feedback=tuple(_plain(row, "answer_id", "rating", "comment", "reasons", "created") for row in said),
        )

    async def erase(self, person: str) -> Removed:
        """Deletes all that is theirs, from the log of the database, too. Of a conversation that several share others' parts stay."""
        owner = self._pseudonym(person)
        removed = {"conversations": 0, "answers": 0, "feedback": 0}
        with explained(NAME):
            async with self._engine.execution_options(**WRITING).begin() as connection:
                gone = await connection.execute(delete(tables.feedback).where(feedback.owner == owner))
                removed["feedback"] = gone.rowcount
                named = select(answers.conversation_id).where(answers.owner == owner, answers.conversation_id.is_not(None))
                theirs = select(conversations.id).where(or_(conversations.owner == owner, conversations.id.in_(named)))
                for name in (await connection.scalars(theirs)).all():
                    removed["answers"] += await self._erase_from(connection, name, owner)
                    removed["conversations"] += 1
                gone = await connection.execute(delete(tables.answers).where(answers.owner == owner))
                removed["answers"] += gone.rowcount
        if not await asyncio.to_thread(empty_log, self._engine):
            raise Busy("It is erased, but the log of the database still holds it, as somebody is reading: do it again in a minute.")
        return Removed(**removed)

    async def _erase_from(self, connection: AsyncConnection, conversation_id: str, owner: str) -> int:
        """Deletes a person's part of a conversation, or all of it where nobody else has one; how many answers went."""
        there = await _rows(connection, select(tables.answers).where(answers.conversation_id == conversation_id))
        mine = [row for row in there if row.owner == owner]
        if len(mine) == len(there):
            await connection.execute(delete(tables.conversations).where(conversations.id == conversation_id))
            return len(mine)
        said = await _said(connection, conversation_id)
        positions = _positions(said, mine)
        await connection.execute(delete(tables.turns).where(turns.conversation_id == conversation_id, turns.position.in_(positions)))
        await connection.execute(delete(tables.answers).where(answers.id.in_([row.id for row in mine])))
        whose = update(tables.conversations).where(conversations.id == conversation_id, conversations.owner == owner)
        await connection.execute(whose.values(owner=None))
        return len(mine)

    async def _conversation(self, connection: AsyncConnection, conversation_id: str, owner: str) -> dict[str, object]:
        (row,) = await _rows(connection, select(tables.conversations).where(conversations.id == conversation_id))
        there = await _rows(connection, select(tables.answers).where(answers.conversation_id == conversation_id))
        said = await _said(connection, conversation_id)
        mine = [kept for kept in there if kept.owner == owner]
        shown = {turn.position for turn in said} if len(mine) == len(there) else _positions(said, mine)
        spoken = [{"role": turn.role, "content": turn.content} for turn in said if turn.position in shown]
        return {**_plain(row, "id", "created"), "turns": spoken}


def _positions(said: Sequence[Row[Any]], mine: Sequence[Row[Any]]) -> set[int]:
    """Where in a conversation somebody's questions stand, and the answers to them."""
    exchanges = {(row.question, row.answer["answer"]) for row in mine}
    found = [pair for pair in pairwise(said) if (pair[0].content, pair[1].content) in exchanges and pair[0].role == "user"]
    return {turn.position for pair in found for turn in pair}


async def _said(connection: AsyncConnection, conversation_id: str) -> Sequence[Row[Any]]:
    query = select(tables.turns).where(turns.conversation_id == conversation_id).order_by(turns.position)
    return await _rows(connection, query)


async def _rows(connection: AsyncConnection, query: Any) -> Sequence[Row[Any]]:
    return (await connection.execute(query)).all()


def _plain(row: Row[Any], *names: str) -> dict[str, object]:
    """Some columns of a row as JSON has them."""
    found = row._asdict()
    return {name: found[name].isoformat() if isinstance(found[name], datetime) else found[name] for name in names}
