"""Text as blocks of runs: what every channel shows of answers, passages and sections, and what exports are made from.

A run is text, or a marker; nothing in it is markup, so whoever shows it has only to escape it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from pc_assistant.domain import documents
from pc_assistant.domain.documents import Chunk

Span = tuple[int, int]

TOKEN = re.compile(r"\\(?P<char>[\[\]<>*_`|\\])|\s{,20}\[(?P<marker>\d{1,4})\]")
CELL = re.compile(r"((?:\\.|[^|\\])*+)\||.+", re.S)  # what stands after the last bar is no cell
RULE = re.compile(r"\|(\s*:?-{3,}:?\s*\|)+\s*")
BAR = " | "


@dataclass(frozen=True)
class Run:
    """Some text, shown as it is; `marked` text is what matters in it. Where `marker` is a number, the text is "" and a source is meant."""

    text: str = ""
    marked: bool = False
    marker: int | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph (one item), a list (its items), or a table (its rows; `header` is empty where it has none)."""

    kind: Literal["paragraph", "list", "table"]
    items: tuple[Runs, ...] = ()
    ordered: bool = False
    header: tuple[Runs, ...] = ()
    rows: tuple[tuple[Runs, ...], ...] = ()


def of_answer(markdown: str, markers: Collection[int]) -> tuple[Block, ...]:
    """The blocks of an answer's Markdown (paragraphs, "- " lists, pipe tables). A marker that is not in `markers` stays text."""
    blocks = []
    for kind, group in groupby(markdown.split("\n"), _kind):
        lines = list(group)
        if kind == "paragraph":
            blocks.append(Block("paragraph", (_runs(" ".join(lines), markers),)))
        elif kind == "list":
            blocks.append(Block("list", tuple(_runs(line[2:], markers) for line in lines)))
        elif kind == "table":
            blocks.append(_table(lines, markers))
    return tuple(blocks)


def of_passage(chunk: Chunk, quote: str) -> tuple[Block, ...]:
    """The blocks of a passage with the words of `quote` marked."""
    start = chunk.text.find(quote) if quote else -1
    spans = [(start, start + len(quote))] if start >= 0 else []
    blocks = []
    for (_, kind), group in groupby(chunk.units, lambda unit: (unit.block, _shape(unit.kind))):
        units = list(group)
        if kind == "paragraph":
            words = (units[0].start, units[-1].end)
            blocks.append(Block("paragraph", (_cut(chunk.text, words, spans),)))
        elif kind == "list":
            blocks.append(Block("list", tuple(_cut(chunk.text, (unit.start, unit.end), spans) for unit in units)))
        else:
            lines = [tuple(_cells(chunk.text, (unit.start, unit.end), spans)) for unit in units]
            headed = units[0].kind == "header"
            blocks.append(Block("table", header=lines[0] if headed else (), rows=tuple(lines[headed:])))
    return tuple(blocks)


def of_section(block: documents.Block, marked: Collection[str] = (), pattern: re.Pattern[str] | None = None) -> tuple[Block, ...]:
    """The blocks that show one block of a section, a lead-in as a paragraph; marked are the words given and what the pattern finds."""

    def spans(text: str) -> list[Span]:
        found = [(place, place + len(words)) for words in marked if words and (place := text.find(words)) >= 0]
        return found + [match.span() for match in pattern.finditer(text)] if pattern else found

    def whole(text: str) -> Runs:
        return _cut(text, (0, len(text)), spans(text))

    if block.kind == "paragraph":
        return (Block("paragraph", (whole(" ".join(block.lines)),)),)
    if block.kind == "list":
        lead = (Block("paragraph", (whole(block.lead),)),) if block.lead else ()
        return (*lead, Block("list", tuple(whole(line) for line in block.lines), ordered=block.ordered))
    lines = [tuple(_cells(line, (0, len(line)), spans(line))) for line in ([block.lead] if block.lead else []) + list(block.lines)]
    return (Block("table", header=lines[0] if block.lead else (), rows=tuple(lines[bool(block.lead) :])),)


def runs_text(runs: Runs) -> str:
    """Runs as text, a marker as [1]."""
    return "".join(f" [{run.marker}]" if run.marker is not None else run.text for run in runs)


def block_text(block: Block) -> str:
    """A block as text, a line an item or row."""
    if block.kind == "table":
        return "\n".join(BAR.join(map(runs_text, row)) for row in (*((block.header,) if block.header else ()), *block.rows))
    return "\n".join(("- " if block.kind == "list" else "") + runs_text(item) for item in block.items)


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    return "list" if line.startswith("- ") else "table" if line.startswith("|") else "paragraph"


def _shape(kind: documents.UnitKind) -> str:
    return {"item": "list", "header": "table", "row": "table"}.get(kind, "paragraph")


def _runs(text: str, markers: Collection[int]) -> Runs:
    """Markdown without block structure: escapes undone, markers apart."""
    runs: list[Run] = []
    said, last = "", 0
    for token in TOKEN.finditer(text):
        said += text[last : token.start()]
        last = token.end()
        number = int(token["marker"]) if token["marker"] else None
        if number is None or number not in markers:
            said += token["char"] or token.group()
            continue
        runs += [Run(said)] * bool(said) + [Run(marker=number)]
        said = ""
    said += text[last:]
    return (*runs, Run(said)) if said else tuple(runs)


def _table(lines: Sequence[str], markers: Collection[int]) -> Block:
    rows = [tuple(_runs(cell.strip(), markers) for cell in _bars(line.strip()[1:])) for line in lines if not RULE.fullmatch(line)]
    headed = len(lines) > 1 and RULE.fullmatch(lines[1]) is not None
    return Block("table", header=rows[0] if headed and rows and any(rows[0]) else (), rows=tuple(rows[headed:]))


def _bars(line: str) -> list[str]:
    return [match[1] for match in CELL.finditer(line) if match[1] is not None]


def _cut(text: str, within: Span, spans: Sequence[Span]) -> Runs:
    """`text` from and to, in runs that are marked where a span covers them."""
    start, end = within
    inside = sorted((max(start, first), min(end, last)) for first, last in spans if first < end and last > start)
    runs: list[Run] = []
    place = start
    for first, last in _joined(inside, text):
        runs += [Run(text[place:first])] * (first > place) + [Run(text[first:last], marked=True)]
        place = last
    return (*runs, Run(text[place:end])) if place < end else tuple(runs)


def _joined(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Spans in order, those joined that overlap or have only white space between them."""
    current: Span | None = None
    for first, last in spans:
        if current and not text[current[1] : first].strip():
            current = (current[0], max(current[1], last))
            continue
        if current:
            yield current
        current = (first, last)
    if current:
        yield current


def _cells(text: str, within: Span, spans: Sequence[Span]) -> Iterator[Runs]:
    """The cells of a row that stands in `text`."""
    start, end = within
    for cell in text[start:end].split(BAR):
        yield _cut(text, (start, start + len(cell)), spans)
        start += len(cell) + len(BAR)
