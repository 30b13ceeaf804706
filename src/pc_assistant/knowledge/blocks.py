"""Lines of text to blocks: paragraphs, lists with their lead-in, tables with their header."""

import re
from collections.abc import Collection, Iterable, Sequence

from pc_assistant.domain.documents import Block
from pc_assistant.knowledge.markup import plain
from pc_assistant.knowledge.sentences import spans
from pc_assistant.knowledge.tables import SEPARATOR, table

BULLET = r"[-*•‣▪◦●·–\uf0b7]"
NUMBER = r"\d{1,2}[.)]"
ITEM = re.compile(rf"^\s*(?={BULLET}\s|{NUMBER}\s)(?:{BULLET}\s+)?(?P<number>{NUMBER}\s+)?(?P<text>\S.*)$")
WEAK_ITEM = re.compile(r"^\s*(?:–|(?!1[.)])\d)")
LEAD_IN = re.compile(r"(?::|–|\.\.\.|…|\bto)$")
# A running line is furniture wherever it stands, the rest only where it stands alone: "42" may be the start of a sentence.
FURNITURE = re.compile(
    r"^(?:(?P<running>classification: official(?:[ -]sensitive)?$|page \d+(?: of \d+)?$|(?:`{3}|~{3})\S*$|\W+$)"
    r"|the logo (?:for|of)\b|a decorative\b|a handwritten signature\b|an? (?:image|icon|photo|photograph|illustration|screenshot) of\b"
    r"|\d{1,3}$)",
    re.I,
)
TERMINAL = (".", "!", "?", ":", ";", "”", '"', "’", ")")
PAGE_END = 6
WORD = re.compile(r"[^\W\d_]+")
CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]++)([-\u00ad])$")


def parse(lines: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of a section's lines, in order. Page furniture, figure debris and the numbers of items are dropped, nothing else is."""
    words = {word.lower() for line in lines for word in WORD.findall(line)}
    blocks: list[Block] = []
    paragraph: list[str] = []
    position = 0

    def flush() -> None:
        _add_paragraph(blocks, plain(_joined(paragraph, words)), words)
        paragraph.clear()

    while position < len(lines):
        line = lines[position]
        if is_row(line):
            flush()
            rows, position = _rows(lines, position)
            blocks.extend(table(rows))
        elif _is_item(line) and not (paragraph and WEAK_ITEM.match(line) and not LEAD_IN.search(paragraph[-1])):
            flush()
            items, ordered, position = _items(lines, position, words)
            _add_list(blocks, items, ordered)
        else:
            if not line.strip():
                flush()
            elif not _is_furniture(lines, position):
                paragraph.append(line.strip())
            position += 1
    flush()
    return tuple(blocks)


def is_row(line: str) -> bool:
    """Whether a line is a table's: it begins with a pipe or has a tab within (but for the one after a bullet)."""
    item = ITEM.match(line)
    return line.lstrip().startswith("|") or "\t" in (item["text"] if item else line).strip()


def alone(lines: Sequence[str], position: int) -> bool:
    """Whether a line stands between blank ones."""
    return not _at(lines, position - 1).strip() and not _at(lines, position + 1).strip()


def _at(lines: Sequence[str], position: int) -> str:
    return lines[position] if 0 <= position < len(lines) else ""


def _is_item(line: str) -> bool:
    return bool(ITEM.match(line)) and not FURNITURE.match(line.strip())


def _is_furniture(lines: Sequence[str], position: int) -> bool:
    match = FURNITURE.match(plain(lines[position]))
    return bool(match and (match["running"] or alone(lines, position)))


def _joined(lines: Iterable[str], words: Collection[str]) -> str:
    """Lines as one text. A word cut at a line's end is made whole, without its hyphen where `words`, all those of the text, hold it so."""
    text = ""
    for line in lines:
        cut, rest = CUT.search(text), WORD.match(line)
        if cut and rest and rest[0].islower() and rest[0] not in {"and", "or"}:
            goes = cut[2] != "-" or (cut[1] + rest[0]).lower() in words
            text = text[: -1 if goes else None] + line
        else:
            text = f"{text} {line}" if text else line
    return text


def _rows(lines: Sequence[str], position: int) -> tuple[list[str], int]:
    """Table rows from `position`; one blank line within the table (a page end) is passed over, a new header is not."""
    rows: list[str] = []
    while position < len(lines):
        line = lines[position]
        if is_row(line) or (rows and line.strip() and "\t" in line and not ITEM.match(line)):  # a row with one cell filled
            rows.append(line)
        elif line.strip() or not is_row(_at(lines, position + 1)) or SEPARATOR.match(_at(lines, position + 2)):
            break
        position += 1
    return rows, position


def _items(lines: Sequence[str], position: int, words: Collection[str]) -> tuple[list[str], bool, int]:
    """The items from `position`, whether they are numbered, and where they end. A page end may stand between them."""
    items: list[list[str]] = []
    first = ITEM.match(lines[position])
    while position < len(lines):
        line = lines[position]
        match = ITEM.match(line)
        if is_row(line):
            break
        if match and _is_item(line):
            items.append([match["text"]])
        elif not line.strip() or _is_furniture(lines, position):
            if not _is_item(_next_text(lines, position)):
                break
        elif _at(lines, position - 1).strip():
            items[-1].append(line.strip())
        else:
            break
        position += 1
    texts = [plain(_joined(item, words)) for item in items]
    return [text for text in texts if text], bool(first and first["number"]), position


def _next_text(lines: Sequence[str], position: int) -> str:
    """The next line that is neither blank nor furniture, within the reach of a page end."""
    near = range(position, min(position + PAGE_END, len(lines)))
    return next((lines[n] for n in near if lines[n].strip() and not _is_furniture(lines, n)), "")


def _add_paragraph(blocks: list[Block], text: str, words: Collection[str]) -> None:
    """Adds a paragraph, or joins it to a paragraph or an item that a page end has cut."""
    if not re.search(r"\w", text):
        return
    if blocks and blocks[-1].kind != "table" and text[0].islower() and not blocks[-1].lines[-1].endswith(TERMINAL):
        *before, last = blocks[-1].lines
        blocks[-1] = blocks[-1].model_copy(update={"lines": (*before, _joined((last, text), words))})
    else:
        blocks.append(Block(kind="paragraph", lines=(text,)))


def _add_list(blocks: list[Block], items: Sequence[str], ordered: bool) -> None:
    """Adds a list; its lead-in is the last sentence before it where that ends as one does."""
    if not items:
        return
    lead = ""
    if blocks and blocks[-1].kind == "paragraph" and LEAD_IN.search(blocks[-1].lines[-1]):
        text = blocks.pop().lines[-1]
        start = spans(text)[-1][0]
        if start:
            blocks.append(Block(kind="paragraph", lines=(text[:start].strip(),)))
        lead = text[start:]
    blocks.append(Block(kind="list", lines=tuple(items), lead=lead, ordered=ordered))
