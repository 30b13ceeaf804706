"""Is a line supported by what it cites? Checked without a model, for every answerer."""

import re

from pc_assistant.answering.draft import Line
from pc_assistant.retrieval.terms import STOP, stem, words

MODALS = frozenset("must should may might can could shall will would cannot never not no only all every expected required unable".split())
NUMBER = re.compile(r"£?\d[\d,]*(?:\.\d+)?%?")
NAME = re.compile(r"\b[A-Z][\w&’'-]+")


def supported(line: Line) -> tuple[bool, str]:
    """Whether a line's words stand in its supporting words, and if not, why.

    A line that repeats its support verbatim is supported. Else every number, name, modal verb and negation must occur in the support, and at
    least four fifths of the other words that carry meaning.
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
    if any(text == words_ or text in words_ for words_ in cited):
        return True, "verbatim"
    joined = " ".join(cited)
    for number in NUMBER.findall(text):
        if number not in NUMBER.findall(joined):
            return False, f"the number {number} is not in what is cited"
    known = set(words(joined))
    for word in words(text):
        if word in MODALS and word not in known:
            return False, f"“{word}” is not in what is cited"
    for word in MODALS & known - {"can", "will", "all"}:
        if word in {"not", "cannot", "never", "no", "may", "might", "should", "must"} and word not in words(text):
            return False, f"“{word}” of what is cited is dropped"
    for name in NAME.findall(text)[1:]:
        if not set(words(name)) <= known:
            return False, f"the name {name} is not in what is cited"
    stems = {stem(word) for word in known}
    content = [word for word in words(text) if word not in STOP]
    held = sum(1 for word in content if stem(word) in stems)
    if content and held / len(content) < 0.8:
        return False, "its words are not in what is cited"
    return True, "words, numbers and modal verbs are in what is cited"
