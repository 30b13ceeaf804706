"""Does the confidence mean something? The Brier score of one answer (Brier, 1950): (confidence - passed)²."""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.metrics.passed import fault
from pc_assistant.evaluation.record import Record


def judge(record: Record) -> Score | None:
    """Squared distance of the confidence from what came true, for what was answered."""
    if record.answer is None or record.answer.status == "refused":
        return None
    passed = fault(record) is None
    return Score(
        value=(record.answer.confidence - passed) ** 2,
        reason=f"confidence {record.answer.confidence:.2f}, {'passed' if passed else 'failed'}",
    )


METRICS = (Metric("brier", judge, "squared error of the confidence as the chance to pass", better="lower"),)
