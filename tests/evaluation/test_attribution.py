"""The step that lost a case is the one that is named."""

import pytest

from pc_assistant.domain.answers import Answer
from pc_assistant.evaluation.attribution import attribute
from pc_assistant.evaluation.case import Case, Source
from pc_assistant.evaluation.record import Attempt, Found, Record

CASE = Case(
    id="a",
    category="c",
    question="?",
    expect="answer",
    key_facts=(("alpha",), ("beta",), ("gamma",)),
    sources=(Source(doc="d", section="S"),),
)
REFUSE = Case(id="r", category="c", question="?", expect="refuse")
REFUSAL = Answer(id="x", status="refused", answer="No.")


def says(text: str) -> Answer:
    return Answer(id="x", status="answered", answer=text)


def passages(*texts: str) -> tuple[Found, ...]:
    return tuple(Found(passage_id=str(number), document_id="d", section=("S",), text=text, score=0.1) for number, text in enumerate(texts))


FAR = ("none",) * 5


@pytest.mark.parametrize(
    ("answer", "found", "held", "needed", "cause"),
    [
        (says("alpha"), ("alpha beta gamma",), (), 3, "retrieved_not_used"),
        (REFUSAL, ("alpha", "beta", "gamma"), (), 3, "wrongly_refused"),
        (says("alpha"), ("beta", *FAR, "gamma"), (), 3, "ranked_low"),
        (REFUSAL, (*FAR, "alpha beta gamma"), (), 3, "ranked_low"),
        (says("alpha"), ("beta",), ("gamma",), 3, "not_retrieved"),
        (says("alpha"), ("beta",), (), 3, "not_in_corpus"),
        (says("alpha"), ("beta",), (), 2, "retrieved_not_used"),
        (says("none"), (*FAR, "alpha"), ("gamma",), 2, "not_retrieved"),
        (says("alpha beta gamma"), (), (), 3, "wrongly_cited"),
    ],
)
def test_causes(answer: Answer, found: tuple[str, ...], held: tuple[str, ...], needed: int, cause: str) -> None:
    case = CASE.model_copy(update={"min_facts": needed})
    judged = attribute(Record(attempt=Attempt(case=case, question="?", answer=answer, found=passages(*found), held=passages(*held))))
    assert judged is not None
    assert judged.name == cause
    assert judged.reason


def test_what_cannot_be_traced_is_not_guessed() -> None:
    def cause(case: Case, answer: Answer | None, error: str | None = None) -> str | None:
        judged = attribute(Record(attempt=Attempt(case=case, question="?", answer=answer, error=error)))
        return judged.name if judged else None

    assert cause(CASE, says("alpha")) == "unknown"
    assert cause(CASE, REFUSAL) == "wrongly_refused"
    assert cause(CASE, None, error="OSError: gone") == "failed"
    assert cause(REFUSE, says("anything")) == "wrongly_answered"
    assert cause(REFUSE, REFUSAL) is None
