"""Are questions that need the conversation before them answered?"""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.metrics.key_facts import complete
from pc_assistant.evaluation.record import Record


def judge(record: Record) -> Score | None:
    """Completeness of the answers to questions that come with a history."""
    return complete(record) if record.case.history else None


METRICS = (Metric("follow_ups_complete", judge, "completeness of the answers to follow-up questions"),)
