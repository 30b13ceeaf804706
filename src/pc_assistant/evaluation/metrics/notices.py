"""Does the answer carry the right notices and no others?"""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.record import Record


def judge(record: Record) -> Score | None:
    """1 where the notice codes are just those that the case names; none where it names no list."""
    if record.case.notices is None or record.answer is None:
        return None
    if record.case.expect == "answer" and record.given is None:
        return None
    expected, given = set(record.case.notices), {notice.code for notice in record.answer.notices}
    parts = [f"missing {', '.join(sorted(expected - given))}"] if expected - given else []
    parts += [f"too many: {', '.join(sorted(given - expected))}"] if given - expected else []
    return Score(value=float(not parts), reason="; ".join(parts) or "as expected")


METRICS = (Metric("notices", judge, "the notices are the expected ones and no others"),)
