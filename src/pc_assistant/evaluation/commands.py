"""`pc-assistant eval …`: each command reads files, calls one function, prints. It is handed the way to an assistant."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from json import dumps
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.baseline import make_baseline, read_baseline, write_baseline
from pc_assistant.evaluation.case import load_cases
from pc_assistant.evaluation.check import check
from pc_assistant.evaluation.compare import as_text, compare
from pc_assistant.evaluation.gate import judge
from pc_assistant.evaluation.jsonl import read_lines
from pc_assistant.evaluation.originals import read_originals
from pc_assistant.evaluation.promote import FeedbackLine, drafts
from pc_assistant.evaluation.record import Attempt, RunInfo, read_attempts, read_run, with_cases, write_attempts
from pc_assistant.evaluation.report import comparison_page, run_page
from pc_assistant.evaluation.run import Ask, ask_all, planned, prepare, remaining, settle
from pc_assistant.evaluation.score import CaseResult, score
from pc_assistant.evaluation.split import Split, choose
from pc_assistant.evaluation.statistics import LEVEL
from pc_assistant.evaluation.summary import Summary, markdown, summarise

Connect = Callable[[str], AbstractAsyncContextManager[Assistant]]

Dataset = Annotated[list[Path], typer.Option("--dataset", help="Dataset files (JSON Lines); further files may follow.")]
MoreFiles = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further dataset files.")]
RunDirectory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a recorded run.")]


def build_app(connect: Connect) -> typer.Typer:
    """The sub-application; `connect` opens an assistant for a target, "in-process" or a URL."""
    app = typer.Typer(no_args_is_help=True, help="Ask a dataset, score the answers, compare runs, block what got worse.")

    @app.command("run")
    def _run(
        dataset: Dataset,
        more: MoreFiles = None,
        target: Annotated[str, typer.Option(help="in-process, or the URL of a service.")] = "in-process",
        out: Annotated[Path | None, typer.Option(help="Folder for the results (default: runs/ and the time).")] = None,
        split: Annotated[Split, typer.Option(help="Which cases to ask.")] = "all",
        repeat: Annotated[int, typer.Option(min=1, help="Ask each question so many times, to find flaky ones.")] = 1,
        variants: Annotated[
            bool, typer.Option("--variants", help="Ask each question with typos, in capitals, as keywords, padded, too.")
        ] = False,
        seed: Annotated[int, typer.Option(help="Fixes variants and intervals.")] = 0,
        resume: Annotated[bool, typer.Option("--resume", help="Go on with the run recorded in --out.")] = False,
    ) -> None:
        """Ask every question of the datasets and write results.jsonl, summary.json, summary.md and report.html."""
        started = utc_now()
        paths = [*dataset, *(more or [])]
        cases = choose(load_cases(paths), split)
        names = tuple(path.stem for path in paths)
        run = RunInfo(datasets=names, split=split, target=target, repeat=repeat, variants=variants, seed=seed, started=started)
        directory = out or Path("runs") / started.strftime("%Y%m%d-%H%M%S")
        run = prepare(directory, run, resume)
        asks = planned(cases, run)
        asyncio.run(_ask(connect, target, remaining(directory, asks), directory))
        summary, results = _write(directory, run, settle(directory, asks))
        print(markdown(summary))
        print(f"{directory / 'report.html'}")
        if any(result.record.attempt.error for result in results):
            raise typer.Exit(1)

    @app.command("score")
    def _score(
        directory: RunDirectory,
        dataset: Annotated[list[Path] | None, typer.Option(help="Cases to score by, in place of those recorded.")] = None,
    ) -> None:
        """Score a recorded run again, without asking."""
        attempts = read_attempts(directory)
        if dataset:
            attempts = with_cases(attempts, {item.case.id: item.case for item in load_cases(dataset)})
            write_attempts(directory, attempts)
        summary, _ = _write(directory, read_run(directory), attempts)
        print(markdown(summary))

    @app.command("compare")
    def _compare(
        before: Annotated[Path, typer.Argument(metavar="DIR_A")],
        after: Annotated[Path, typer.Argument(metavar="DIR_B")],
        html: Annotated[Path | None, typer.Option(help="Write the comparison to this page as well.")] = None,
    ) -> None:
        """Set two runs side by side, question by question, with paired intervals."""
        found = compare(score(read_attempts(before)), score(read_attempts(after)))
        if html:
            html.write_text(comparison_page(found, str(before), str(after)), encoding="utf-8")
        print(as_text(found))

    @app.command("gate")
    def _gate(
        directory: RunDirectory,
        baseline: Annotated[Path, typer.Option(help="The accepted baseline.")],
        level: Annotated[float, typer.Option(min=0.5, max=0.999, help="How sure to be that a metric is worse.")] = LEVEL,
    ) -> None:
        """Exit 1 when a metric is worse than its baseline by more than the noise, or a case of the baseline was not asked."""
        verdict = judge(read_baseline(baseline), score(read_attempts(directory)), level)
        for worse in verdict.worse:
            print(f"WORSE {worse}")
        if verdict.missing:
            print(f"NOT ASKED, but in the baseline: {', '.join(verdict.missing)}")
        if verdict.new:
            print(f"{len(verdict.new)} cases are new since the baseline and were not compared")
        print("The gate passes." if verdict.passes else "The gate fails.")
        if not verdict.passes:
            raise typer.Exit(1)

    @app.command("baseline")
    def _baseline(directory: RunDirectory, out: Annotated[Path, typer.Option(help="File to write.")]) -> None:
        """Accept a run: write what the gate holds later runs to."""
        results = score(read_attempts(directory))
        write_baseline(out, make_baseline(summarise(read_run(directory), results), results))
        print(f"{out}: {len(results)} cases")

    @app.command("promote")
    def _promote(
        feedback: Annotated[Path, typer.Argument(help="Feedback export (JSON Lines).")],
        out: Annotated[Path, typer.Option(help="File for the draft cases.")],
    ) -> None:
        """Turn bad feedback into draft cases, to be completed by hand."""
        found = drafts(line for _, line in read_lines(feedback, FeedbackLine))
        out.write_text("".join(dumps(draft, ensure_ascii=False) + "\n" for draft in found), encoding="utf-8")
        print(f"{out}: {len(found)} drafts; write their key facts and check the sources before you use them")

    @app.command("check")
    def _check(
        dataset: Annotated[list[Path], typer.Argument(help="Dataset files.")],
        originals: Annotated[Path, typer.Option(help="Folder of the originals.")],
    ) -> None:
        """Exit 1 when a case is not true to the originals."""
        cases = load_cases(dataset)
        faults = check((item.case for item in cases), read_originals(originals))
        for fault in faults:
            print(fault)
        errors = sum(fault.severity == "error" for fault in faults)
        print(f"{len(cases)} cases, {errors} errors, {len(faults) - errors} warnings")
        if errors:
            raise typer.Exit(1)

    return app


async def _ask(connect: Connect, target: str, asks: Sequence[Ask], directory: Path) -> None:
    console = Console(stderr=True)

    def progress(sequence: Sequence[Ask]) -> Iterable[Ask]:
        return track(sequence, description="Asking", console=console, disable=not console.is_terminal)

    async with connect(target) as assistant:
        await ask_all(assistant, asks, directory, track=progress)


def _write(directory: Path, run: RunInfo, attempts: Sequence[Attempt]) -> tuple[Summary, list[CaseResult]]:
    """Scores the attempts and writes summary and report."""
    results = score(attempts)
    summary = summarise(run, results)
    (directory / "summary.json").write_text(summary.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (directory / "summary.md").write_text(markdown(summary), encoding="utf-8")
    (directory / "report.html").write_text(run_page(summary, results), encoding="utf-8")
    return summary, results
