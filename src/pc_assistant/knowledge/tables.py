"""Table rows to blocks: a table with its header, or lists where its cells are long."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pc_assistant.domain.documents import Block
from pc_assistant.knowledge.markup import plain
from pc_assistant.knowledge.sentences import spans

SEPARATOR = re.compile(r"^\s*+\|?+(?:\s*+:?+-{2,}+:?+\s*+\|)++\s*+(?::?+-{2,}+:?+)?+\s*+$")
LIST_ITEM = re.compile(r"<li\b[^<>]*>(.*?)(?=</?li\b|</[uo]l\b|$)", re.I | re.S)
LONG_CELL = 45
LONG_NAME = 12


def table(rows: Sequence[str]) -> list[Block]:
    """A table, or, where its cells are long or hold lists, its header and a list a cell under "row label – column" (of two, "row label").

    Columns without a word are left out; an empty cell keeps its place under a header, so that each cell stays below its own.
    """
    cells = [_cells(row) for row in rows if not SEPARATOR.match(row)]
    width = max(map(len, cells), default=0)
    cells = [row + [""] * (width - len(row)) for row in cells]
    columns = [column for column in range(width) if _has_word(row[column] for row in cells)]
    cells = [[row[column] for column in columns] for row in cells]
    if not columns:
        return []
    header = [plain(cell) for cell in cells[0]]
    body = [row for row in cells[1:] if _has_word(row)]
    if not body or not _has_word(header) or max(len(cell.split()) for cell in header) > LONG_NAME:
        header, body = [], [row for row in cells if _has_word(row)]
    if any(len(plain(cell).split()) > LONG_CELL or LIST_ITEM.search(cell) for row in body for cell in row):
        names = [Block(kind="table", lines=(" | ".join(header),))] if header else []
        return [*names, *(block for row in body for block in _long_row(row, header))]
    lines = tuple(" | ".join(plain(cell) for cell in row if header or plain(cell)).rstrip(" |") for row in body)
    return [Block(kind="table", lines=lines, lead=" | ".join(header).rstrip(" |"))]


def _has_word(cells: Iterable[str]) -> bool:
    return any(re.search(r"\w", plain(cell)) for cell in cells)


def _cells(row: str) -> list[str]:
    if row.lstrip().startswith("|"):
        return [cell.strip() for cell in re.split(r"(?<!\\)\|", re.sub(r"(?<!\\)\|$", "", row.strip())[1:])]
    return [cell.strip() for cell in row.split("\t")]


def _long_row(row: Sequence[str], header: Sequence[str]) -> list[Block]:
    label, start = plain(row[0]), 1
    if len(label.split()) > LONG_CELL or (not label and len(row) > 1):
        label, start = "", 0
    blocks = []
    for column in range(start, len(row)):
        name = header[column] if header and len(row) > 2 else ""
        lead = " – ".join(filter(None, (label, name)))
        points = tuple(filter(None, _points(row[column])))
        if points:
            blocks.append(Block(kind="list", lines=points, lead=f"{lead}:" if lead else ""))
    if not blocks and label:
        blocks.append(Block(kind="paragraph", lines=(label,)))
    return blocks


def _points(cell: str) -> Iterator[str]:
    """The list items of a cell, and what stands around them by sentences, in order."""
    cursor = 0
    for match in LIST_ITEM.finditer(cell):
        yield from _sentences(cell[cursor : match.start()])
        yield plain(match[1])
        cursor = match.end()
    yield from _sentences(cell[cursor:])


def _sentences(text: str) -> Iterator[str]:
    words = plain(text)
    for start, end in spans(words):
        yield words[start:end]
