"""Is each statement of an answer supported by what it cites?

A statement (sentence, list item or table row) is supported where it carries a marker and the quotes behind its markers hold all its figures
and at least 60% of its content words. It is a check of words, not of meaning: it sees what was added, not what was twisted.
"""

import re

from pc_assistant.domain.answers import Answer
from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record
from pc_assistant.evaluation.text import Statement, content_words, numbers, statements

SHARED_WORDS = 0.6
_SAYS_WHAT_IS_MISSING = re.compile(
    r"\b(documents?|corpus|sources?|notes|passages?)\b.*\b(do|does|did|is|are)(n't| not)\b"
    r"|\bnot covered\b|\bnothing (in|on|about)\b|\bfound no(thing)?\b",
    re.IGNORECASE,
)


def unsupported(answer: Answer) -> list[str]:
    """Why each unsupported statement is so; the words by which a partial answer says what is missing need no support."""
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    faults = (_fault(statement, quotes, answer.status == "partial") for statement in statements(answer.answer))
    return [fault for fault in faults if fault]


def _fault(statement: Statement, quotes: dict[int, str], partial: bool) -> str | None:
    if partial and not statement.markers and _SAYS_WHAT_IS_MISSING.search(statement.text):
        return None
    text = re.sub(r"\bnot covered\b", "", statement.text, flags=re.IGNORECASE)
    if not statement.markers:
        return f"no marker: {statement.text!r}"
    behind = " ".join(quotes.get(marker, "") for marker in statement.markers)
    if strange := numbers(text) - numbers(behind):
        return f"{', '.join(sorted(strange))} not in what it cites: {statement.text!r}"
    words = content_words(text)
    shared = len(words & content_words(behind))
    return f"{shared} of {len(words)} words in what it cites: {statement.text!r}" if shared < SHARED_WORDS * len(words) else None


def judge(record: Record) -> Score | None:
    """Share of the statements that nothing supports, whatever was expected."""
    if record.answer is None or record.answer.status == "refused":
        return None
    faults = unsupported(record.answer)
    of = len(statements(record.answer.answer))
    return share(len(faults), of, "; ".join(faults)) if of else Score(value=1.0, reason="the answer states nothing")


METRICS = (Metric("unsupported_sentences", judge, "share of an answer's statements that what they cite does not support", better="lower"),)
