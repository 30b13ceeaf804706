"""How long did the caller wait? The steps' own times are in the summary; times are never gated, for they are the machine's."""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.record import Record


def judge(record: Record) -> Score | None:
    """Milliseconds from question to answer, as the caller saw it."""
    if record.answer is None:
        return None
    return Score(value=record.attempt.elapsed_ms, reason=f"{record.attempt.elapsed_ms:.1f} ms")


METRICS = (Metric("latency_ms", judge, "time from question to answer; see the median", better="lower", gate="no", unit="ms"),)
