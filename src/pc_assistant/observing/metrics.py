"""Prometheus: what is counted as it happens. Every label is of a closed list, or a template of a route of this service."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from pc_assistant.domain.answers import Answer, RefusalReason, Status
from pc_assistant.domain.errors import Busy, SetupError, TooSlow
from pc_assistant.observing import figures
from pc_assistant.observing.figures import Figure
from pc_assistant.observing.noting import Asked, Served

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported: set before a worker starts, or never
REASONS = ("none", *get_args(RefusalReason))
STATUSES = get_args(Status)
ANSWERERS = ("extractive", "llm")
CAUSES = ((Busy, "busy"), (TooSlow, "too_slow"), (SetupError, "not_ready"))
OTHER = "other"


def shared() -> Path | None:
    """The folder through which several workers share what they count; None where there is one process."""
    return Path(found) if (found := os.environ.get(SHARED)) else None


class Metrics:
    """The metrics of one service. With `shared` they are the sums over its workers, living and gone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        self._answers = self._counter(figures.ANSWERS)
        self._failures = self._counter(figures.FAILURES)
        self._answer_seconds = self._histogram(figures.ANSWER_SECONDS)
        self._step_seconds = self._histogram(figures.STEP_SECONDS)
        self._lines = self._counter(figures.LINES)
        self._model_calls = self._counter(figures.MODEL_CALLS)
        self._requests = self._histogram(figures.REQUESTS)
        self._work, self._work_limit = (
            Gauge(one.name, one.help, registry=self._registry, multiprocess_mode="livesum")
            for one in (figures.BOT_WORK, figures.BOT_WORK_LIMIT)
        )

    def asked(self, asked: Asked) -> None:
        """Counts a question."""
        if asked.answer is None:
            self._failures.labels(asked.channel, _cause(asked.error)).inc()
            return
        answer = asked.answer
        self._answers.labels(asked.channel, _one_of(answer.status, STATUSES), _one_of(answer.reason or "none", REASONS)).inc()
        self._answer_seconds.labels(_one_of(answer.answerer, ANSWERERS)).observe(asked.seconds)
        self._traced(answer)

    def _traced(self, answer: Answer) -> None:
        trace = answer.trace
        if trace is None:
            return
        for step in trace.steps:
            self._step_seconds.labels(_one_of(step, figures.STEPS)).observe(answer.timings_ms.get(step, 0.0) / 1000)
        kept = sum(check.kept for check in trace.checks)
        for outcome, number in (("kept", kept), ("dropped", len(trace.checks) - kept)):
            self._lines.labels(outcome).inc(number)
        if "language model" in trace.made_with:
            self._model_calls.labels(figures.outcome(trace.fallback)).inc()

    def served(self, served: Served) -> None:
        """Counts a request."""
        self._requests.labels(served.method, served.route, str(served.status)).observe(served.seconds)

    def working(self, running: int, most: int) -> None:
        """Shows how much the bots of this process are answering."""
        self._work.set(running)
        self._work_limit.set(most)

    def text(self, looked_up: Sequence[Collector] = ()) -> bytes:
        """All of it in Prometheus's text format, with what the collectors look up."""
        registry = CollectorRegistry()
        if self._folder is None:
            registry.register(self._registry)
        else:
            MultiProcessCollector(registry, str(self._folder))
        for collector in looked_up:
            registry.register(collector)
        return generate_latest(registry)

    def _counter(self, figure: Figure) -> Counter:
        return Counter(figure.name.removesuffix("_total"), figure.help, figure.labels, registry=self._registry)

    def _histogram(self, figure: Figure) -> Histogram:
        return Histogram(figure.name, figure.help, figure.labels, buckets=figures.SECONDS, registry=self._registry)


def _cause(error: Exception | None) -> str:
    return next((name for kind, name in CAUSES if isinstance(error, kind)), "broken")


def _one_of(value: str, allowed: Sequence[str]) -> str:
    return value if value in allowed else OTHER
