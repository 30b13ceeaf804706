"""Is an answer given with confidence 0.8 right in 8 of 10 cases? Bins and the expected calibration error (Naeini et al., 2015)."""

from collections.abc import Iterable
from math import fsum

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.metrics.passed import fault
from pc_assistant.evaluation.record import Record

BINS = 10


class Bin(Value):
    """The answers whose confidence is in [low, high)."""

    low: float
    high: float
    n: int
    confidence: float
    passed: float


class Reliability(Value):
    """The bins that hold an answer, and the mean distance of confidence and share passed, weighted by `n`."""

    bins: tuple[Bin, ...]
    calibration_error: float


def reliability(records: Iterable[Record]) -> Reliability | None:
    """Confidence against what came true, over what was answered; None where nothing was."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for record in records:
        if record.answer and record.answer.status != "refused":
            place = min(BINS - 1, max(0, int(record.answer.confidence * BINS)))
            held.setdefault(place, []).append((record.answer.confidence, fault(record) is None))
    bins = tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            n=len(pairs),
            confidence=fsum(confidence for confidence, _ in pairs) / len(pairs),
            passed=sum(passed for _, passed in pairs) / len(pairs),
        )
        for place, pairs in sorted(held.items())
    )
    if not bins:
        return None
    total = sum(one.n for one in bins)
    return Reliability(bins=bins, calibration_error=fsum(one.n * abs(one.confidence - one.passed) for one in bins) / total)
