"""Draft: the lines of an answer before they are rendered, each with what supports it."""

from typing import Literal

from pc_assistant.domain.documents import Chunk, Document, Unit
from pc_assistant.domain.values import Value

LineKind = Literal["sentence", "lead", "item", "header", "row", "fixed", "fixed_item", "fixed_header", "cells"]
FIXED: frozenset[LineKind] = frozenset({"fixed", "fixed_item", "fixed_header"})  # our own words, which state nothing of the corpus


class Support(Value):
    """The unit of a chunk that a line rests on."""

    chunk: Chunk
    document: Document
    unit: Unit

    @property
    def words(self) -> str:
        """The supporting words, verbatim."""
        return self.chunk.quote(self.unit)


class Line(Value):
    """One sentence, list item or table row of an answer; only a fixed line, which states nothing of the corpus, has no support.

    A line of kind `cells` is a row whose cells are lines of their own, each with its support.
    """

    text: str
    kind: LineKind
    supports: tuple[Support, ...] = ()
    group: int = 0
    cells: tuple["Line", ...] = ()

    def grounds(self) -> tuple[Support, ...]:
        """Everything that the line and its cells rest on."""
        return (*self.supports, *(support for cell in self.cells for support in cell.supports))


class Draft(Value):
    """The lines in reading order; lines of one `group` stand together. `missing` names the part of the question that is not covered."""

    lines: tuple[Line, ...] = ()
    missing: str | None = None

    @property
    def words(self) -> int:
        """How long the answer is."""
        return sum(len(line.text.split()) for line in self.lines)
