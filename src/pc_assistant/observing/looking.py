"""Prometheus: what is looked up when it is asked for, and so the same whichever worker is asked."""

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from pc_assistant.observing import figures
from pc_assistant.observing.figures import Figure


@dataclass(frozen=True)
class Holding:
    """What is held: its version, its age in seconds, its documents by state, its chunks."""

    version: str
    age: float
    documents: Mapping[str, int]
    chunks: int


@dataclass(frozen=True)
class Spending:
    """What the language model has used today, and may; money where the prices and a limit are known."""

    tokens_in: int
    tokens_out: int
    tokens_limit: int
    cost: float | None = None
    cost_limit: float | None = None


@dataclass(frozen=True, eq=False)
class Looked(Collector):
    """What was found; what could not be found is left out."""

    version: str
    checks: Mapping[str, str | None]
    holding: Holding | None = None
    spending: Spending | None = None
    feedback: Mapping[str, int] | None = None

    def collect(self) -> Iterable[Metric]:
        """The metrics."""
        yield _gauge(figures.BUILD, {(self.version,): 1})
        yield _gauge(figures.CHECKS, {(name,): fault is None for name, fault in self.checks.items()})
        if self.holding:
            yield _gauge(figures.INDEX, {(self.holding.version,): 1})
            yield _gauge(figures.INDEX_AGE, {(): self.holding.age})
            yield _gauge(figures.DOCUMENTS, {(state,): number for state, number in self.holding.documents.items()})
            yield _gauge(figures.CHUNKS, {(): self.holding.chunks})
        if self.feedback is not None:
            yield _gauge(figures.FEEDBACK, {(rating,): number for rating, number in self.feedback.items()})
        if self.spending:
            spent = self.spending
            yield _gauge(figures.TOKENS, {("in",): spent.tokens_in, ("out",): spent.tokens_out})
            yield _gauge(figures.TOKENS_LIMIT, {(): spent.tokens_limit})
            for figure, money in ((figures.COST, spent.cost), (figures.COST_LIMIT, spent.cost_limit)):
                if money is not None:
                    yield _gauge(figure, {(): money})


class Processes(Collector):
    """The processes that answer: those that share `folder`, or this one alone. Linux only; elsewhere only their number is known."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Sums over them."""
        pids = living(self._folder) if self._folder else [os.getpid()]
        yield _gauge(figures.WORKERS, {(): len(pids)})
        found: dict[str, list[float]] = {}
        for pid in pids:
            with contextlib.suppress(OSError):  # it has just ended
                for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                    found.setdefault(metric.samples[0].name, []).append(metric.samples[0].value)
        for figure in figures.PROCESS:
            if values := found.get(figure.name):
                value = min(values) if figure.name == "process_start_time_seconds" else sum(values)
                yield _gauge(figure, {(): value}) if figure.kind == "gauge" else _counter(figure, value)


def living(folder: Path) -> Sequence[int]:
    """The workers that share a folder and live; of those that are gone, what counts only the living is cleared away."""
    pids = {int(number) for path in folder.glob("*.db") if (number := path.stem.rsplit("_", 1)[-1]).isdigit()}
    found = []
    for pid in sorted(pids):
        try:
            os.kill(pid, 0)
            found.append(pid)
        except (ProcessLookupError, PermissionError):  # gone, or its number is another's process now
            for path in folder.glob(f"gauge_live*_{pid}.db"):
                path.unlink(missing_ok=True)
    return found


def _gauge(figure: Figure, values: Mapping[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(figure.name, figure.help, labels=figure.labels)
    for labels, value in values.items():
        family.add_metric(labels, float(value))
    return family


def _counter(figure: Figure, value: float) -> Metric:
    return CounterMetricFamily(figure.name.removesuffix("_total"), figure.help, value=value)
