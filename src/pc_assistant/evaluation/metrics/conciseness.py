"""How long is the answer?"""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.record import Record
from pc_assistant.evaluation.text import plain


def judge(record: Record) -> Score | None:
    """Words of the answer, markers not counted."""
    if record.given is None:
        return None
    words = len(plain(record.given.answer).split())
    return Score(value=words, reason=f"{words} words")


METRICS = (Metric("words", judge, "length of an answer; see the median", better="lower", gate="no", unit="words"),)
