"""Pass or fail: may this answer be shown?"""

from pc_assistant.evaluation.metric import Metric, Score
from pc_assistant.evaluation.metrics import citations, key_facts, markers, quotes, support
from pc_assistant.evaluation.record import Record


def fault(record: Record) -> str | None:
    """What makes the case fail, None where it passes.

    An answer passes where it is complete, cites a named document, every marker and quote holds and every statement is supported. A question
    that must be refused passes where it is refused.
    """
    if record.answer is None:
        return f"failed: {record.attempt.error}"
    refused = record.answer.status == "refused"
    if record.case.expect == "refuse":
        return None if refused else f"{record.answer.status}, must be refused"
    if refused:
        return f"refused: {record.answer.reason or 'no reason given'}"
    complete = key_facts.complete(record)
    return f"incomplete: {complete.reason}" if complete and complete.value < 1 else citing_fault(record)


def citing_fault(record: Record) -> str | None:
    """What is wrong with the citations of an answer, None where nothing is."""
    named, verbatim, resolved = citations.document_recall(record), quotes.judge(record), markers.judge(record)
    if named and named.value == 0:
        return f"no named document is cited: {named.reason}"
    if verbatim and verbatim.value < 1:
        return f"a quote is invented: {verbatim.reason}"
    if resolved and resolved.value < 1:
        return f"a marker leads nowhere: {resolved.reason}"
    faults = support.unsupported(record.answer) if record.answer else []
    return f"a statement is not supported: {faults[0]}" if faults else None


def judge(record: Record) -> Score | None:
    """1 where the case passes."""
    why = fault(record)
    return Score(value=float(why is None), reason=why or "passed")


METRICS = (Metric("passed", judge, "complete, rightly cited and supported; or rightly refused"),)
