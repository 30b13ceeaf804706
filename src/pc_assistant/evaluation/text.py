"""An answer's Markdown as words: plain text for key facts, statements with their markers for grounding."""

import re
from typing import NamedTuple

_MARKER = re.compile(r"\[(\d{1,3})\]")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_HEADING = re.compile(r"^\s*#{1,6}\s|^\s*\*\*[^*]+[^*.!?:]\*\*\s*$")
_SENTENCE_END = re.compile(r"(?<=[.!?])((?:\s*\[\d{1,3}\])*)\s+(?=[\"'“‘(]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs?|no|nos|paras?|regs?|arts?|cl|ch|pp?|ss?|dr|mrs?|ms|prof|st|[a-z])\.$", re.IGNORECASE
)

STOP_WORDS = frozenset(
    """
    a about after all also an and any are as at be been before being both but by can could did do does each for from had has have
    he her his how i if in into is it its may more most must no not of on one only or other our out over own she should so some
    such than that the their them then there these they this those through to too under until up was we were what when where
    which while who whom whose why will with would yes you your
    """.split()
)


class Statement(NamedTuple):
    """One sentence, list item or table row of an answer, without mark-up, and the markers it carries."""

    text: str
    markers: tuple[int, ...]


def plain(answer: str) -> str:
    """The answer in one line: markers `[n]` and `**` taken out, runs of white space made one space."""
    return " ".join(re.sub(r"\s*\[\d{1,3}\]", "", answer).replace("**", "").split())


def markers(text: str) -> tuple[int, ...]:
    """The numbers of the markers in the order they stand, repeated ones included."""
    return tuple(int(number) for number in _MARKER.findall(text))


def statements(answer: str) -> list[Statement]:
    """What the answer states, in order. Headings, table headers and rules, and lead-ins (ending in ":") state nothing."""
    pieces: list[str] = []
    for block in _blocks(answer.splitlines()):
        pieces += [block] if _is_whole(block) else _sentences(block)
    found = [Statement(plain(_BULLET.sub("", piece).replace("|", " ")), markers(piece)) for piece in pieces]
    return [item for item in found if not item.text.endswith(":") and (content_words(item.text) or numbers(item.text))]


def numbers(text: str) -> set[str]:
    """The figures in a text as digits: "1,200" is "1200"."""
    return {number.replace(",", "") for number in re.findall(r"\d+(?:[.,]\d+)*", text)}


def content_words(text: str) -> set[str]:
    """The words that carry meaning, in lower case: letters only, no function words."""
    return {word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 1 and word not in STOP_WORDS}


def _is_whole(block: str) -> bool:
    return bool(_BULLET.match(block)) or block.lstrip().startswith("|")


def _blocks(lines: list[str]) -> list[str]:
    """List items and table rows one by one, paragraphs joined."""
    blocks: list[str] = []
    open_block = False
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        bare = line.strip().removeprefix("> ")
        if not bare or _HEADING.match(bare) or _TABLE_RULE.match(bare) or (bare.startswith("|") and _TABLE_RULE.match(after)):
            open_block = False
        elif bare.startswith("|"):
            blocks.append(bare)
            open_block = False
        elif _BULLET.match(bare) or not open_block:
            blocks.append(bare)
            open_block = True
        else:
            blocks[-1] += " " + bare
    return blocks


def _sentences(paragraph: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(paragraph):
        if not _ABBREVIATION.search(paragraph[start : end.start()]):
            sentences.append(paragraph[start : end.end()])
            start = end.end()
    return [*sentences, paragraph[start:]]
