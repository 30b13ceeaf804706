"""One page of a PDF: words to lines, tables first, columns in reading order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

RAISED = 0.78
SAME_LINE = 0.5
MOST_WORDS = 20_000


@dataclass(frozen=True)
class Word:
    """A run of letters of one font; edges in points from the page's top left corner."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    tag: str = ""
    mcid: int | None = None


@dataclass(frozen=True)
class Line:
    """Words on one line, from left to right."""

    words: tuple[Word, ...]
    page: int

    @property
    def x0(self) -> float:
        """Its left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Its right edge."""
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(word.top for word in self.main)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(word.bottom for word in self.main)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: dict[float, int] = {}
        for word in self.words:
            sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
        return max(sizes, key=lambda size: (sizes[size], size))

    @property
    def bold(self) -> bool:
        """Whether all of it is."""
        return all(word.bold for word in self.main)

    @property
    def main(self) -> tuple[Word, ...]:
        """Its words but those that are raised."""
        size = self.size
        return tuple(word for word in self.words if word.size > RAISED * size) or self.words

    @property
    def raised(self) -> tuple[Word, ...]:
        """Small numbers that stand above the line: marks of footnotes, powers."""
        low, size = self.bottom, self.size
        return tuple(
            w for w in self.words if w.size <= RAISED * size and w.bottom < low - 0.1 * size and w.text.isdigit() and len(w.text) < 4
        )

    @property
    def text(self) -> str:
        """Its words."""
        return joined(self.words)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Its edges in whole points."""
        return (int(self.x0), int(self.top), round(self.x1 + 0.5), round(self.bottom + 0.5))


@dataclass(frozen=True)
class Table:
    """A table: the grid of its cells (None where a merged cell goes on; the cell's box is its identity) and the box of each row."""

    grid: tuple[tuple[tuple[str, tuple[float, ...]] | None, ...], ...]
    boxes: tuple[tuple[int, int, int, int], ...]
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


Piece = Line | Table


@dataclass
class Page:
    """What stands on a page: its pieces in reading order, footnotes apart, and what is printed at its head and foot, unsorted."""

    number: int
    width: float
    height: float
    words: list[Word]
    tables: list[Table] = field(default_factory=list)
    pictured: float = 0.0


def joined(words: Sequence[Word]) -> str:
    """The text of words of one line; those that touch are one word."""
    text = words[0].text if words else ""
    for before, word in pairwise(words):
        text += ("" if word.x0 - before.x1 < 0.12 * max(before.size, word.size) else " ") + word.text
    return text


def read_page(page: Any) -> Page:
    """The words and ruled tables of a pdfplumber page, and how much of it pictures cover (0 to 1)."""
    found = page.extract_words(extra_attrs=["size", "fontname", "tag", "mcid"], x_tolerance_ratio=0.12, y_tolerance=2)
    words = [
        Word(
            w["text"],
            w["x0"],
            w["top"],
            w["x1"],
            w["bottom"],
            round(w["size"] * 2) / 2,
            _bold(w["fontname"]),
            str(w["tag"] or ""),
            w["mcid"],
        )
        for w in found[:MOST_WORDS]
        if w["upright"]
        and w["direction"] == "ltr"
        and w["tag"] != "Artifact"
        and -5 <= w["x0"] <= page.width + 5
        and -5 <= w["top"] <= page.height + 5
    ]
    tables = list(_tables(page, words)) if len(page.lines) + len(page.rects) + len(page.curves) < 5_000 else []
    area = float(page.width * page.height) or 1.0
    pictured = sum(max(0.0, (i["x1"] - i["x0"]) * (i["bottom"] - i["top"])) for i in page.images) / area
    return Page(page.page_number, float(page.width), float(page.height), words, tables, min(1.0, pictured))


def _bold(font: str) -> bool:
    name = font.lower()
    return any(word in name for word in ("bold", "black", "heavy", "semibold", "demi"))


def _tables(page: Any, words: Sequence[Word]) -> Iterator[Table]:
    for found in page.find_tables():
        cells = [cell for row in found.rows for cell in row.cells if cell]
        if len(cells) < 2 or not any(inside(word, found.bbox) for word in words):
            continue
        lefts = sorted({round(cell[0]) for cell in cells})
        tops = sorted({round(cell[1]) for cell in cells})
        texts = {cell: _cell_text([word for word in words if inside(word, cell)], page.page_number) for cell in cells}
        grid: list[list[tuple[str, tuple[float, ...]] | None]] = [[None] * len(lefts) for _ in tops]
        for cell, text in texts.items():
            for r, top in enumerate(tops):
                for c, left in enumerate(lefts):
                    if cell[0] - 1 <= left < cell[2] - 1 and cell[1] - 1 <= top < cell[3] - 1:
                        grid[r][c] = (text, cell)
        x0, top, x1, bottom = found.bbox
        ends = [*tops[1:], round(bottom)]
        boxes = tuple((int(x0), int(a), round(x1), int(b)) for a, b in zip(tops, ends, strict=True))
        yield Table(tuple(map(tuple, grid)), boxes, page.page_number, x0, top, x1, bottom)


def inside(word: Word, box: Sequence[float]) -> bool:
    """Whether the middle of a word is within a box."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _cell_text(words: Sequence[Word], page: int) -> str:
    return "\n".join(line.text for line in lines_of(words, page))


def lines_of(words: Iterable[Word], page: int) -> list[Line]:
    """Words of one column as lines, from the top down: a word is on the line that it shares half of its height with."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (-w.size, w.top)):
        for row in rows:
            top, bottom = row[0].top, row[0].bottom
            if min(bottom, word.bottom) - max(top, word.top) >= SAME_LINE * (word.bottom - word.top):
                row.append(word)
                break
        else:
            rows.append([word])
    lines = [Line(tuple(sorted(row, key=lambda w: w.x0)), page) for row in rows]
    return sorted(lines, key=lambda line: (line.top, line.x0))


def lines_as_tagged(words: Iterable[Word], page: int) -> list[Line]:
    """The lines of one tagged block, in the order of its content: a word that stands lower or further left begins a line."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.mcid or 0):
        last = rows[-1][-1] if rows else None
        if last and word.x0 >= last.x0 and min(last.bottom, word.bottom) - max(last.top, word.top) >= SAME_LINE * min(last.size, word.size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Line(tuple(row), page) for row in rows]
