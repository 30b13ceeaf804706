"""Sentences with their offsets."""

import re

from sentencex import segment

# sentencex still splits after these; a piece that ends so is joined with the next.
OPEN_END = re.compile(r"(?:\b(?:para|paras|reg|regs|civ|no|nos|vol|fig|e\.g|eg|i\.e|cf|st|dr|mr|mrs|ms|prof|approx|art|s|ss|pp?)\.|\b[A-Z]\.)\s*$", re.I)
CONTINUES = re.compile(r"^[a-z(\d]")


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of a paragraph; together they hold every character that is not white space."""
    found: list[tuple[int, int]] = []
    cursor = 0
    joined = False
    for piece in segment("en", text):
        stripped = piece.strip()
        if not stripped:
            continue
        start = text.index(stripped, cursor)
        cursor = start + len(stripped)
        if found and (joined or CONTINUES.match(stripped) and not re.match(r"\d", stripped)):
            found[-1] = (found[-1][0], cursor)
        else:
            found.append((start, cursor))
        joined = bool(OPEN_END.search(stripped)) and not re.search(r"\bno\.$", stripped, re.I)
    return found
