"""Sentences with their offsets."""

import re

from sentencex import segment

# sentencex splits after these; the first are always followed by what they shorten, the second end sentences too.
ABBREVIATION = re.compile(r"(?<![\w’'])(?:paras?|vols?|approx|incl|ms|tel|(?:[A-Z]\. ){1,9}[A-Z])\.$", re.I)
BEFORE_NUMBER = re.compile(r"(?<![\w’'])(?:arts|ch|civ|figs|regs|sch|sched|sect|ss)\.$", re.I)
SPACE = re.compile(r"[^\S\n]")  # a no-break space before a stop ends sentencex and the process with it


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of a paragraph; together they hold every character that is not white space."""
    found: list[tuple[int, int]] = []
    cursor = 0
    text = SPACE.sub(" ", text)
    for piece in segment("en", text):
        sentence = piece.strip()
        if not sentence:
            continue
        start = text.index(sentence, cursor)
        cursor = start + len(sentence)
        if found and _goes_on(text[slice(*found[-1])], sentence):
            found[-1] = (found[-1][0], cursor)
        else:
            found.append((start, cursor))
    return found


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on where sentencex ends it."""
    if after[0].islower() or after[0] == "(" or ABBREVIATION.search(before):
        return True
    return after[0].isdigit() and BEFORE_NUMBER.search(before) is not None
