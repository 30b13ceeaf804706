"""Which message shows which answer: kept for every worker, and as long as the answer."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.sent import DatabaseSentMessages
from pc_assistant.domain.errors import NotFound
from tests.fakes import answer


async def test_a_message_is_known_to_every_worker_until_its_conversation_is_forgotten(database: Path | str) -> None:
    store, other = (open_conversations(database) for _ in range(2))
    await store.create("a", datetime(2026, 11, 21, tzinfo=UTC))
    for number in (1, 2):
        await store.save_answer("When?", answer(number).model_copy(update={"conversation_id": "a"}))
    sent = DatabaseSentMessages(store.engine)
    await sent.remember("teams:1", "answer-1")
    await sent.remember("teams:2", "answer-1")
    await sent.remember("teams:2", "answer-2")
    elsewhere = DatabaseSentMessages(other.engine)
    assert [await elsewhere.answer_of(f"teams:{number}") for number in (1, 2)] == ["answer-1", "answer-2"]
    with pytest.raises(NotFound):
        await sent.remember("teams:3", "answer-3")
    await store.forget("a")
    for number in (1, 2, 3):
        with pytest.raises(NotFound):
            await elsewhere.answer_of(f"teams:{number}")
    for one in (store, other):
        await one.close()
