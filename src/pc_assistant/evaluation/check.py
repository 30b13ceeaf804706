"""Is a dataset true to the originals? Every fact stands where its case says, and no pattern matches what is wrong."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.originals import Original
from pc_assistant.evaluation.text import numbers, plain

UNRELATED = (
    "",
    "The weather will be mild on Tuesday with some rain in the afternoon. Bring the flour and the sugar to the boil, stir for a while and "
    "leave to cool. The train to the coast was late again, and the girls had lost their shoes on the beach.",
    "I could not find an answer to this question in the documents. Please ask about something else, or put the question in another way.",
)
PLATITUDE = "Organisations work together with their partners to improve services for people in their area."


class Fault(Value):
    """What is wrong with a case; a warning is to be looked at, an error to be mended."""

    case_id: str
    severity: Literal["error", "warning"]
    what: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.case_id}: {self.what}"


def check(cases: Iterable[Case], originals: Mapping[str, Original]) -> list[Fault]:
    """Every fault of every case, in the order of the cases."""
    return [
        Fault(case_id=case.id, severity=severity, what=what)
        for case in cases
        for severity, what in (*_pointers(case, originals), *_facts(case, originals), *_wrong_matches(case))
    ]


Finding = tuple[Literal["error", "warning"], str]


def _pointers(case: Case, originals: Mapping[str, Original]) -> Iterator[Finding]:
    if case.expect == "answer" and not case.sources:
        yield "warning", "names no source"
    for source in case.sources:
        if source.doc not in originals:
            yield "error", f"there is no original of {source.doc}"
        elif originals[source.doc].section(source.section) is None:
            yield "error", f"{source.doc} has no heading line {source.section!r}"


def _facts(case: Case, originals: Mapping[str, Original]) -> Iterator[Finding]:
    """Facts, within the named sections taken together, else anywhere in the named documents; the digits of the figure."""
    known = [source for source in case.sources if source.doc in originals]
    if not known:
        return
    within = plain(" ".join(originals[source.doc].section(source.section) or "" for source in known))
    anywhere = " ".join(originals[doc].text for doc in sorted({source.doc for source in known}))
    for number, fact in enumerate(case.key_facts, start=1):
        if not _matches(fact, within):
            name = f"fact {number} ({' | '.join(fact)})"
            elsewhere = _matches(fact, anywhere)
            yield ("warning", f"{name} stands elsewhere in the document") if elsewhere else ("error", f"{name} is not there")
    if strange := numbers(case.figure or "") - numbers(within):
        yield "warning", f"figure {case.figure!r}: {', '.join(sorted(strange))} does not stand in the section as digits"


def _wrong_matches(case: Case) -> Iterator[Finding]:
    for number, fact in enumerate(case.key_facts, start=1):
        for pattern in fact:
            if any(_matches((pattern,), text) for text in UNRELATED):
                yield "error", f"fact {number}: {pattern!r} matches a text that has nothing to do with the question"
            elif _matches((pattern,), PLATITUDE):
                yield "warning", f"fact {number}: {pattern!r} matches what anybody would say"
            elif case.expect == "answer" and _matches((pattern,), plain(case.question)):
                yield "warning", f"fact {number}: {pattern!r} matches the question itself"


def _matches(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)
