"""The whole path over the wire with a real model that really is bad: nothing unsupported gets out. Run by `./run test-llm`.

It is asked questions of the `dev` split. What it writes is judged here by other means than those of the service: every word and figure that
is shown must stand in the quotes that are shown with it, or in their headings.
"""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from pc_assistant import bootstrap
from pc_assistant.answering.citing import unescape
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question
from pc_assistant.evaluation.case import load_cases
from pc_assistant.evaluation.split import choose
from pc_assistant.retrieval.terms import STOP, stem, words
from pc_assistant.settings import read_settings

QUESTIONS = int(os.environ.get("LOCAL_LLM_QUESTIONS", "12"))


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    cases = [
        case
        for case in choose(load_cases(sorted(Path("eval/datasets").glob("*.jsonl"))), "dev")
        if case.expect == "answer" and not case.history
    ]
    assistant, _ = bootstrap.make_assistant(read_settings())
    found = [assistant.answer(Question(text=case.question)) for case in cases[:: max(1, len(cases) // QUESTIONS)][:QUESTIONS]]
    asked = [answer for answer in found if answer.trace and "language model" in answer.trace.made_with]
    reasons = Counter((answer.trace and answer.trace.fallback) or "the model's answer" for answer in asked)
    checks = [check for answer in asked if answer.trace for check in answer.trace.checks]
    print(f"\n{len(found)} questions, {len(asked)} put to the model: {dict(reasons)}")
    print(f"lines checked: {len(checks)}, of which kept: {sum(check.kept for check in checks)}")
    print(f"seconds for an answer, median: {sorted(answer.timings_ms['total'] for answer in asked)[len(asked) // 2] / 1000:.1f}")
    for answer in asked:
        for check in answer.trace.checks if answer.trace and answer.answerer == "llm" else ():
            print(f"  {'kept' if check.kept else 'dropped'}: {check.text[:150]} ({check.why})")
    return asked


def test_the_model_was_asked(answers: list[Answer]) -> None:
    assert len(answers) >= QUESTIONS // 2
    assert all(answer.status == "answered" for answer in answers)


def test_every_word_that_is_shown_stands_in_what_is_cited(answers: list[Answer]) -> None:
    for answer in answers:
        cited = " ".join(part for citation in answer.citations for part in (citation.quote, *citation.section))
        known = {stem(word) for word in words(cited)}
        said = re.sub(r"\[\d+\]", "", unescape(answer.answer)) if answer.answerer == "llm" else ""
        unknown = [word for word in words(said) if word not in STOP and stem(word) not in known]
        assert len(unknown) <= len(words(said)) // 20, (answer.answer, unknown)
        assert not [word for word in unknown if any(c.isdigit() for c in word)], answer.answer


def test_every_sentence_has_its_marker(answers: list[Answer]) -> None:
    for answer in answers:
        if answer.answerer == "llm":
            assert re.fullmatch(r"(?s)(?:.+?(?: \[\d+\])+\s*)+", answer.answer)
        assert {int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer.answer)} == {citation.marker for citation in answer.citations}
