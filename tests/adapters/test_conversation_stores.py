"""One contract for every ConversationStore."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Conversation, Feedback, KeptAnswer, KeptFeedback, Turn
from pc_assistant.domain.errors import NotFound, UsageError
from pc_assistant.domain.ports import ConversationStore
from pc_assistant.domain.traces import Check, Trace
from tests.fakes import CITATION

CREATED = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
SAID = (Turn(role="user", content="When?"), Turn(role="assistant", content="At nine.\n\n☂ [1]"))


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ConversationStore]:
    if request.param == "memory":
        yield MemoryConversations()
        return
    database = tmp_path / "conversations.db" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    opened = open_conversations(database)
    yield opened
    await opened.close()


def answer(answer_id: str, conversation_id: str | None = None) -> Answer:
    return Answer(id=answer_id, conversation_id=conversation_id, status="answered", answer="At nine. [1]", citations=(CITATION,))


async def test_a_new_conversation_is_empty(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    assert await store.read("a") == Conversation(id="a", created=CREATED)


async def test_a_conversation_is_begun_once(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    await store.append("a", SAID)
    with pytest.raises(UsageError):
        await store.create("a", CREATED)
    assert (await store.read("a")).turns == SAID


async def test_a_time_is_the_same_in_every_zone(store: ConversationStore) -> None:
    await store.create("a", CREATED.astimezone(timezone(timedelta(hours=5, minutes=30))))
    kept = (await store.read("a")).created
    assert kept == CREATED
    assert kept.utcoffset() is not None


async def test_turns_are_kept_in_order_and_apart(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    await store.create("b", CREATED)
    for number in range(6):
        await store.append("a", [Turn(role="user", content=f"{number}"), Turn(role="assistant", content=f"{number}!")])
    await store.append("b", SAID)
    await store.append("b", [])
    assert [turn.content for turn in (await store.read("a")).turns] == [f"{n}{mark}" for n in range(6) for mark in ("", "!")]
    assert (await store.read("b")).turns == SAID


async def test_pairs_said_at_the_same_time_stay_together(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    await asyncio.gather(
        *(store.append("a", [Turn(role="user", content=f"{n}"), Turn(role="assistant", content=f"{n}")]) for n in range(12))
    )
    said = [turn.content for turn in (await store.read("a")).turns]
    assert said[::2] == said[1::2]
    assert sorted(said[::2], key=int) == [f"{n}" for n in range(12)]


async def test_what_is_not_there_is_not_found(store: ConversationStore) -> None:
    for attempt in (store.read("a"), store.append("a", SAID), store.forget("a"), store.save_answer("When?", answer("1", "a"))):
        with pytest.raises(NotFound, match="There is no conversation with this id"):
            await attempt
    with pytest.raises(NotFound, match="There is no answer with this id"):
        await store.save_feedback(Feedback(answer_id="1", rating="up"), CREATED)


async def test_feedback_finds_every_answer_kept(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    await store.save_answer("When?", answer("1", "a"))
    await store.save_answer("When?", answer("2"))
    for answer_id in ("1", "2", "2"):
        await store.save_feedback(Feedback(answer_id=answer_id, rating="down", comment="No.", reasons=("wrong",)), CREATED)
    kept = await store.read_feedback()
    assert sorted(one.about.answer.id for one in kept) == ["1", "2", "2"]
    assert {(one.feedback.comment, one.feedback.reasons) for one in kept} == {("No.", ("wrong",))}


async def test_an_answer_may_be_kept_again(store: ConversationStore) -> None:
    await store.save_answer("When?", answer("1"))
    await store.save_answer("When then?", answer("1"))
    await store.save_feedback(Feedback(answer_id="1", rating="up"), CREATED)
    assert (await store.read_answer("1")).question == "When then?"
    assert len(await store.read_feedback()) == 1


async def test_an_exchange_is_kept_whole(store: ConversationStore) -> None:
    await store.save_exchange("When?", answer("1", "a"), CREATED)
    await store.save_exchange("And when back?", answer("2", "a"))
    await store.save_exchange("When?", answer("3"))
    conversation = await store.read("a")
    assert conversation.created == CREATED
    assert [turn.content for turn in conversation.turns] == ["When?", "At nine. [1]", "And when back?", "At nine. [1]"]
    assert [kept.answer.id for kept in await store.read_answers("a")] == ["1", "2"]
    assert (await store.read_answer("3")).question == "When?"


async def test_of_an_exchange_that_cannot_be_kept_nothing_is(store: ConversationStore) -> None:
    await store.save_exchange("When?", answer("1", "a"), CREATED)
    with pytest.raises(UsageError):
        await store.save_exchange("And when back?", answer("2", "a"), CREATED)
    with pytest.raises(NotFound):
        await store.save_exchange("And when back?", answer("3", "b"))
    assert len((await store.read("a")).turns) == 2
    for answer_id in ("2", "3"):
        with pytest.raises(NotFound):
            await store.read_answer(answer_id)


async def test_forgetting_takes_all_of_one_conversation_only(store: ConversationStore) -> None:
    for name in ("a", "b"):
        await store.create(name, CREATED)
        await store.append(name, SAID)
        await store.save_answer("When?", answer(f"answer-{name}", name))
        await store.save_feedback(Feedback(answer_id=f"answer-{name}", rating="up"), CREATED)
    await store.forget("a")
    with pytest.raises(NotFound):
        await store.read("a")
    with pytest.raises(NotFound):
        await store.save_feedback(Feedback(answer_id="answer-a", rating="up"), CREATED)
    assert (await store.read("b")).turns == SAID
    await store.save_feedback(Feedback(answer_id="answer-b", rating="up"), CREATED)
    await store.create("a", CREATED)
    assert (await store.read("a")).turns == ()


async def test_what_was_said_outlives_the_process(database: Path | str) -> None:
    for expected in ((), SAID):
        store: DatabaseConversations = open_conversations(database)
        if not expected:
            await store.create("a", CREATED)
            await store.append("a", SAID)
        assert (await store.read("a")) == Conversation(id="a", created=CREATED, turns=SAID)
        await store.close()


async def test_answers_are_read_with_what_was_said_before(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    first, second, other = answer("1", "a"), answer("2", "a"), answer("3")
    for question, given in (("When?", first), ("And then?", second), ("When?", other)):
        await store.save_answer(question, given)
    await store.append("a", [Turn(role="user", content="When?"), Turn(role="assistant", content=first.answer)])
    await store.append("a", [Turn(role="user", content="And then?"), Turn(role="assistant", content=second.answer)])
    before = (Turn(role="user", content="When?"), Turn(role="assistant", content=first.answer))
    expected = [KeptAnswer(question="When?", answer=first), KeptAnswer(question="And then?", history=before, answer=second)]
    assert await store.read_answers("a") == expected
    assert [await store.read_answer(name) for name in ("1", "2")] == expected
    assert await store.read_answer("3") == KeptAnswer(question="When?", answer=other)
    await store.create("b", CREATED)
    assert await store.read_answers("b") == []


async def test_answers_that_are_not_there_are_not_found(store: ConversationStore) -> None:
    with pytest.raises(NotFound, match="There is no answer with this id"):
        await store.read_answer("1")
    with pytest.raises(NotFound, match="There is no conversation with this id"):
        await store.read_answers("a")
    await store.create("a", CREATED)
    await store.save_answer("When?", answer("1", "a"))
    await store.forget("a")
    with pytest.raises(NotFound, match="There is no answer with this id"):
        await store.read_answer("1")


async def test_feedback_is_read_with_its_answer_oldest_first(store: ConversationStore) -> None:
    assert await store.read_feedback() == []
    await store.save_answer("When?", answer("1"))
    said = [
        Feedback(answer_id="1", rating="down", comment="No.", reasons=("wrong", "incomplete")),
        Feedback(answer_id="1", rating="up"),
    ]
    await store.save_feedback(said[1], CREATED + timedelta(hours=1))
    await store.save_feedback(said[0], CREATED)
    about = KeptAnswer(question="When?", answer=answer("1"))
    times = (CREATED, CREATED + timedelta(hours=1))
    assert await store.read_feedback() == [
        KeptFeedback(feedback=given, created=created, about=about) for given, created in zip(said, times, strict=True)
    ]


async def test_a_receipt_tells_how_an_answer_came_about(store: ConversationStore) -> None:
    trace = Trace(
        documents=("ferry-guide",),
        kinds=("guidance",),
        wanted="extractive",
        steps=("retrieve", "verify"),
        checks=(Check(text="At nine.", kept=True, why="verbatim", passages=(CITATION.passage_id,)),),
        hashes={CITATION.passage_id: "ab" * 32},
        made_with={"embedder": "hashing"},
    )
    given = answer("1", "a").model_copy(update={"trace": trace, "timings_ms": {"retrieve": 2.0, "verify": 0.5, "total": 3.0}})
    await store.create("a", CREATED)
    await store.append("a", SAID)
    await store.append("a", [Turn(role="user", content="And then?"), Turn(role="assistant", content=given.answer)])
    await store.save_answer("And then?", given)
    receipt = await store.read_receipt("1")
    assert (receipt.question, receipt.history, receipt.wanted) == ("And then?", SAID, "extractive")
    assert (receipt.filters.documents, receipt.filters.kinds) == (("ferry-guide",), ("guidance",))
    assert [(step.name, step.ms) for step in receipt.steps] == [("retrieve", 2.0), ("verify", 0.5)]
    assert [(passage.passage_id, passage.sha256, passage.cited) for passage in receipt.passages] == [(CITATION.passage_id, "ab" * 32, True)]
    assert (receipt.verification, receipt.made_with) == (trace.checks, {"embedder": "hashing"})
    assert (receipt.answer, receipt.citations) == (given.answer, given.citations)
    assert receipt.created.utcoffset() is not None
    assert (await store.read_answer("1")).answer.model_dump() == given.model_dump()
    await store.forget("a")
    with pytest.raises(NotFound, match="There is no answer with this id"):
        await store.read_receipt("1")


async def test_an_answer_without_a_trace_has_a_receipt_that_says_less(store: ConversationStore) -> None:
    await store.save_answer("When?", answer("1"))
    receipt = await store.read_receipt("1")
    assert (receipt.question, receipt.steps, receipt.verification, receipt.made_with) == ("When?", (), (), {})
    assert [(passage.sha256, passage.cited) for passage in receipt.passages] == [(None, True)]


async def test_what_belongs_to_one_is_not_there_for_another(store: ConversationStore) -> None:
    mine, yours = store.of("me"), store.of("you")
    await mine.create("a", CREATED)
    await mine.save_answer("When?", answer("1", "a"))
    await mine.append("a", SAID)
    await mine.save_answer("Alone?", answer("2"))
    for attempt in (
        yours.read("a"),
        yours.append("a", SAID),
        yours.forget("a"),
        yours.save_answer("When?", answer("3", "a")),
        yours.read_answers("a"),
        yours.read_answer("1"),
        yours.read_receipt("2"),
        yours.save_feedback(Feedback(answer_id="2", rating="up"), CREATED),
    ):
        with pytest.raises(NotFound):
            await attempt
    for seen in (mine, store):
        assert (await seen.read("a")).turns == SAID
        assert [kept.answer.id for kept in await seen.read_answers("a")] == ["1"]
        assert (await seen.read_receipt("2")).question == "Alone?"
    await mine.save_feedback(Feedback(answer_id="2", rating="up"), CREATED)
    await mine.forget("a")
    assert len(await store.read_feedback()) == 1


async def test_what_belongs_to_nobody_is_not_there_for_those_who_say_who_they_are(store: ConversationStore) -> None:
    await store.create("a", CREATED)
    await store.save_answer("When?", answer("1"))
    with pytest.raises(NotFound):
        await store.of("me").read("a")
    with pytest.raises(NotFound):
        await store.of("me").read_answer("1")
    with pytest.raises(UsageError):
        await store.of("me").create("a", CREATED)
