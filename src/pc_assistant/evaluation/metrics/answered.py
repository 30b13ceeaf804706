"""Did the assistant answer at all? A failure is scored here and in `passed`, and nowhere else."""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.record import Record


def judge(record: Record) -> Score | None:
    """1 where question, answer and search went without an error."""
    return Score(value=float(record.attempt.error is None), reason=record.attempt.error or "no error")


METRICS = (Metric("no_error", judge, "the assistant gave an answer without failing", gate="strict"),)
