"""Lines of text to blocks: paragraphs, lists with their lead-in, tables with their header."""

import re
from collections.abc import Iterable, Sequence

from pc_assistant.domain.documents import Block
from pc_assistant.knowledge.markup import plain
from pc_assistant.knowledge.sentences import spans

ITEM = re.compile(r"^\s*(?:[-*•‣▪–]\s+(?:(?=\S)(?:\*\*)?\d{1,2}[.)]\s+)?|(?:\*\*)?\d{1,2}[.)]\s+)(?=\S)(?P<text>.*)$")
NUMBERED = re.compile(r"^\s*(?:[-*•]\s+)?(?:\*\*)?\d{1,2}[.)]\s")
SEPARATOR = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*$")
FURNITURE = re.compile(
    r"^(?:the logo (?:for|of)\b|a decorative\b|a handwritten signature\b|an? (?:image|icon|photo|photograph|illustration|screenshot) of\b"
    r"|classification: official|page \d+( of \d+)?$|\d{1,3}$|-{3,}$|\W+$)",
    re.I,
)
LIST_IN_CELL = re.compile(r"<li>(.*?)(?=</?li>|</ul>|$)", re.I | re.S)
LONG_CELL = 45
TERMINAL = (".", "!", "?", ":", ";", "”", '"', "’", ")")


def parse(lines: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of a section's lines, in order. Page furniture and figure debris are dropped, nothing else is."""
    blocks: list[Block] = []
    paragraph: list[str] = []
    position = 0

    def flush() -> None:
        if paragraph:
            _add_paragraph(blocks, plain(" ".join(paragraph)))
            paragraph.clear()

    while position < len(lines):
        line = lines[position]
        if not line.strip():
            flush()
            position += 1
        elif _is_row(line):
            flush()
            rows, position = _collect(lines, position, _is_row)
            blocks.extend(_table(rows))
        elif ITEM.match(line) and not FURNITURE.match(line.strip()):
            flush()
            items, ordered, position = _items(lines, position)
            _add_list(blocks, items, ordered)
        else:
            if not FURNITURE.match(plain(line)):
                paragraph.append(line.strip())
            position += 1
    flush()
    return tuple(blocks)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|") or "\t" in line.strip()


def _collect(lines: Sequence[str], position: int, wanted: object) -> tuple[list[str], int]:
    """Table rows from `position`; one blank line within the table (a page end) is passed over."""
    rows: list[str] = []
    while position < len(lines):
        if _is_row(lines[position]):
            rows.append(lines[position])
            position += 1
        elif not lines[position].strip() and position + 1 < len(lines) and _is_row(lines[position + 1]):
            position += 1
        else:
            break
    return rows, position


def _items(lines: Sequence[str], position: int) -> tuple[list[str], bool, int]:
    items: list[str] = []
    ordered = bool(NUMBERED.match(lines[position]))
    while position < len(lines):
        line = lines[position]
        match = ITEM.match(line)
        if match:
            items.append(match.group("text"))
        elif line.strip() and not _is_row(line) and lines[position - 1].strip() and line.startswith((" ", "\t")):
            items[-1] += " " + line.strip()
        elif not line.strip():
            following = next((after for after in lines[position + 1 : position + 3] if after.strip()), "")
            if not ITEM.match(following):
                break
        else:
            break
        position += 1
    return [text for text in map(plain, items) if text], ordered, position


def _add_paragraph(blocks: list[Block], text: str) -> None:
    """Adds a paragraph, or joins it to one that a page end has cut."""
    if not re.search(r"\w", text):
        return
    if blocks and blocks[-1].kind == "paragraph" and text[0].islower() and not blocks[-1].lines[-1].endswith(TERMINAL):
        blocks[-1] = Block(kind="paragraph", lines=(blocks[-1].lines[-1] + " " + text,))
    elif blocks and blocks[-1].kind == "list" and text[0].islower() and not blocks[-1].lines[-1].endswith(TERMINAL):
        *before, last = blocks[-1].lines
        blocks[-1] = blocks[-1].model_copy(update={"lines": (*before, f"{last} {text}")})
    else:
        blocks.append(Block(kind="paragraph", lines=(text,)))


def _add_list(blocks: list[Block], items: Iterable[str], ordered: bool) -> None:
    """Adds a list; its lead-in is the last sentence before it where that ends with a colon or a dash."""
    lead = ""
    if blocks and blocks[-1].kind == "paragraph" and blocks[-1].lines[-1].rstrip().endswith((":", "–", "to", "...", "…")):
        text = blocks.pop().lines[-1]
        start = spans(text)[-1][0]
        if text[:start].strip():
            blocks.append(Block(kind="paragraph", lines=(text[:start].strip(),)))
        lead = text[start:]
    lines = tuple(items)
    if lines:
        blocks.append(Block(kind="list", lines=lines, lead=lead, ordered=ordered))


def _cells(row: str) -> list[str]:
    if row.lstrip().startswith("|"):
        return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]
    return [cell.strip() for cell in row.split("\t")]


def _table(rows: Sequence[str]) -> list[Block]:
    """A table, or, where its cells are long or hold lists, a list a cell under "row label – column"."""
    cells = [_cells(row) for row in rows if not SEPARATOR.match(row)]
    if not cells:
        return []
    header = [plain(cell) for cell in cells[0]]
    body = cells[1:]
    if not body or not any(header) or max(len(cell.split()) for cell in header) > 12:
        header, body = [], cells
    if any(len(plain(cell).split()) > LONG_CELL or "<li>" in cell for row in body for cell in row):
        return [block for row in body for block in _long_row(row, header)]
    lines = tuple(" | ".join(cell for cell in map(plain, row) if cell) for row in body)
    lines = tuple(line for line in lines if re.search(r"\w", line))
    return [Block(kind="table", lines=lines, lead=" | ".join(filter(None, header)))] if lines else []


def _long_row(row: Sequence[str], header: Sequence[str]) -> list[Block]:
    label, start = plain(row[0]), 1
    if len(label.split()) > LONG_CELL or (not label and len(row) > 1):
        label, start = "", 0
    blocks = []
    for column in range(start, len(row)):
        text = row[column]
        if not plain(text):
            continue
        name = header[column] if column < len(header) and len(row) > 2 else ""
        lead = " – ".join(filter(None, (label, name)))
        points = [plain(point) for point in LIST_IN_CELL.findall(text)] if "<li>" in text else []
        loose = plain(LIST_IN_CELL.sub("", text)) if points else plain(text)
        if loose:
            points = [*[loose[a:b] for a, b in spans(loose)], *points]
        blocks.append(Block(kind="list", lines=tuple(filter(None, points)), lead=f"{lead}:" if lead else ""))
    if not blocks and label:
        blocks.append(Block(kind="paragraph", lines=(label,)))
    return blocks
