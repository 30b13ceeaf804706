"""Where on a question's way did a failed case go wrong?"""

from typing import Literal

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.metrics.evidence import stated_in
from pc_assistant.evaluation.metrics.key_facts import stated
from pc_assistant.evaluation.metrics.passed import fault
from pc_assistant.evaluation.record import Record

CauseName = Literal[
    "not_in_corpus",
    "not_retrieved",
    "ranked_low",
    "retrieved_not_used",
    "wrongly_cited",
    "wrongly_refused",
    "wrongly_answered",
    "failed",
    "unknown",
]
MEANINGS: dict[CauseName, str] = {
    "not_in_corpus": "no passage of the named sections states the fact",
    "not_retrieved": "the corpus states the fact, the search did not find it",
    "ranked_low": "the search found the fact, but below rank 5",
    "retrieved_not_used": "the fact stood in the first 5 passages, the answer left it out",
    "wrongly_cited": "the answer is complete, but a citation, a quote or a statement does not hold",
    "wrongly_refused": "the facts stood in the first 5 passages, the question was refused",
    "wrongly_answered": "the question had to be refused",
    "failed": "the assistant gave no answer but an error",
    "unknown": "the service has no search, so the way cannot be traced",
}
TOP = 5
_STAGES: tuple[CauseName, ...] = ("retrieved_not_used", "ranked_low", "not_retrieved", "not_in_corpus")


class Cause(Value):
    """The step that lost a case, and what was seen there."""

    name: CauseName
    reason: str


def attribute(record: Record) -> Cause | None:
    """The cause of a failed case, None where it passes.

    Each missing fact is lost at some stage. The cause is the earliest stage that must be mended to make the answer complete with the fewest
    repairs: facts that were nearest to the answer are taken first.
    """
    why = fault(record)
    if why is None:
        return None
    return Cause(name=_cause(record), reason=why)


def _cause(record: Record) -> CauseName:
    if record.answer is None:
        return "failed"
    if record.case.expect == "refuse":
        return "wrongly_answered"
    in_answer = stated(record) or ()
    if sum(in_answer) >= record.case.needed:
        return "wrongly_cited"
    if record.attempt.found is None:
        return "wrongly_refused" if record.answer.status == "refused" else "unknown"
    lost = sorted(stage for stage, there in zip(_lost_at(record), in_answer, strict=True) if not there)
    cause = _STAGES[lost[record.case.needed - sum(in_answer) - 1]]
    return "wrongly_refused" if cause == "retrieved_not_used" and record.answer.status == "refused" else cause


def _lost_at(record: Record) -> list[int]:
    """For each key fact the index of the stage beyond which it was not seen."""
    found = record.attempt.found or ()
    reached = (stated_in(record, found[:TOP]), stated_in(record, found), stated_in(record, (*found, *record.attempt.held)))
    return [next((stage for stage, there in enumerate(seen) if there), len(_STAGES) - 1) for seen in zip(*reached, strict=True)]
