"""What a printed page adds to its text: running heads and feet, footnotes, hyphens at the ends of lines."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pc_assistant.adapters.loaders.pdf_page import Line, Page, Word, lines_of
from pc_assistant.adapters.loaders.prose import Prose

MARGIN = 0.12
SMALL = 0.92
NOTE = re.compile(r"^\W*(\d{1,3})[.)]?\s*(?=\D)")
CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]++)-$")
START = re.compile(r"^[^\W\d_]+")
PAGE_NUMBER = re.compile(r"^\W*(?:page\s+)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.I)


def furniture(pages: Sequence[Page]) -> dict[int, set[Word]]:
    """The words of each page's running heads and feet: what stands at one height of several pages, and page numbers."""
    seen: Counter[tuple[str, int]] = Counter()
    candidates: list[tuple[Page, Line, tuple[str, int]]] = []
    usual = body(pages)
    for page in pages:
        lines = lines_of(page.words, page.number)
        edge = MARGIN * page.height
        for line in lines:
            if (line.bottom < edge or line.top > page.height - edge) and line.size <= 1.3 * usual:
                mark = (re.sub(r"\d+", "#", line.text), round(line.top / 4))
                candidates.append((page, line, mark))
                seen[mark] += 1
    needed = 2 if len(pages) < 10 else 3
    found: dict[int, set[Word]] = {page.number: set() for page in pages}
    for page, line, (text, height) in candidates:
        near = seen[text, height] + seen[text, height - 1] + seen[text, height + 1]
        if near >= needed or PAGE_NUMBER.match(line.text):
            found[page.number].update(line.words)
    return found


def body(pages: Sequence[Page]) -> float:
    """The size of most letters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            sizes[word.size] += len(word.text)
    return max(sizes, key=lambda size: sizes[size]) if sizes else 10.0


def footnotes(words: Sequence[Word], body: float, page: int) -> tuple[list[Word], list[list[Line]]]:
    """The words above, and the footnotes at the end: small lines below all others, of which the first begins with a number."""
    low = max((w.bottom for w in words if w.size > SMALL * body), default=0.0)
    below = [w for w in words if w.top >= low - 1]
    lines = lines_of(below, page)
    if not lines or not NOTE.match(lines[0].text):
        return list(words), []
    notes: list[list[Line]] = []
    for line in lines:
        if NOTE.match(line.text) or not notes:
            notes.append([line])
        else:
            notes[-1].append(line)
    return [w for w in words if w.top < low - 1], notes


def settle_hyphens(prose: Prose) -> None:
    """Marks the hyphens at line ends that are not the word's own: those whose word stands whole elsewhere, and, where there are any, the doubtful."""
    inner = " ".join(CUT.sub("", line) for line in prose.lines).lower()
    whole, compound = set(re.findall(r"[^\W\d_]+", inner)), set(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)+", inner))
    doubtful: list[int] = []
    soft = 0
    for number, (line, after) in enumerate(pairwise(prose.lines)):
        cut, rest = CUT.search(line), START.match(after)
        if not cut or not rest or not rest[0][0].islower():
            continue
        if (cut[1] + rest[0]).lower() in whole:
            prose.lines[number] = line[:-1] + "\u00ad"
            soft += 1
        elif f"{cut[1]}-{rest[0]}".lower() not in compound:
            doubtful.append(number)
    if soft:
        for number in doubtful:
            prose.lines[number] = prose.lines[number][:-1] + "\u00ad"
