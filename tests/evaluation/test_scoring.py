"""A perfect assistant scores perfectly, and the order of the cases never matters."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.record import Attempt, read_attempts, read_run
from pc_assistant.evaluation.score import score
from pc_assistant.evaluation.summary import markdown, summarise


def test_the_oracle_is_perfect_by_every_metric(
    oracle: Assistant, cases: list[Case], record: Callable[..., list[Attempt]], tmp_path: Path
) -> None:
    attempts = record(oracle, cases, tmp_path, variants=True, repeat=2)
    summary = summarise(read_run(tmp_path), score(attempts), resamples=200)
    means = {name: found.mean for name, found in summary.metrics.items()}
    shares = {metric.name: metric.better for metric in shelf() if metric.unit == "share"}
    assert {name: means[name] for name in shares} == {name: 1.0 if better == "higher" else 0.0 for name, better in shares.items()}
    assert not summary.causes
    assert not summary.flaky
    assert summary.metrics["follow_ups_complete"].n == 12
    assert summary.metrics["passed"].n == len(cases)
    assert summary.latency_ms["total"].p50 == 3.0
    assert summary.refusals == {"any reason": {"not_covered": 12}, "not_covered": {"not_covered": 12}}
    assert summary.reliability is not None
    assert summary.reliability.calibration_error == 0.0
    assert f"| passed ↑ | 1.000 | 1.000 to 1.000 | {len(cases)} |" in markdown(summary)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_the_attempts_changes_nothing(shuffle_me: list[Attempt], perfect: Path, random: Random) -> None:
    shuffled = list(shuffle_me)
    random.shuffle(shuffled)
    run = read_run(perfect)
    assert summarise(run, score(shuffled), resamples=50) == summarise(run, score(shuffle_me), resamples=50)


@pytest.fixture(scope="module")
def shuffle_me(
    faults: dict[str, Assistant], cases: list[Case], record: Callable[..., list[Attempt]], tmp_path_factory: pytest.TempPathFactory
) -> list[Attempt]:
    """A run with failures of several kinds, repetitions and variants."""
    some = [*cases[::6], *cases[-3:]]
    wrong = record(faults["shuffled citations"], some, tmp_path_factory.mktemp("wrong"), repeat=2, variants=True)
    return [attempt for number, attempt in enumerate(wrong) if number % 7 or attempt.repetition == 1]


def test_a_case_asked_several_times_scores_its_mean_and_is_flaky(
    spoilt: Callable[[Callable[[Answer], Answer]], Assistant], cases: list[Case], record: Callable[..., list[Attempt]], tmp_path: Path
) -> None:
    turns = iter([False, True, False, False])

    def sometimes(answer: Answer) -> Answer:
        return answer.model_copy(update={"answer": "Nothing."}) if next(turns) else answer

    [result] = score(record(spoilt(sometimes), cases[:1], tmp_path, repeat=4))
    assert result.flaky
    assert not result.passed
    assert result.scores["complete"].value == 0.75
    assert result.scores["complete"].reason.startswith("0 of 1")
    assert result.scores["repeatability"].value == pytest.approx(2 / 3)


def test_a_crash_is_one_failed_case(
    spoilt: Callable[[Callable[[Answer], Answer]], Assistant], cases: list[Case], record: Callable[..., list[Attempt]], tmp_path: Path
) -> None:
    turns = iter([False, True, False])

    def crashes(answer: Answer) -> Answer:
        if next(turns):
            raise ZeroDivisionError("by nought")
        return answer

    results = score(record(spoilt(crashes), cases[:3], tmp_path))
    assert [result.cause.name if result.cause else None for result in results] == [None, "failed", None]
    assert results[1].record.attempt.error == "ZeroDivisionError: by nought"
    assert len(read_attempts(tmp_path)) == 3
