"""Is a line supported by what it cites? Checked without a model, for every answerer."""

import re

from pc_assistant.answering.draft import Line
from pc_assistant.retrieval.terms import STOP, stem, words

NEGATIONS = frozenset("not never no none nor neither without unless except".split())
MODALS = NEGATIONS | frozenset("must should may might can could shall will would all every only expected required unable".split())
# What is cited with one of these may not be repeated without it.
BINDING = NEGATIONS | frozenset("must should may might could only expected unable".split())
QUANTITIES = frozenset(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
    thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half third quarter double once twice""".split()
)
NAME = re.compile(r"\b[A-Z][\w&’'-]+")
FIRST = re.compile(r"(?:^|[.!?:;]\s+)[“\"'‘(]*$")
MONTH = re.compile(r"\bMay(?= (?:19|20)\d\d\b)")
SHORT = (
    (re.compile(r"\b(?:can(?:no|n?['’])t)\b", re.I), "can not"),
    (re.compile(r"\bwon['’]t\b", re.I), "will not"),
    (re.compile(r"n['’]t\b", re.I), " not"),
)
LEAST_SHARE = 0.8


def supported(line: Line) -> tuple[bool, str]:
    """Whether a line's words stand in its supporting words, and if not, why.

    A line that repeats its support whole is supported. Else every figure, quantity, name, modal verb and negation must occur in the support,
    none that binds may be dropped, and at least four fifths of the words that carry meaning must be there.
    """
    if line.kind == "cells":
        faults = [why for held, why in map(supported, line.cells) if not held]
        return (not faults, faults[0] if faults else "every cell is supported")
    if line.kind in {"fixed", "fixed_header"}:
        return (True, "fixed words") if not line.supports else (False, "fixed words cannot cite")
    if not line.supports:
        return False, "nothing is cited"
    text = " ".join(line.text.split())
    cited = [" ".join(support.words.split()) for support in line.supports]
    if text in {*cited, " ".join(cited)}:
        return True, "verbatim"
    fault = _fault(_in_full(text), _in_full(" ".join(cited)))
    return (False, fault) if fault else (True, "its words are in what is cited")


def _fault(text: str, cited: str) -> str | None:
    said, known = words(text), set(words(cited))
    modal, bound = (MODALS & set(words(MONTH.sub(" ", part))) for part in (text, cited))
    faults = [f"the figure {word} is not in what is cited" for word in said if _counts(word) and word not in known]
    faults += [f"“{word}” is not in what is cited" for word in sorted(modal - bound)]
    faults += [f"“{word}” of what is cited is dropped" for word in sorted(BINDING & bound - modal)]
    if faults:
        return faults[0]
    stems = {stem(word) for word in known}
    for match in NAME.finditer(text):
        unknown = [word for word in words(match.group()) if stem(word) not in stems]
        if unknown and not (FIRST.search(text[: match.start()]) and set(unknown) <= STOP):
            return f"the name {match.group()} is not in what is cited"
    content = [word for word in said if word not in STOP]
    held = sum(1 for word in content if stem(word) in stems)
    return "its words are not in what is cited" if content and held / len(content) < LEAST_SHARE else None


def _counts(word: str) -> bool:
    return word in QUANTITIES or any(c.isdigit() for c in word)


def _in_full(text: str) -> str:
    """`text` with its contracted negations in full."""
    for pattern, full in SHORT:
        text = pattern.sub(full, text)
    return text
