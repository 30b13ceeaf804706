"""What is held to: the scores of a run that a team has accepted."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.values import Value
from pc_assistant.evaluation.jsonl import explain, text_of
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.score import CaseResult, by_metric
from pc_assistant.evaluation.split import Split
from pc_assistant.evaluation.statistics import Estimate
from pc_assistant.evaluation.summary import Summary

DIGITS = 6


class Baseline(Value):
    """The accepted means of the gated metrics and, where kept, the score of each case by metric."""

    datasets: tuple[str, ...]
    split: Split
    started: datetime
    corpus_versions: tuple[str, ...]
    metrics: dict[str, Estimate]
    scores: dict[str, dict[str, float]] = {}


def make_baseline(summary: Summary, results: Sequence[CaseResult]) -> Baseline:
    """The baseline that a run would be; times and lengths, which no gate looks at, are left out."""
    gated = {metric.name for metric in shelf() if metric.gate != "no"}
    scores = {
        name: {case_id: round(value, DIGITS) for case_id, value in values.items()}
        for name, values in by_metric(results).items()
        if name in gated
    }
    return Baseline(
        datasets=summary.run.datasets,
        split=summary.run.split,
        started=summary.run.started,
        corpus_versions=summary.corpus_versions,
        metrics={name: estimate for name, estimate in summary.metrics.items() if name in gated},
        scores=scores,
    )


def read_baseline(path: Path) -> Baseline:
    """Raises UsageError where the file is not a baseline."""
    try:
        return Baseline.model_validate_json(text_of(path))
    except ValidationError as error:
        raise UsageError("\n".join(f"{path}: {fault}" for fault in explain(error))) from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    """One score a line, so that a change of baseline reads well in a pull request."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(baseline.model_dump_json(indent=1) + "\n", encoding="utf-8")
