"""What has changed since an answer was given, told of the answer and of what lies beneath it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from pc_assistant.domain.answers import Answer, Notice
from pc_assistant.domain.conversations import Filters, KeptAnswer, Question, Turn
from pc_assistant.domain.receipts import Receipt, receipt
from pc_assistant.domain.traces import Trace
from pc_assistant.evaluation.replay import Replay, as_text, question_of, replay
from tests.fakes import CITATION, FakeAssistant, answer

CREATED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TRACE = Trace(wanted="extractive", kinds=("guidance",), hashes={CITATION.passage_id: "aa"}, made_with={"pc-assistant": "0.1.0"})


def given(**changes: Any) -> Answer:
    return answer().model_copy(update={"trace": TRACE} | changes)


def kept(then: Answer, history: tuple[Turn, ...] = ()) -> Receipt:
    return receipt(KeptAnswer(question="When?", history=history, answer=then), CREATED)


def again(now: Answer, then: Answer | None = None) -> tuple[Replay, Question]:
    assistant = FakeAssistant()
    assistant.replies.append(now)
    return asyncio.run(replay(kept(then or given()), assistant)), assistant.asked[0]


def test_the_same_answer_is_told_to_be_the_same_whatever_its_id_and_times() -> None:
    found, asked = again(given(id="another", timings_ms={"total": 9.0}, conversation_id="c"))
    assert (found.same, found.answer, found.made_from) == (True, (), ())
    assert as_text(found) == "When?\nThe answer is the same."
    assert asked == Question(text="When?", filters=Filters(kinds=("guidance",)), answerer="extractive")


@pytest.mark.parametrize(
    ("changes", "what", "told"),
    [
        ({"status": "partial"}, "status", "status: answered → partial"),
        ({"answer": "The ferry sails at ten. [1]"}, "sentences", "sentences: The ferry sails at nine. [1] → The ferry sails at ten. [1]"),
        ({"answer": "The ferry sails at nine. [1] It rains. [1]"}, "sentences", "    + It rains. [1]"),
        ({"citations": ()}, "citations", "    - [1] ferry-guide, Sailings > Mornings, 0123456789abcdef: The ferry sails at nine."),
        ({"notices": (Notice(code="new", message="Beware."),)}, "notices", "    + new: Beware."),
    ],
)
def test_what_a_reader_would_see_is_a_difference(changes: dict[str, Any], what: str, told: str) -> None:
    found, _ = again(given(**changes))
    assert not found.same
    assert [difference.what for difference in found.answer] == [what]
    assert told in as_text(found)


def test_what_lies_beneath_is_told_apart_and_makes_no_difference_by_itself() -> None:
    trace = TRACE.model_copy(update={"hashes": {CITATION.passage_id: "bb"}, "made_with": {"pc-assistant": "0.2.0", "llm": "small"}})
    found, _ = again(given(corpus_version="2", trace=trace))
    assert found.same
    assert [difference.what for difference in found.made_from] == ["corpus version", "pc-assistant", "passages", "llm"]
    assert "corpus version: 1 → 2" in as_text(found)
    assert "llm: none → small" in as_text(found)


def test_a_question_that_held_personal_data_does_not_differ_for_that() -> None:
    removed = Notice(code="personal_data_removed", message="Removed.")
    assert again(given(), given(notices=(removed,)))[0].same


def test_a_follow_up_is_asked_with_what_was_kept_before_it_or_as_it_was_understood() -> None:
    then = given(standalone_question="When does the ferry sail?")
    history = (Turn(role="user", content="A ferry?"), Turn(role="assistant", content="Yes. [1]"))
    assert question_of(kept(then, history)).history == history
    assert question_of(kept(then, history)).text == "When?"
    assert question_of(kept(then)).text == "When does the ferry sail?"
