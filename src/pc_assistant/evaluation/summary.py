"""A run in one page: every metric with its interval, by category, with the causes of the failures."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.attribution import CauseName
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.record import RunInfo
from pc_assistant.evaluation.reliability import Reliability, reliability
from pc_assistant.evaluation.score import CaseResult, by_metric
from pc_assistant.evaluation.statistics import RESAMPLES, Estimate, estimate

SHOWN = 8


class Summary(Value):
    """What `summary.json` holds.

    `metrics` and `by_category` hold an estimate a metric, `latency_ms` one a step as the service timed it, `causes` the failed case ids by
    cause, `refusals` expected reason to given reason to count, `flaky` the cases that passed only sometimes.
    """

    run: RunInfo
    corpus_versions: tuple[str, ...]
    cases: int
    metrics: dict[str, Estimate]
    by_category: dict[str, dict[str, Estimate]]
    latency_ms: dict[str, Estimate]
    causes: dict[CauseName, tuple[str, ...]]
    refusals: dict[str, dict[str, int]]
    flaky: tuple[str, ...]
    reliability: Reliability | None


def summarise(run: RunInfo, results: Sequence[CaseResult], resamples: int = RESAMPLES) -> Summary:
    """The summary of a scored run, the same whatever the order of the results."""
    ordered = sorted(results, key=lambda result: result.id)
    by_category: dict[str, list[CaseResult]] = defaultdict(list)
    causes: dict[CauseName, list[str]] = defaultdict(list)
    for result in ordered:
        by_category[result.category].append(result)
        if result.cause:
            causes[result.cause.name].append(result.id)
    return Summary(
        run=run,
        corpus_versions=tuple(sorted({result.record.answer.corpus_version for result in ordered if result.record.answer})),
        cases=len(ordered),
        metrics=_estimates(ordered, run.seed, resamples),
        by_category={category: _estimates(of, run.seed, resamples) for category, of in sorted(by_category.items())},
        latency_ms=_latency(ordered, run.seed, resamples),
        causes={name: tuple(ids) for name, ids in sorted(causes.items())},
        refusals=_refusals(ordered),
        flaky=tuple(result.id for result in ordered if result.flaky),
        reliability=reliability(result.record for result in ordered),
    )


def markdown(summary: Summary) -> str:
    """The summary for a pull request; the report names every case."""
    lines = [
        f"## Evaluation: {summary.cases} cases, split `{summary.run.split}` of {', '.join(summary.run.datasets)}",
        "",
        "| metric | mean | 95% interval | n | median |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for metric in shelf():
        if found := summary.metrics.get(metric.name):
            arrow = "↑" if metric.better == "higher" else "↓"
            lines.append(
                f"| {metric.name} {arrow} | {found.mean:.3f} | {found.low:.3f} to {found.high:.3f} | {found.n} | {found.p50:.3f} |"
            )
    lines += ["", "| category | passed | 95% interval | n |", "| --- | ---: | ---: | ---: |"]
    for category, metrics in summary.by_category.items():
        passed = metrics["passed"]
        lines.append(f"| {category} | {passed.mean:.3f} | {passed.low:.3f} to {passed.high:.3f} | {passed.n} |")
    if summary.causes:
        lines += ["", "| cause of failure | cases | which |", "| --- | ---: | --- |"]
        lines += [f"| {name} | {len(ids)} | {_first(ids)} |" for name, ids in summary.causes.items()]
    if summary.flaky:
        lines += ["", f"Flaky: {_first(summary.flaky)}"]
    return "\n".join(lines) + "\n"


def _first(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more


def _estimates(results: Iterable[CaseResult], seed: int, resamples: int) -> dict[str, Estimate]:
    return {name: estimate(values.values(), seed, resamples) for name, values in sorted(by_metric(results).items())}


def _latency(results: Iterable[CaseResult], seed: int, resamples: int) -> dict[str, Estimate]:
    times: dict[str, list[float]] = defaultdict(list)
    for result in results:
        for attempt in (result.record.attempt, *result.record.repetitions):
            for step, milliseconds in (attempt.answer.timings_ms if attempt.answer else {}).items():
                times[step].append(milliseconds)
    return {step: estimate(values, seed, resamples) for step, values in times.items()}


def _refusals(results: Iterable[CaseResult]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        answer = result.record.answer
        if answer and (result.record.case.expect == "refuse" or answer.status == "refused"):
            expected = (result.record.case.reason or "any reason") if result.record.case.expect == "refuse" else "no refusal"
            counts[expected][(answer.reason or "no reason") if answer.status == "refused" else answer.status] += 1
    return {expected: dict(sorted(given.items())) for expected, given in sorted(counts.items())}
