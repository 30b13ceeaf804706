"""Has every marker in the text its citation? Every answer, whatever was expected."""

from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record
from pc_assistant.evaluation.text import markers


def judge(record: Record) -> Score | None:
    """Share of the distinct markers that have a citation; none where the text has no marker."""
    if record.answer is None:
        return None
    used = set(markers(record.answer.answer))
    if not used:
        return None
    lost = sorted(used - {citation.marker for citation in record.answer.citations})
    return share(len(used) - len(lost), len(used), "without a citation: " + ", ".join(f"[{marker}]" for marker in lost) if lost else "")


METRICS = (Metric("markers_resolve", judge, "share of the markers that have their citation", gate="strict"),)
