"""The commands from end to end, as a person types them."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.commands import build_app
from pc_assistant.evaluation.jsonl import write_lines


@pytest.fixture
def app(oracle: Assistant, faults: dict[str, Assistant], spoilt: Callable[[Callable[[Answer], Answer]], Assistant]) -> Typer:
    def crash(answer: Answer) -> Answer:
        raise OSError("disk full")

    targets = {"in-process": oracle, "crash": spoilt(crash), **faults}

    @asynccontextmanager
    async def connect(target: str) -> AsyncIterator[Assistant]:
        yield targets[target]

    return build_app(connect)


@pytest.fixture
def datasets(cases: list[Case], tmp_path: Path) -> list[str]:
    answers, refusals = tmp_path / "answers.jsonl", tmp_path / "refusals.jsonl"
    write_lines(answers, [case for case in cases if case.expect == "answer"])
    write_lines(refusals, [case for case in cases if case.expect == "refuse"])
    return [str(answers), str(refusals)]


def invoke(app: Typer, *arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == status, result.output
    return result


def test_run_accept_change_gate_compare(app: Typer, datasets: list[str], tmp_path: Path) -> None:
    good, bad, baseline = str(tmp_path / "good"), str(tmp_path / "bad"), str(tmp_path / "baseline.json")
    result = invoke(app, "run", "--dataset", *datasets, "--split", "test", "--out", good)
    assert "## Evaluation: 35 cases, split `test` of answers, refusals" in result.output
    assert {path.name for path in Path(good).iterdir()} == {"run.json", "results.jsonl", "summary.json", "summary.md", "report.html"}
    rows = (Path(good) / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 35
    assert json.loads(rows[0])["answer"]["citations"][0]["quote"]
    assert json.loads((Path(good) / "summary.json").read_text(encoding="utf-8"))["metrics"]["passed"]["mean"] == 1.0
    invoke(app, "baseline", good, "--out", baseline)
    invoke(app, "gate", good, "--baseline", baseline)
    invoke(app, "run", "--dataset", *datasets, "--split", "test", "--target", "invented quote", "--out", bad)
    result = invoke(app, "gate", bad, "--baseline", baseline, status=1)
    assert "WORSE quotes_verbatim: 1.000 → 0.000" in result.output
    page = tmp_path / "compare.html"
    result = invoke(app, "compare", good, bad, "--html", str(page))
    assert "passed: 23 worse, 0 better" in result.output
    assert page.read_text(encoding="utf-8").count("<details") == 23


def test_score_again_by_a_mended_dataset(app: Typer, cases: list[Case], tmp_path: Path) -> None:
    dataset, out = tmp_path / "one.jsonl", str(tmp_path / "out")
    write_lines(dataset, [cases[0].model_copy(update={"key_facts": (("mistaken",),)}), cases[1]])
    invoke(app, "run", "--dataset", str(dataset), "--out", out)
    assert "| passed ↑ | 0.500 |" in invoke(app, "score", out).output
    write_lines(dataset, cases[:2])
    assert "| passed ↑ | 1.000 |" in invoke(app, "score", out, "--dataset", str(dataset)).output
    assert "| passed ↑ | 1.000 |" in invoke(app, "score", out).output


def test_a_second_run_into_the_folder_needs_leave(app: Typer, datasets: list[str], tmp_path: Path) -> None:
    arguments = ["run", "--dataset", datasets[0], "--out", str(tmp_path / "out")]
    invoke(app, *arguments)
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, UsageError)
    assert "--resume" in str(result.exception)
    invoke(app, *arguments, "--resume")


def test_check_and_promote(app: Typer, oracle: Assistant, datasets: list[str], tmp_path: Path) -> None:
    originals = tmp_path / "originals"
    originals.mkdir()
    for number in range(3):
        text = "\n\n".join(f"## Visits in place{place:02}\n\nThere were {300 + place}." for place in range(number, 48, 3))
        (originals / f"report-{number}.txt").write_text(text, encoding="utf-8")
    assert "70 cases, 0 errors" in invoke(app, "check", *datasets, "--originals", str(originals)).output
    (originals / "report-0.txt").write_text("## Visits in place00\n\nThere were 301.", encoding="utf-8")
    assert (
        "error: numbers-00: fact 1 (\\b300\\b) is not there"
        in invoke(app, "check", *datasets, "--originals", str(originals), status=1).output
    )
    feedback, drafts = tmp_path / "feedback.jsonl", tmp_path / "drafts.jsonl"
    answer = {"id": "x", "status": "answered", "answer": "It was 5 [1]."}
    feedback.write_text(json.dumps({"question": "How many?", "answer": answer, "rating": "down"}), encoding="utf-8")
    assert "1 drafts" in invoke(app, "promote", str(feedback), "--out", str(drafts)).output
    assert json.loads(drafts.read_text(encoding="utf-8"))["key_facts"] == []


def test_a_crash_is_reported_and_exits_1(app: Typer, cases: list[Case], tmp_path: Path) -> None:
    write_lines(tmp_path / "one.jsonl", cases[:1])
    result = invoke(app, "run", "--dataset", str(tmp_path / "one.jsonl"), "--target", "crash", "--out", str(tmp_path / "out"), status=1)
    assert "| failed | 1 | numbers-00 |" in result.output
