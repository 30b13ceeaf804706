"""Each metric against records whose score can be told by hand."""

from math import log2
from typing import Any

import pytest

from pc_assistant.domain.answers import Answer, Citation, Notice
from pc_assistant.domain.conversations import Turn
from pc_assistant.evaluation.case import Case, Source
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.record import Attempt, Found, Record

CASE = Case(
    id="a",
    category="c",
    question="How many?",
    expect="answer",
    key_facts=(("73 miles",), ("seven", r"\b7\b")),
    sources=(Source(doc="d", section="One"), Source(doc="e", section="Two")),
)
REFUSE = Case(id="r", category="c", question="Who?", expect="refuse", reason="not_covered")
BY_NAME = {metric.name: metric for metric in shelf()}


def cite(marker: int = 1, document: str = "d", section: str = "One", quote: str = "It fell from 73 miles to seven.") -> Citation:
    return Citation(
        marker=marker,
        document_id=document,
        title="T",
        publisher="P",
        published=None,
        kind="other",
        representation="notes",
        section=(section,),
        passage_id=f"{document}/{section}",
        quote=quote,
        url="/",
    )


def answer(text: str = "It fell from 73 miles to seven [1].", *citations: Citation, **more: Any) -> Answer:
    return Answer.model_validate(
        {"id": "x", "status": "answered", "answer": text, "citations": citations or (cite(),), "confidence": 0.8} | more
    )


REFUSAL = Answer(id="x", status="refused", answer="No.", reason="not_covered")


def found(*where: tuple[str, str], text: str = "") -> tuple[Found, ...]:
    return tuple(Found(passage_id=f"{doc}/{section}", document_id=doc, section=(section,), text=text, score=0.5) for doc, section in where)


def record(given: Answer | None, case: Case = CASE, **more: Any) -> Record:
    return Record(attempt=Attempt(case=case, question=case.question, answer=given, **more))


def value(name: str, judged: Record) -> float | None:
    score = BY_NAME[name].judge(judged)
    return None if score is None else score.value


def test_the_shelf_finds_every_file_and_names_are_unique() -> None:
    names = [metric.name for metric in shelf()]
    assert len(names) == len(set(names))
    assert {"hit@5", "complete", "quotes_verbatim", "refusal_recall", "passed", "robustness_typos"} <= set(names)


def test_retrieval_counts_each_source_at_its_first_rank() -> None:
    judged = record(answer(), found=found(("x", "One"), ("d", "One"), ("d", "One"), *[("x", "y")] * 4, ("e", "Two")))
    assert [value(f"hit@{k}", judged) for k in (1, 5, 10)] == [0, 1, 1]
    assert [value(f"recall@{k}", judged) for k in (5, 10)] == [0.5, 1]
    assert value("mrr", judged) == 1 / 2
    ideal = 1 + 1 / log2(3)
    assert value("ndcg@10", judged) == pytest.approx((1 / log2(3) + 1 / log2(9)) / ideal)
    assert value("ndcg@10", record(answer(), found=found(("d", "One"), ("e", "Two")))) == 1
    assert value("mrr", record(answer(), found=())) == 0


def test_retrieval_does_not_apply_without_a_search_or_sources() -> None:
    for judged in (
        record(answer()),
        record(REFUSAL, REFUSE, found=()),
        record(answer(), CASE.model_copy(update={"sources": ()}), found=()),
    ):
        assert {value(name, judged) for name in ("hit@1", "recall@5", "mrr", "ndcg@10")} == {None}


def test_evidence_is_what_the_passages_state_together() -> None:
    judged = record(
        answer(),
        found=found(*[("x", "y")] * 5, text="73 miles") + found(("x", "z"), text="nothing"),
        held=found(("d", "One"), text="seven"),
    )
    assert (value("facts@5", judged), value("facts@10", judged), value("facts_in_corpus", judged)) == (0.5, 0.5, 1)


def test_key_facts_and_completeness() -> None:
    half = record(answer("It was 73 miles [1]."))
    assert (value("key_fact_recall", half), value("complete", half)) == (0.5, 0)
    assert value("complete", record(answer("It was 73 miles [1]."), CASE.model_copy(update={"min_facts": 1}))) == 1
    assert (value("key_fact_recall", record(answer())), value("complete", record(answer()))) == (1, 1)
    assert (value("key_fact_recall", record(REFUSAL)), value("complete", record(REFUSAL))) == (0, 0)
    assert value("complete", record(answer(), REFUSE)) is None
    assert value("complete", record(None)) is None
    score = BY_NAME["key_fact_recall"].judge(half)
    assert score is not None
    assert score.reason == "1 of 2: without seven"


def test_a_fact_is_found_across_markers_stars_and_lines() -> None:
    assert value("complete", record(answer("From **73** [1]\nmiles to 7 [1]"))) == 1


def test_citations_by_document_and_section() -> None:
    judged = record(answer("x", cite(1, "e", "Other"), cite(2, "d", "One"), cite(3, "x", "One"), cite(4, "d", "Two")))
    assert value("citation_document_precision", judged) == 3 / 4
    assert value("citation_document_recall", judged) == 1
    assert value("citation_section_precision", judged) == 1 / 4
    assert value("citation_section_recall", judged) == 1 / 2
    assert value("first_citation_document", judged) == 1
    assert value("first_citation_document", record(answer("x", cite(1, "x")))) == 0
    bare = record(answer().model_copy(update={"citations": ()}))
    assert {value(name, bare) for name in BY_NAME if name.startswith(("citation_", "first_citation"))} == {0}
    assert {value(name, record(REFUSAL)) for name in BY_NAME if name.startswith(("citation_", "first_citation"))} == {None}


def test_quotes_must_stand_in_their_passage() -> None:
    text = "Then. It fell from 73 miles to seven. So."
    assert value("quotes_verbatim", record(answer(), cited={"d/One": text})) == 1
    assert value("quotes_verbatim", record(answer(), cited={"d/One": text.replace("73", "74")})) == 0
    assert value("quotes_verbatim", record(answer(), cited={"d/One": ""})) == 0
    assert value("quotes_verbatim", record(answer("x", cite(quote=" ")), cited={"d/One": text})) == 0
    assert value("quotes_verbatim", record(answer())) is None
    assert value("quotes_verbatim", record(REFUSAL, cited={"d/One": text})) is None


def test_markers_must_resolve() -> None:
    assert value("markers_resolve", record(answer("A [1]. B [2]."))) == 0.5
    assert value("markers_resolve", record(answer())) == 1
    assert value("markers_resolve", record(answer("No marker."))) is None


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("It fell from 73 miles to seven [1].", 0),
        ("In short, it fell from 73 miles to seven [1].", 0),
        ("It fell from 74 miles to seven [1].", 1),
        ("It fell from 73 miles to seven.", 1),
        ("It fell from 73 miles to seven [2].", 1),
        ("Boards delegated their powers, and it fell to seven miles [1].", 1),
        ("How it fell:\n\n- from 73 miles [1]\n- to seven", 1 / 2),
        ("| From | To |\n|---|---|\n| 73 miles [1] | not covered |", 0),
        ("It fell from 73 miles to seven [1]. The documents do not say when.", 1 / 2),
        ("Yes.", 1),
    ],
)
def test_unsupported_sentences(text: str, unsupported: float) -> None:
    assert value("unsupported_sentences", record(answer(text))) == unsupported


def test_a_partial_answer_may_say_what_is_missing() -> None:
    text = "It fell from 73 miles to seven [1]. The documents do not say when."
    assert value("unsupported_sentences", record(answer(text, status="partial"))) == 0
    assert value("unsupported_sentences", record(answer("It fell in 2019.", status="partial"))) == 1
    assert value("unsupported_sentences", record(REFUSAL)) is None


def test_refusals() -> None:
    right, missed, wrong, fine = record(REFUSAL, REFUSE), record(answer(), REFUSE), record(REFUSAL), record(answer())
    assert [value("refusal_recall", one) for one in (right, missed, wrong, fine)] == [1, 0, None, None]
    assert [value("refusal_precision", one) for one in (right, missed, wrong, fine)] == [1, None, 0, None]
    assert [value("false_refusals", one) for one in (right, missed, wrong, fine)] == [None, None, 1, 0]
    assert [value("refusal_reason", one) for one in (right, missed, wrong, fine)] == [1, None, None, None]
    assert value("refusal_reason", record(REFUSAL.model_copy(update={"reason": "out_of_scope"}), REFUSE)) == 0


def test_notices_are_the_right_ones_and_no_others() -> None:
    case = CASE.model_copy(update={"notices": ("old",)})
    old, new = Notice(code="old", message=""), Notice(code="new", message="")
    assert value("notices", record(answer(notices=(old,)), case)) == 1
    assert value("notices", record(answer(notices=(old, new)), case)) == 0
    assert value("notices", record(answer(), case)) == 0
    assert value("notices", record(answer(), CASE.model_copy(update={"notices": ()}))) == 1
    assert value("notices", record(answer(notices=(old,)))) is None
    assert value("notices", record(REFUSAL, case)) is None


def test_follow_ups_are_the_cases_with_a_history() -> None:
    follow_up = CASE.model_copy(update={"history": (Turn(role="user", content="Hello"),)})
    assert value("follow_ups_complete", record(answer(), follow_up)) == 1
    assert value("follow_ups_complete", record(REFUSAL, follow_up)) == 0
    assert value("follow_ups_complete", record(answer())) is None


def test_robustness_asks_for_the_same_sections() -> None:
    same = Attempt(case=CASE, variant="typos", question="?", answer=answer("Other words [1]."))
    other = Attempt(case=CASE, variant="capitals", question="?", answer=answer("x", cite(section="Two")))
    refused = Attempt(case=CASE, variant="padding", question="?", answer=REFUSAL)
    judged = Record(attempt=Attempt(case=CASE, question="?", answer=answer()), variants=(same, other, refused))
    assert value("robustness", judged) == 1 / 3
    assert [value(f"robustness_{name}", judged) for name in ("typos", "capitals", "padding", "keywords")] == [1, 0, 0, None]
    assert value("robustness", record(answer())) is None
    bare = answer().model_copy(update={"citations": ()})
    assert value("robustness", Record(attempt=Attempt(case=CASE, question="?", answer=bare), variants=(refused,))) == 0


def test_repeatability_asks_for_the_same_words() -> None:
    same, other = (
        Attempt(case=CASE, repetition=2, question="?", answer=one) for one in (answer(), answer("It fell from 73 miles to 7 [1]."))
    )
    judged = Record(attempt=Attempt(case=CASE, question="?", answer=answer()), repetitions=(same, other))
    assert value("repeatability", judged) == 0.5
    assert value("repeatability", record(answer())) is None


def test_length_time_errors_and_calibration() -> None:
    judged = record(answer(), elapsed_ms=12.5, cited={"d/One": "It fell from 73 miles to seven."})
    assert (value("words", judged), value("latency_ms", judged), value("no_error", judged)) == (7, 12.5, 1)
    assert value("brier", judged) == pytest.approx(0.04)
    assert value("brier", record(answer("Nothing [1]."))) == pytest.approx(0.64)
    failed = record(None, error="OSError: gone")
    assert {metric.name: score.value for metric in shelf() if (score := metric.judge(failed))} == {"no_error": 0, "passed": 0}


@pytest.mark.parametrize(
    ("judged", "passes"),
    [
        (record(answer()), True),
        (record(answer(), cited={"d/One": "something else"}), False),
        (record(answer("It was 73 miles [1].")), False),
        (record(answer("It fell from 73 miles to seven [1].", cite(document="x"))), False),
        (record(answer("It fell from 73 miles to seven [1], [2].")), False),
        (record(answer("It fell from 73 miles to seven [1]. Costs rose by 5.")), False),
        (record(REFUSAL), False),
        (record(REFUSAL, REFUSE), True),
        (record(answer(), REFUSE), False),
    ],
)
def test_passed(judged: Record, passes: bool) -> None:
    assert value("passed", judged) == float(passes)
