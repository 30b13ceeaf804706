"""What kind of answer a question asks for."""

import re
from typing import Literal

from pc_assistant.domain.values import Value

AskKind = Literal["comparison", "date", "definition", "list", "number", "open", "person", "steps", "why", "yes_no"]

# Ends the words after "what" or "which" among which the plural of a list stands; "what does …" and "what happens …" ask for no list.
NO_NOUN = (
    r"(?:does|do|did|is|was|are|were|has|have|had|can|could|should|must|will|would|may|might|if|about|happens|makes|means|counts|matters|works|drives|holds|needs"
    r"|comes|goes|distinguishes|sets|gives|this|its)\b"
)
PATTERNS: tuple[tuple[AskKind, str], ...] = (
    (
        "comparison",
        r"\b(compare|comparison|differences?|differ|versus|vs\.?|contrast|distinguish(es|ed)?|as opposed to|distinction|how is .{3,60} different)\b",
    ),
    (
        "number",
        r"\bhow (many|much|far|long|large|big|often|old|frequently)\b|\b(what|which) (percentage|proportion|share|number|percent|fraction|%)"
        r"|\bpercentage of\b|\bwhat was the (figure|number|size)\b|\bby how much\b|\bnumber of\b|\bwhat saving",
    ),
    (
        "date",
        r"^(and |so |but )?(since |by |from |until )?when\b|\bwhat (year|date|month|day)\b|\bby when\b|\bsince when\b|\bwhich (year|month|date)\b|\bdeadline\b",
    ),
    ("person", r"\bwho\b|\bwhose\b|\bname of the (chair|chief|lead|director|person)"),
    ("why", r"\bwhy\b|\bfor what reason\b|\bwhat (is|was) the (reason|rationale)\b|\bhow come\b"),
    (
        "definition",
        r"^(what('s| is| are| was)?|define|definition|meaning|explain) (an? |the (meaning|definition) of |meant by |is meant by )|\bwhat does .{2,50} (mean|stand for)\b"
        r"|^(define|definition of|meaning of)\b|\bwhat do(es)? (we|you|they) mean by\b|\bmeant by\b|^what is (?!the\b)",
    ),
    (
        "list",
        r"\b(what|which) (are|were) (the |some |its |their |our )?|\b(list|name|enumerate|outline|set out|give me|summarise|summarize)\b"
        rf"|\b(what|which) ((?!{NO_NOUN})[a-z'-]+ ){{0,3}}(?!{NO_NOUN})[a-z-]{{3,}}s\b|\bwhat (kinds?|types?|sorts?|examples?) of\b|\bexamples? of\b",
    ),
    (
        "steps",
        r"\bhow (do|can|should|could|would|might|must|does|did|to|best to)\b|\bsteps?\b|\bwhat (should|must|do) (we|i|our|trusts|boards?|providers?) (do|consider|include|put|cover)\b",
    ),
    (
        "yes_no",
        r"^(so |and |but |also,? )?(is|are|was|were|can|could|do|does|did|must|should|will|would|has|have|had|may|might|am|isn't|aren't|can't|don't|doesn't)\b",
    ),
)


class Ask(Value):
    """The kind of answer wanted, whether a whole list is, and how short it must be."""

    kind: AskKind
    wants_list: bool = False
    count: int | None = None
    brief: bool = False


AUXILIARY = re.compile(
    r"^(?:so |and |but |also,? )?(?:is|are|was|were|can|could|do|does|did|must|should|will|would|has|have|had|may|might|isn't|aren't|can't|don't|doesn't|didn't)\b"
)
WH = re.compile(r"\b(?:how (?:many|much|far)|what (?:are|were|percentage|proportion)|which|compare|differ\w*|list|when|examples?)\b")
NUMBERS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fourteen": 14,
}
COUNTED = re.compile(
    r"\b(?:the|its|their|which|what|all|are|main|key|list|name)\s+(?:\w+\s+)?(" + "|".join(NUMBERS) + r"|[2-9]|1[0-9])\s+\w+", re.I
)
MEMBERS = re.compile(
    r"\b(?:who|which|what|list)\b.{0,40}\b(?:members?|partners?|organisations|make(?:s)? up|belongs?|takes? part|involved|comprises?|consists?)\b",
    re.I,
)
BRIEF = re.compile(r"\b(in (one|a) (line|sentence|word|nutshell)|briefly|in brief|short(er|ly)?|tl;?dr|one[- ]liner|concise(ly)?)\b", re.I)


def analyse(text: str) -> Ask:
    """The kind of a standalone question. Total: every text has one."""
    lowered = " ".join(text.lower().replace("’", "'").split())
    last = max(re.split(r"(?<=[.!])\s+", lowered), key=lambda part: ("?" in part, len(part)))
    kind: AskKind | None = "yes_no" if AUXILIARY.match(last) and not WH.search(last) else None
    kind = kind or next((kind for kind, pattern in PATTERNS if re.search(pattern, last)), None)
    if kind is None:
        kind = next((kind for kind, pattern in PATTERNS if re.search(pattern, lowered)), "open")
    counted = COUNTED.search(lowered)
    count = None
    if counted and kind in {"list", "open", "definition", "steps"}:
        word = counted.group(1)
        count = NUMBERS.get(word) or int(word) if word in NUMBERS or word.isdigit() else None
    wants = kind == "list" or count is not None or bool(MEMBERS.search(lowered))
    return Ask(
        kind="list" if wants and kind in {"definition", "open"} else kind, wants_list=wants, count=count, brief=bool(BRIEF.search(lowered))
    )
