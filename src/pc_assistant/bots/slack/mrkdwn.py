"""Slack's markup: text made safe for it, cut to its limits and read from it.

Lengths are counted in UTF-16 units, the most that any way of counting comes to.
"""

import html
import re
from collections.abc import Iterable, Iterator

ELLIPSIS = "…"
LONGEST_WORD = 300  # however it is escaped, it fits into any text
LONGEST_LINK = 1500
PIECES = re.compile(rf"\s+|\S{{1,{LONGEST_WORD}}}")
REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def size(text: str) -> int:
    """The length of a text as limits count it."""
    return len(text) + sum(char > "\uffff" for char in text)


def escape(text: str) -> str:
    """Text of which nothing is read as a link, a mention or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fit(text: str, most: int) -> str:
    """Escaped text of at most `most`, cut with an ellipsis where it would be longer; no entity is cut in two."""
    whole = escape(text)
    return whole if size(whole) <= most else _cut((escape(char) for char in text), most)


def fit_plain(text: str, most: int) -> str:
    """The same for the places that take plain text, where nothing is escaped."""
    return text if size(text) <= most else _cut(text, most)


def link(url: str, text: str) -> str:
    """A link; its text alone where the address is too long for one."""
    address = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    made = f"<{escape(address)}|{escape(text)}>"
    return made if size(made) <= LONGEST_LINK else escape(text)


def pieces(text: str) -> Iterator[str]:
    """Escaped pieces between which a text may be broken; joined they are the text."""
    return (escape(piece) for piece in PIECES.findall(text))


def packed(lines: Iterable[list[str]], most: int) -> list[str]:
    """Lines, each in pieces, packed into as few texts of at most `most` as they come to, none of them empty; broken inside a line only where it must be."""
    texts: list[str] = []
    current, length = "", 0
    for line in lines:
        whole = "".join(line)
        more = size(whole) + bool(current)
        if length + more <= most:
            current, length = f"{current}\n{whole}" if current else whole, length + more
            continue
        texts.append(current)
        current, length = "", 0
        for piece in line:
            if length + size(piece) > most:
                texts.append(current)
                current, length = "", 0
            current, length = current + piece, length + size(piece)
    return [text.strip() for text in (*texts, current) if text.strip()]


def read(text: str, bot_user: str = "") -> str:
    """What a person typed, from a message's text: the bot's own mention left out, links as their text, entities undone."""

    def spoken(found: re.Match[str]) -> str:
        sign, target, label = found.groups()
        if sign == "@":
            return "" if target == bot_user else f"@{label or 'somebody'}"
        if sign == "!":
            return label or ""
        return (("#" if sign else "") + label) if label else ("" if sign else target)

    return html.unescape(REFERENCE.sub(spoken, text)).strip()


def _cut(chars: Iterable[str], most: int) -> str:
    kept, length = [], size(ELLIPSIS)
    for char in chars:
        length += size(char)
        if length > most:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS
