"""What people said of answers leaves the store in the form that drafts are made from."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.domain.conversations import Feedback, Turn
from pc_assistant.evaluation.feedback import export_feedback
from pc_assistant.evaluation.jsonl import read_lines
from pc_assistant.evaluation.promote import FeedbackLine, drafts
from tests.fakes import answer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def test_an_export_can_be_promoted(tmp_path: Path) -> None:
    store = MemoryConversations()
    await store.create("a", NOON)
    first, second = (answer(number).model_copy(update={"conversation_id": "a"}) for number in (1, 2))
    for question, given in (("When does the ferry sail?", first), ("And on Sundays?", second)):
        await store.save_answer(question, given)
        await store.append("a", [Turn(role="user", content=question), Turn(role="assistant", content=given.answer)])
    await store.save_feedback(Feedback(answer_id="answer-1", rating="up"), NOON + timedelta(minutes=1))
    await store.save_feedback(Feedback(answer_id="answer-2", rating="down", comment="At ten – “late”.", reasons=("wrong",)), NOON)
    out = StringIO()
    assert await export_feedback(store, out) == 2
    path = tmp_path / "feedback.jsonl"
    path.write_text(out.getvalue(), encoding="utf-8")
    lines = [line for _, line in read_lines(path, FeedbackLine)]
    assert [(line.question, line.rating) for line in lines] == [("And on Sundays?", "down"), ("When does the ferry sail?", "up")]
    assert lines[0].answer == second
    assert [turn.content for turn in lines[0].history] == ["When does the ferry sail?", first.answer]
    [draft] = drafts(lines)
    assert draft["question"] == "And on Sundays?"
    assert "At ten – “late”." in draft["note"]
    assert json.loads(out.getvalue().splitlines()[0])["created"] == "2026-11-21T12:00:00+00:00"


async def test_where_nothing_was_said_nothing_is_written() -> None:
    out = StringIO()
    assert await export_feedback(MemoryConversations(), out) == 0
    assert out.getvalue() == ""
