"""The desk: what every bot does with a message, whatever the platform."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
from pc_assistant.bots import desk as desks
from pc_assistant.bots.desk import Desk, belongs, conversation_id, is_silent, sorry
from pc_assistant.channels.limiting import PerMinute
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Feedback
from pc_assistant.domain.errors import Busy, NotFound, UsageError
from tests.fakes import WORDS, FakeAssistant, FakeLibrary, answer

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
async def store(database: Path | str) -> AsyncIterator[DatabaseConversations]:
    store = open_conversations(database)
    yield store
    await store.close()


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def desk(store: DatabaseConversations, assistant: FakeAssistant) -> Desk:
    return Desk(assistant, FakeLibrary(), store, DatabaseSeenEvents(store.engine), "https://assistant.example", now=lambda: NOW)


async def test_a_thread_is_a_conversation(desk: Desk, assistant: FakeAssistant, store: DatabaseConversations) -> None:
    first = await desk.ask(" When does the ferry sail?\r\n", "a")
    await desk.ask("And in winter?", "a")
    await desk.ask("And in winter?", "b")
    assert first == answer(1).model_copy(update={"conversation_id": "a"})
    assert [[turn.content for turn in asked.history] for asked in assistant.asked] == [
        [],
        ["When does the ferry sail?", f"{WORDS} [1]"],
        [],
    ]
    kept = await store.read_answers("a")
    assert [(one.question, one.answer.id) for one in kept] == [("When does the ferry sail?", "answer-1"), ("And in winter?", "answer-2")]


async def test_messages_that_begin_a_thread_together_are_both_kept(desk: Desk, store: DatabaseConversations) -> None:
    await asyncio.gather(*(desk.ask(f"Question {number}?", "a") for number in range(5)))
    assert len((await store.read("a")).turns) == 10


async def test_personal_data_in_a_message_is_not_kept(desk: Desk, assistant: FakeAssistant, store: DatabaseConversations) -> None:
    assistant.replies.append(answer().model_copy(update={"asked": "What may [removed] do?"}))
    await desk.ask("What may jane.roe@example.org do?", "a")
    assert (await store.read("a")).turns[0].content == "What may [removed] do?"
    assert (await store.read_answer("answer-1")).question == "What may [removed] do?"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (" \n", "Enter a question."),
        ("a" * 2001, "Shorten your question to 2,000 characters or fewer."),
        ("a\x00b", "Type your question again: it holds characters that cannot be read."),
        ("a\ud800b", "Type your question again: it cannot be read."),
    ],
)
async def test_what_cannot_be_a_question_is_told_to_the_person(desk: Desk, assistant: FakeAssistant, message: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        await desk.ask(message, "a")
    assert sorry(refused.value) == told
    assert assistant.asked == []


def test_a_fault_is_told_without_its_insides_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert sorry(ValueError("/var/secret")) == desks.FAILED
    assert sorry(Busy("The database /var/x is locked.")) == desks.BUSY
    assert "/var/secret" in caplog.text


async def test_what_is_said_of_an_answer_is_kept(desk: Desk, store: DatabaseConversations) -> None:
    await desk.ask("When?", "a")
    said = Feedback(answer_id="answer-1", rating="down", comment="No.", reasons=("wrong",))
    await desk.rate(said)
    ((feedback, created),) = [(one.feedback, one.created) for one in await store.read_feedback()]
    assert (feedback, created) == (said, NOW)
    with pytest.raises(NotFound):
        await desk.rate(Feedback(answer_id="other", rating="up"))


async def test_an_event_is_seen_once_by_whichever_worker(store: DatabaseConversations, database: Path | str) -> None:
    times = [NOW]
    one = DatabaseSeenEvents(store.engine, timedelta(hours=1), lambda: times[-1])
    other_store = open_conversations(database)
    other = DatabaseSeenEvents(other_store.engine, timedelta(hours=1), lambda: times[-1])
    assert [await one.first("a"), await other.first("a"), await other.first("b"), await one.first("b")] == [True, False, True, False]
    assert sorted(await asyncio.gather(*(seen.first("c") for seen in (one, other) * 4))) == [False] * 7 + [True]
    times.append(NOW + timedelta(hours=2))
    assert await one.first("a")
    await other_store.close()


async def test_one_person_may_ask_so_often_and_others_still_may() -> None:
    limit = PerMinute(2)
    assert [await limit.allows("slack", "T1", "U1") for _ in range(3)] == [True, True, False]
    assert await limit.allows("slack", "T1", "U2")
    assert await limit.allows("slack", "T2", "U1")


def test_the_conversation_of_a_thread_cannot_be_guessed_and_is_its_own() -> None:
    threads = [
        ("T1", "C1", "1.2"),
        ("T1", "C1", "1.3"),
        ("T1", "C2", "1.2"),
        ("T2", "C1", "1.2"),
        ("T1", "C1", "1.2", "U1"),
        ("T1C1", "1.2"),
    ]
    ids = {conversation_id("secret", "slack", *thread) for thread in threads} | {conversation_id("other", "slack", *threads[0])}
    assert len(ids) == len(threads) + 1
    assert conversation_id("secret", "slack", *threads[0]) in ids
    assert all(len(one) <= 100 for one in ids)


def test_silence_is_for_answers_without_citations_and_only_where_it_is_asked_for() -> None:
    refused = Answer(id="1", status="refused", answer="No.", reason="not_covered")
    greeting = Answer(id="1", status="refused", answer="Hello.", reason="greeting")
    assert [is_silent(one, True) for one in (answer(), refused, greeting)] == [False, True, False]
    assert not is_silent(refused, False)


def test_only_organisations_on_the_list_are_served() -> None:
    assert belongs("T1", {"T1"})
    assert not belongs("T2", {"T1"})
    assert not belongs(None, {"T1"})
    assert not belongs("T1", set())
