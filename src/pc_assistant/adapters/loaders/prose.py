"""What the formats with structure of their own write their text into: lines of Markdown, with the place where each is printed."""

import re
from collections.abc import Iterable, Sequence

from pc_assistant.domain.documents import Section
from pc_assistant.knowledge.outline import sections
from pc_assistant.knowledge.places import Spot

Placed = tuple[str, Spot | None]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
SPECIAL = re.compile(r"[\\`*_\[\]<|]")
FIRST = re.compile(r"^(?:([#+>-])|(\d{1,2})([.)])(?=\s))")


def escaped(text: str) -> str:
    """`text` on one line so that Markdown takes every character as it is."""
    text = SPECIAL.sub(r"\\\g<0>", " ".join(CONTROL.sub(" ", text).split())).replace("&", "&amp;")
    return FIRST.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", text)


class Prose:
    """A document as it is read. Texts are Markdown already: those who write hand over what `escaped` made."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spots: list[Spot | None] = []
        self.marked = False

    def heading(self, level: int, text: str, spot: Spot | None = None) -> None:
        """A heading; `level` from 1. One without a word is none."""
        if re.search(r"\w", text):
            self.marked = True
            self._add([("", spot), (f"{'#' * max(1, min(level, 6))} {text}", spot), ("", spot)])

    def paragraph(self, lines: Iterable[Placed]) -> None:
        """A paragraph of one or more printed lines."""
        lines = list(lines)
        if lines:
            self._add([*lines, ("", lines[-1][1])])

    def items(self, items: Sequence[Sequence[Placed]], ordered: bool = False) -> None:
        """A list; an item may have several printed lines."""
        for number, item in enumerate(items, 1):
            mark = f"{min(number, 99)}. " if ordered else "- "
            self._add([(mark + text if n == 0 else text, spot) for n, (text, spot) in enumerate(item)])
        if items:
            self._add([("", items[-1][-1][1] if items[-1] else None)])

    def table(self, rows: Sequence[Sequence[str]], spots: Sequence[Spot | None] = (), header: bool = True) -> None:
        """A table; of one column only, its cells are paragraphs."""
        spots = spots or [None] * len(rows)
        if max(map(len, rows), default=0) < 2:
            for row, spot in zip(rows, spots, strict=True):
                self.paragraph([(cell, spot) for cell in row if cell])
            return
        self._add([("", spots[0])])
        for number, (row, spot) in enumerate(zip(rows, spots, strict=True)):
            self._add([(f"| {' | '.join(row)} |", spot)])
            if number == 0 and header:
                self._add([(f"|{' --- |' * len(row)}", spot)])
        self._add([("", spots[-1])])

    def sections(self, outline: Sequence[tuple[str, ...]], title: str) -> tuple[Section, ...]:
        """All of it as sections. Where the format marks no heading, short lines that stand alone are."""
        spots = self.spots if any(self.spots) else ()
        return sections(self.lines, outline, title, spots, marked_only=self.marked)

    def _add(self, lines: Iterable[Placed]) -> None:
        for text, spot in lines:
            self.lines.append(text)
            self.spots.append(spot)
