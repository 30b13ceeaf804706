"""Does the answer state what a right answer must state? A refusal states nothing."""

from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record
from pc_assistant.evaluation.text import plain


def stated(record: Record) -> tuple[bool, ...] | None:
    """Which key facts the answer states; None where no answer was expected or the assistant failed."""
    if record.answer is None or record.case.expect == "refuse":
        return None
    return record.case.stated(plain(record.answer.answer)) if record.given else (False,) * len(record.case.key_facts)


def recall(record: Record) -> Score | None:
    """Share of the key facts that the answer states."""
    found = stated(record)
    return None if found is None else share(sum(found), len(found), _missing(record, found))


def complete(record: Record) -> Score | None:
    """1 where the answer states as many key facts as the case asks for."""
    found = stated(record)
    if found is None:
        return None
    enough = sum(found) >= record.case.needed
    return Score(
        value=float(enough), reason=f"{sum(found)} of {len(found)}, {record.case.needed} needed; {_missing(record, found)}".rstrip("; ")
    )


def _missing(record: Record, found: tuple[bool, ...]) -> str:
    missing = [alternatives[0] for alternatives, there in zip(record.case.key_facts, found, strict=True) if not there]
    return "without " + "; ".join(missing) if missing else ""


METRICS = (
    Metric("key_fact_recall", recall, "share of the key facts that the answer states"),
    Metric("complete", complete, "the answer states as many key facts as the case asks for"),
)
