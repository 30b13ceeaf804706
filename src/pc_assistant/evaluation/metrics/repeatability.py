"""Is the same question, asked again, answered in the same words with the same citations?"""

from pc_assistant.domain.answers import Answer
from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record


def _says(answer: Answer) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return answer.status, answer.answer, tuple((citation.passage_id, citation.quote) for citation in answer.citations)


def judge(record: Record) -> Score | None:
    """Share of the later repetitions that say what the first said."""
    later = [attempt for attempt in record.repetitions if attempt.answer]
    if record.answer is None or not later:
        return None
    changed = [attempt.repetition for attempt in later if attempt.answer and _says(attempt.answer) != _says(record.answer)]
    return share(len(later) - len(changed), len(later), f"otherwise in repetition {', '.join(map(str, changed))}" if changed else "")


METRICS = (Metric("repeatability", judge, "share of the repetitions that say the same"),)
