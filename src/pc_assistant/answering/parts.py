"""The parts of a question that asks for several things, and which of them the evidence leaves open."""

import re
from collections.abc import Sequence

from pc_assistant.answering.asking import AUXILIARY
from pc_assistant.answering.evidence import Evidence
from pc_assistant.answering.slots import SUMS, Slot, bound, slot
from pc_assistant.retrieval.facets import Facet
from pc_assistant.retrieval.terms import terms

# A part begins with a question word of its own, or is one more thing of what the part before asks about.
JOINT = re.compile(
    r"(?:\?|;|,? and(?: also)?|, (?:but|plus)|,)\s+(?=(?:who|whose|when|where|why|which|what|how (?:many|much|long|far|often|big|large|old))\b)"
    r"|,? and\s+(?=(?:its|their)\b)",
    re.I,
)
POSSESSED = re.compile(r"(?:its|their)\b", re.I)
ASKING = re.compile(r"(?:who|whose|when|where|why|which|what|how|tell|list|name|explain|describe|compare|summari[sz]e|outline)\b")


def parts(text: str) -> tuple[str, ...]:
    """The things that a question asks for, each in the asker's words; one where it asks for one."""
    return tuple(part.strip(" ?.,;") for part in JOINT.split(text) if part.strip(" ?.,;"))


def asks(part: str) -> bool:
    """Whether words ask for something, and do not only say who asks and why."""
    return any(ASKING.match(sentence) or AUXILIARY.match(sentence) for sentence in re.split(r"(?<=[.!:])\s+", part.lower()))


def unanswered(text: str, evidence: Sequence[Evidence], facets: Sequence[Facet] = ()) -> str | None:
    """The part that asks for a figure, a date, a name or the like which no evidence holds, where another part is answered; else null.

    The parts are those of the question's words, or the sides that it asks the same of.
    """
    asked = [(part, slot(f"what is {part}" if POSSESSED.match(part) else part), evidence) for part in parts(text)]
    if len(asked) < 2:
        asked = [(facet.label, slot(text), [e for e in evidence if facet.holds(e.place)]) for facet in facets if facet.label in text]
    missing = [part for part, wanted, held in asked if not _answered(wanted, held)]
    return missing[0] if len(asked) > 1 and len(missing) == 1 else None


def _answered(wanted: Slot, evidence: Sequence[Evidence]) -> bool:
    if wanted.kind == "none":
        return True
    filled = [f"{e.words} {e.above}" for e in evidence if bound(wanted, e.words, e.above)]
    named = set(wanted.focus) & SUMS
    return any(not named or named & set(terms(text)) for text in filled)
