"""What a loader found beside the truth, as shares that are right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import pypdfium2

from pc_assistant.domain.documents import Block, Section
from tests.fidelity.truth import Item, Truth

Thing = tuple[str, str]


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    right: int
    of: int

    @property
    def whole(self) -> bool:
        return self.right == self.of

    def __str__(self) -> str:
        return f"{self.right} of {self.of}"


def expected(truth: Truth) -> list[Thing]:
    """The truth as a list of things, each with its kind."""
    things: list[Thing] = [("heading", f"1 {truth.title}")]
    for item in truth.items:
        things.extend(_things(item))
    return things


def _things(item: Item) -> list[Thing]:
    if item.kind == "heading":
        return [("heading", f"{item.level} {item.lines[0]}")]
    if item.kind == "list":
        return [("item", f"{'1.' if item.ordered else '-'} {line}") for line in item.lines]
    if item.kind == "table":
        return [("row", " | ".join(row)) for row in plain_rows(item.rows)]
    return [("paragraph", " ".join(item.lines)), *([("paragraph", item.footnote)] if item.footnote else [])]


def plain_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows with merged cells filled in, a header of two rows as one."""
    full: list[list[str]] = []
    for r, row in enumerate(rows):
        full.append([full[r - 1][c] if cell == "^" else cell for c, cell in enumerate(row)])
    if "<" not in full[0]:
        return full
    group = ""
    head = []
    for c, (above, below) in enumerate(zip(full[0], full[1], strict=True)):
        group = group if above == "<" else above
        head.append(group if rows[1][c] == "^" else f"{group} – {below}")
    return [head, *full[2:]]


def found(sections: Sequence[Section], shift: int = 0) -> list[Thing]:
    """What was found as such a list; the levels of headings below the first are less by `shift`."""
    things: list[Thing] = []
    for number, section in enumerate(sections):
        things.append(("heading", f"{section.level - (shift if number else 0)} {section.heading}"))
        for block in section.blocks:
            if block.kind == "paragraph":
                things.append(("paragraph", " ".join(block.lines)))
            elif block.kind == "list":
                things += [("paragraph", block.lead)] if block.lead else []
                things += [("item", f"{'1.' if block.ordered else '-'} {line}") for line in block.lines]
            else:
                things += [("row", block.lead)] if block.lead else []
                things += [("row", line) for line in block.lines]
    return things


def shares(truth: Truth, sections: Sequence[Section], shift: int = 0) -> dict[str, Share]:
    """By kind, how much of the truth was found in its place: the longest common sequence over all kinds counts."""
    want, have = expected(truth), found(sections, shift)
    matched = [want[m.a + n] for m in SequenceMatcher(None, want, have, autojunk=False).get_matching_blocks() for n in range(m.size)]
    kinds = {"headings": "heading", "paragraphs": "paragraph", "list items": "item", "table rows": "row"}
    result = {name: Share(sum(k == kind for k, _ in matched), sum(k == kind for k, _ in want)) for name, kind in kinds.items()}
    result["too much"] = Share(0, len(have) - len(matched))
    return result


def pages_right(path: Path, sections: Sequence[Section]) -> Share:
    """Of the sentences of paragraphs that pdfium finds on exactly one page, how many the loader has on that page."""
    with pypdfium2.PdfDocument(path) as pdf:
        texts = [_letters(page.get_textpage().get_text_range()) for page in pdf]
    right = of = 0
    for block, start, words in _sentences(sections):
        holding = [number for number, text in enumerate(texts, 1) if _letters(words) in text]
        if len(holding) == 1:
            of += 1
            right += block.page_at(start) == holding[0]
    return Share(right, of)


def boxes_right(path: Path, sections: Sequence[Section]) -> Share:
    """Of the sentences with boxes, how many have all their words within those boxes by pdfium's own reading of the page."""
    right = of = 0
    with pypdfium2.PdfDocument(path) as pdf:
        for block, _, words in _sentences(sections):
            boxes = block.printed(words)
            read = ""
            for number, group in groupby(boxes, key=lambda box: box.page):
                page = pdf[number - 1]
                text = page.get_textpage()
                height = page.get_height()
                for box in group:
                    read += text.get_text_bounded(box.x0, height - box.bottom + 2, box.x1, height - box.top - 2)
            of += 1
            right += _letters(words) in _letters(read)
    return Share(right, of)


def _sentences(sections: Sequence[Section]) -> list[tuple[Block, int, str]]:
    result = []
    for section in sections:
        for block in section.blocks:
            for match in re.finditer(r"[^.\n]{20,}\.", block.text if block.kind == "paragraph" else ""):
                result.append((block, match.start() + len(match[0]) - len(match[0].lstrip()), match[0].strip()))
    return result


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text))
