"""Every case judged by every metric."""

from collections.abc import Iterable
from itertools import groupby
from math import fsum

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.attribution import Cause, attribute
from pc_assistant.evaluation.metric import Score
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.record import Attempt, Record, records


class CaseResult(Value):
    """One case with its scores by metric (absent where a metric does not apply) and, where it failed, the cause.

    Of a case asked several times each score is the mean, with the reason of the worst; `flaky` where it passed sometimes.
    """

    record: Record
    scores: dict[str, Score]
    cause: Cause | None
    flaky: bool

    @property
    def id(self) -> str:
        """The case's id."""
        return self.record.case.id

    @property
    def category(self) -> str:
        """The case's category."""
        return self.record.case.category

    @property
    def passed(self) -> bool:
        """True where the case passed every time."""
        return self.scores["passed"].value == 1.0


def score(attempts: Iterable[Attempt]) -> list[CaseResult]:
    """One result a case, sorted by id whatever the order of the attempts."""
    return [_judge(list(asked)) for _, asked in groupby(records(attempts), key=lambda record: record.case.id)]


def by_metric(results: Iterable[CaseResult]) -> dict[str, dict[str, float]]:
    """Metric name to case id to value."""
    table: dict[str, dict[str, float]] = {}
    for result in results:
        for name, given in result.scores.items():
            table.setdefault(name, {})[result.id] = given.value
    return table


def _judge(asked: list[Record]) -> CaseResult:
    scores: dict[str, Score] = {}
    for metric in shelf():
        given = [one for one in map(metric.judge, asked) if one is not None]
        if given:
            worst = (min if metric.better == "higher" else max)(given, key=lambda one: one.value)
            scores[metric.name] = Score(value=fsum(one.value for one in given) / len(given), reason=worst.reason)
    causes = [cause for cause in map(attribute, asked) if cause]
    return CaseResult(record=asked[0], scores=scores, cause=causes[0] if causes else None, flaky=0 < len(causes) < len(asked))
