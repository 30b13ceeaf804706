"""Document, Section, Chunk, Passage: what is held and what is found."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

from pc_assistant.domain.dates import Precision
from pc_assistant.domain.values import Value

Kind = Literal["guidance", "toolkit", "case_studies", "briefing", "event", "other"]
Representation = Literal["notes", "original"]
UnitKind = Literal["sentence", "lead", "item", "header", "row"]

DocumentId = str
DOCUMENT_ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,99}$"


class Document(Value):
    """One source: what it is, who published it, when (`published_precision` says how exactly that is known), and what the law was then."""

    id: str = Field(pattern=DOCUMENT_ID_PATTERN)
    title: str
    publisher: str = ""
    published: date | None = None
    published_precision: Precision | None = None
    kind: Kind = "other"
    law_as_of: date | None = None
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")  # a page links it
    licence: str = ""
    summary: str = ""
    representation: Representation = "notes"


class Box(NamedTuple):
    """A printed line: where it begins in its block's text, its page (from 1), and its edges in points from the page's top left corner."""

    start: int
    page: int
    x0: int
    top: int
    x1: int
    bottom: int


class Block(Value):
    """One piece of a section: a paragraph, a list with its lead-in, or a table.

    `lines` holds the sentences' paragraph, the items or the rows; `lead` the lead-in of a list or the header row of a table.
    Cells of a row are joined by " | ". `page` counts from 1; `boxes` are the printed lines in the order of the text, where they are known.
    """

    kind: Literal["paragraph", "list", "table"]
    lines: tuple[str, ...]
    lead: str = ""
    ordered: bool = False
    page: int | None = None
    boxes: tuple[Box, ...] = ()

    @property
    def text(self) -> str:
        """Lead and lines, each on a line of its own; `boxes` count its characters."""
        return "\n".join((self.lead, *self.lines))

    def page_at(self, start: int) -> int | None:
        """The page of a character of `text`."""
        return next((box.page for box in reversed(self.boxes) if box.start <= start), self.page)

    def printed(self, words: str) -> tuple[Box, ...]:
        """The printed lines that hold `words`, in whole or in part; none where they are not known."""
        start = self.text.find(words)
        if start < 0:
            return ()
        ends = [*(box.start for box in self.boxes[1:]), len(self.text)]
        return tuple(box for box, end in zip(self.boxes, ends, strict=False) if box.start < start + len(words) and end > start)


class Section(Value):
    """A heading and what stands under it.

    `path` is the heading path in the source (for notes: of the section that the note states), `heading` the heading in the file read.
    `sources` holds, for notes, the paths of every section of the source that is stated, `path` the first.
    """

    path: tuple[str, ...]
    heading: str
    level: int
    anchor: str
    blocks: tuple[Block, ...] = ()
    sources: tuple[tuple[str, ...], ...] = ()
    questions: tuple[str, ...] = ()


class Unit(Value):
    """A span of a chunk's text that can be quoted: `text[start:end]`.

    Units of one list or table share `block` (unique in the document); `lead` is the index of the lead-in or header unit in the same chunk.
    """

    kind: UnitKind
    start: int
    end: int
    block: int
    lead: int | None = None


class Chunk(Value):
    """An indexed piece of one section, with a stable id made from its content."""

    id: str
    document_id: str
    ordinal: int
    section: tuple[str, ...]
    heading: str
    anchor: str
    page: int | None = None
    text: str
    units: tuple[Unit, ...]

    def quote(self, unit: Unit) -> str:
        """The words of one unit, verbatim."""
        return self.text[unit.start : unit.end]

    def quotes(self) -> Iterator[tuple[Unit, str]]:
        """Every unit with its words, in reading order."""
        for unit in self.units:
            yield unit, self.quote(unit)


class Passage(Value):
    """A chunk retrieved for one question, with its score (0 to 1, higher is better) and rank (from 1)."""

    chunk: Chunk
    document: Document
    score: float
    rank: int
    parts: dict[str, float] = {}
