"""What changed between two runs, in numbers and in words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.compare import Comparison, as_text, compare, word_diff
from pc_assistant.evaluation.record import Attempt, read_attempts
from pc_assistant.evaluation.score import score

texts = st.lists(st.sampled_from(["a", "b", "c d", " ", "\n"]), max_size=12).map("".join)


@given(texts, texts)
def test_the_edits_give_both_texts_back(before: str, after: str) -> None:
    edits = word_diff(before, after)
    assert "".join(edit.words for edit in edits if edit.sign != "+") == before
    assert "".join(edit.words for edit in edits if edit.sign != "-") == after


@pytest.fixture(scope="module")
def comparison(
    perfect: Path,
    faults: dict[str, Assistant],
    cases: list[Case],
    record: Callable[..., list[Attempt]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Comparison:
    worse = record(faults["wrong number"], cases[2:], tmp_path_factory.mktemp("worse"))
    return compare(score(read_attempts(perfect)), score(worse))


def test_differences_are_over_the_cases_of_both(comparison: Comparison, cases: list[Case]) -> None:
    change = comparison.differences["complete"]
    assert (change.n, change.before, change.after) == (44, 1.0, 0.0)
    assert change.high < 0
    assert comparison.differences["refusal_recall"].difference == 0
    assert (comparison.worse, comparison.better) == (44, 0)
    assert comparison.p < 1e-9
    assert comparison.only_before == ("numbers-00", "numbers-01")
    assert comparison.only_after == ()
    assert {change.after.id for change in comparison.changed} == {case.id for case in cases[2:] if case.expect == "answer"}


def test_the_text_shows_metrics_cases_and_words(comparison: Comparison) -> None:
    text = as_text(comparison)
    assert "passed: 44 worse, 0 better" in text
    assert "numbers-02 (passed → retrieved_not_used): How many visits" in text
    assert "complete: 1.000 → 0.000" in text
    assert "counted [-302-]{+902+} visits" in text


def test_cases_that_only_the_later_run_asked_are_named(perfect: Path) -> None:
    results = score(read_attempts(perfect))
    found = compare(results[1:], results)
    assert found.only_after == (results[0].id,)
    assert found.changed == ()
    assert found.differences["passed"].n == len(results) - 1


def test_a_run_is_the_same_as_itself(perfect: Path) -> None:
    results = score(read_attempts(perfect))
    same = compare(results, results)
    assert same.changed == ()
    assert {change.difference for change in same.differences.values()} == {0.0}
    assert (same.better, same.worse, same.p) == (0, 0, 1.0)
