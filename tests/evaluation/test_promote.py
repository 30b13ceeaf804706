"""Bad feedback becomes drafts that a person must complete."""

import asyncio
import json
from pathlib import Path

import pytest

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.case import load_cases
from pc_assistant.evaluation.promote import FeedbackLine, drafts


@pytest.fixture
def answer(oracle: Assistant) -> Answer:
    return asyncio.run(oracle.ask(Question(text="Visits in place03 and place04?")))


def line(answer: Answer, **changes: object) -> FeedbackLine:
    given = {"question": "How many?", "answer": answer.model_dump(), "rating": "down", "created": "2026-01-01"}
    return FeedbackLine.model_validate(given | changes)


def test_each_question_rated_down_is_drafted_once(answer: Answer) -> None:
    found = drafts(
        [
            line(answer, rating="up", question="Fine?"),
            line(answer, comment="wrong year", reasons=["outdated"]),
            line(answer, question="how  MANY?"),
            line(answer, question="Who?"),
        ]
    )
    assert [draft["question"] for draft in found] == ["How many?", "Who?"]
    assert found[0]["sources"] == [
        {"doc": "report-0", "section": "Chapter 0 > Visits in place03"},
        {"doc": "report-1", "section": "Chapter 1 > Visits in place04"},
    ]
    assert found[0]["note"].startswith("DRAFT, rated down (outdated; wrong year). It was answered: What the reports say")


def test_the_same_words_after_another_history_are_another_case(answer: Answer) -> None:
    history = [{"role": "user", "content": "About Dorset."}]
    first, second = drafts([line(answer), line(answer, history=history)])
    assert first["id"] != second["id"]
    assert second["history"] == history


def test_a_draft_loads_only_when_it_is_completed(answer: Answer, tmp_path: Path) -> None:
    [draft] = drafts([line(answer)])
    path = tmp_path / "drafts.jsonl"
    path.write_text(json.dumps(draft), encoding="utf-8")
    with pytest.raises(UsageError, match="at least one key fact"):
        load_cases([path])
    path.write_text(json.dumps(draft | {"key_facts": [["303"]]}), encoding="utf-8")
    assert load_cases([path])[0].case.sources[0].doc == "report-0"
