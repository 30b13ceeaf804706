"""The harness proves itself: each planted fault makes the right metric fall and the gate fail; without one it passes."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.baseline import Baseline, make_baseline, read_baseline, write_baseline
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.commands import build_app
from pc_assistant.evaluation.gate import judge
from pc_assistant.evaluation.record import Attempt, read_attempts, read_run
from pc_assistant.evaluation.score import score
from pc_assistant.evaluation.summary import summarise

Recorder = Callable[..., list[Attempt]]

FALLS = {
    "wrong number": {"key_fact_recall", "complete", "unsupported_sentences", "passed"},
    "dropped marker": {"unsupported_sentences", "passed"},
    "invented quote": {"quotes_verbatim", "passed"},
    "refusal of everything": {"false_refusals", "complete", "refusal_precision", "passed"},
    "answer to everything": {"refusal_recall", "passed"},
    "shuffled citations": {
        "citation_section_recall",
        "citation_document_recall",
        "first_citation_document",
        "unsupported_sentences",
        "passed",
    },
}


@pytest.fixture(scope="module")
def baseline(perfect: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = score(read_attempts(perfect))
    path = tmp_path_factory.mktemp("baselines") / "oracle.json"
    write_baseline(path, make_baseline(summarise(read_run(perfect), results), results))
    return path


@asynccontextmanager
async def nobody(target: str) -> AsyncIterator[Assistant]:
    raise AssertionError("the gate asks nothing")
    yield


def gate(directory: Path, baseline: Path) -> tuple[int, str]:
    result = CliRunner().invoke(build_app(nobody), ["gate", str(directory), "--baseline", str(baseline)])
    return result.exit_code, result.output


@pytest.mark.parametrize("fault", FALLS)
def test_a_planted_fault_is_named_and_blocks(
    fault: str, faults: dict[str, Assistant], cases: list[Case], record: Recorder, baseline: Path, tmp_path: Path
) -> None:
    attempts = record(faults[fault], cases, tmp_path)
    worse = {one.metric: one for one in judge(read_baseline(baseline), score(attempts)).worse}
    assert FALLS[fault] <= worse.keys()
    changed = {case.id for case in cases if case.expect == ("refuse" if fault == "answer to everything" else "answer")}
    assert set(worse["passed"].flipped) == changed
    status, output = gate(tmp_path, baseline)
    assert status == 1
    assert all(f"WORSE {name}: " in output for name in FALLS[fault])
    assert min(changed) in output


def test_a_fault_moves_only_its_own_metrics(
    faults: dict[str, Assistant], cases: list[Case], record: Recorder, baseline: Path, tmp_path: Path
) -> None:
    def worse(fault: str) -> set[str]:
        found = judge(read_baseline(baseline), score(record(faults[fault], cases, tmp_path / fault))).worse
        return {one.metric for one in found}

    assert worse("invented quote") == {"quotes_verbatim", "passed", "brier"}
    assert worse("dropped marker") == {"unsupported_sentences", "passed", "brier"}
    assert worse("answer to everything") == {"refusal_recall", "passed", "brier"}


def test_the_same_answers_pass(perfect: Path, baseline: Path) -> None:
    assert gate(perfect, baseline) == (0, "The gate passes.\n")


def _some_wrong(
    count: int, spoil: Callable[[Answer], Answer], spoilt: Callable[[Callable[[Answer], Answer]], Assistant], cases: list[Case]
) -> Assistant:
    spoil_these = iter([True] * count + [False] * len(cases))
    return spoilt(lambda answer: spoil(answer) if next(spoil_these) else answer)


def _silent(answer: Answer) -> Answer:
    return answer.model_copy(update={"answer": "Nothing."})


def _invented(answer: Answer) -> Answer:
    return answer.model_copy(update={"citations": tuple(one.model_copy(update={"quote": "Invented."}) for one in answer.citations)})


@pytest.mark.parametrize(("count", "passes"), [(0, True), (3, True), (5, True), (6, False), (12, False)])
def test_a_fall_within_the_noise_is_forgiven(
    count: int,
    passes: bool,
    spoilt: Callable[[Callable[[Answer], Answer]], Assistant],
    cases: list[Case],
    record: Recorder,
    baseline: Path,
    tmp_path: Path,
) -> None:
    held = read_baseline(baseline)
    only = held.model_copy(update={"metrics": {"complete": held.metrics["complete"]}})
    attempts = record(_some_wrong(count, _silent, spoilt, cases), cases, tmp_path)
    assert judge(only, score(attempts)).passes is passes


def test_a_single_invented_quote_is_not_forgiven(
    spoilt: Callable[[Callable[[Answer], Answer]], Assistant], cases: list[Case], record: Recorder, baseline: Path, tmp_path: Path
) -> None:
    verdict = judge(read_baseline(baseline), score(record(_some_wrong(1, _invented, spoilt, cases), cases, tmp_path)))
    strict = next(one for one in verdict.worse if one.metric == "quotes_verbatim")
    assert strict.flipped == (cases[0].id,)


def test_a_case_that_was_not_asked_blocks_and_a_new_one_does_not(
    perfect: Path, baseline: Path, oracle: Assistant, cases: list[Case], record: Recorder, tmp_path: Path
) -> None:
    record(oracle, cases[1:], tmp_path)
    status, output = gate(tmp_path, baseline)
    assert (status, output) == (1, f"NOT ASKED, but in the baseline: {cases[0].id}\nThe gate fails.\n")
    results = score(read_attempts(tmp_path))
    write_baseline(tmp_path / "fewer.json", make_baseline(summarise(read_run(tmp_path), results), results))
    status, output = gate(perfect, tmp_path / "fewer.json")
    assert (status, output) == (0, "1 cases are new since the baseline and were not compared\nThe gate passes.\n")


def test_a_baseline_of_means_alone_still_blocks(
    faults: dict[str, Assistant], cases: list[Case], record: Recorder, baseline: Path, tmp_path: Path
) -> None:
    means = read_baseline(baseline).model_copy(update={"scores": {}})
    assert judge(means, score(record(faults["wrong number"], cases, tmp_path / "wrong"))).worse
    assert judge(Baseline.model_validate(json.loads(means.model_dump_json())), score(read_attempts(tmp_path / "wrong"))).worse


def test_what_is_no_baseline_is_used_wrongly(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="metrics: Field required"):
        read_baseline(tmp_path / "x.json")


@pytest.mark.parametrize(("better", "passes"), [(0.01, True), (0.1, False)])
def test_a_fall_that_is_sure_but_slight_is_forgiven(better: float, passes: bool, cases: list[Case], perfect: Path, baseline: Path) -> None:
    held = read_baseline(baseline)
    name = "key_fact_recall"
    before = {case_id: value + better for case_id, value in held.scores[name].items()}
    only = held.model_copy(update={"metrics": {name: held.metrics[name]}, "scores": {name: before}})
    assert judge(only, score(read_attempts(perfect))).passes is passes
