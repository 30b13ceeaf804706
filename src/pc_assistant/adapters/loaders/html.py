"""Web pages: trafilatura finds the text among menus and footers; sections stand under the page's own anchors."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pc_assistant.adapters.loaders.files import read
from pc_assistant.adapters.loaders.grid import Cell, rows
from pc_assistant.adapters.loaders.prose import Prose, escaped
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Report, unreported
from pc_assistant.knowledge.markup import RAISED, key, plain

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LONGEST_SPAN = 100
LEFT, ABOVE = "\ue000", "\ue001"  # stand in cells that go on from the one to the left or above


class Html:
    """Reads .html and .htm files. Nothing that a page names is fetched."""

    suffixes: tuple[str, ...] = (".html", ".htm")

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a web page, each with the nearest anchor of the page. Raises DocumentUnreadable."""
        text = read(path)
        from lxml.html import HTMLParser, document_fromstring
        from trafilatura import bare_extraction

        try:
            tree = document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8", no_network=True))
            anchors = list(_anchors(tree))
            _settle_raised(tree)
            for table in tree.iter("table"):
                _fill_spans(table)
            found = bare_extraction(
                tree, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False
            )
        except MemoryError:
            raise
        except Exception as error:  # a parser may stumble over damage in any way
            raise DocumentUnreadable(f"{path.name} is not HTML that can be read.") from error
        prose = Prose()
        body = getattr(found, "body", None)
        for element in body if body is not None else ():
            _write(prose, element)
        return _anchored(prose.sections(outline, path.stem), anchors)


def _write(prose: Prose, element: Any) -> None:
    text = escaped(_words(element))
    if element.tag == "head":
        rend = element.get("rend") or "h6"
        prose.heading(int(rend[1]) if rend[1:].isdigit() else 6, text)
    elif element.tag == "list":
        if element.text and element.text.strip():
            prose.paragraph([(escaped(element.text), None)])
        prose.items([[(item, None)] for item in _items(element)], element.get("rend") == "ol")
    elif element.tag == "table":
        titles, body, _ = rows(_grid(element))
        for title in titles:
            prose.paragraph([(title, None)])
        prose.table(body)
    elif any(child.tag in {"list", "table", "p", "head"} for child in element):
        if element.text and element.text.strip():
            prose.paragraph([(escaped(element.text), None)])
        for child in element:
            _write(prose, child)
            if child.tail and child.tail.strip():
                prose.paragraph([(escaped(child.tail), None)])
    elif text:
        prose.paragraph([(text, None)])


def _items(element: Any) -> Iterator[str]:
    """The items of a list, those of lists within it after the item that holds them."""
    for item in element.iter("item"):
        own = escaped(" ".join([item.text or "", *(f"{_words(c) if c.tag != 'list' else ''} {c.tail or ''}" for c in item)]))
        if own:
            yield own


def _words(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        parts += [" " if child.tag == "lb" else _words(child), child.tail or ""]
    return "".join(parts)


def _settle_raised(tree: Any) -> None:
    """Drops the marks of footnotes; other raised numbers stay raised."""
    for element in list(tree.iter("sup")):
        text = element.text_content().strip()
        if text.isdigit():
            element.text = "" if element.find(".//a") is not None else text.translate(RAISED)
            for child in list(element):
                element.remove(child)


def _grid(table: Any) -> list[list[Cell | None]]:
    grid: list[list[Cell | None]] = []
    for r, row in enumerate(table.iter("row")):
        line: list[Cell | None] = []
        grid.append(line)
        for c, cell in enumerate(row.iter("cell")):
            text = _words(cell).strip()
            if text == LEFT and c:
                line.append(line[c - 1])
            elif text == ABOVE and r and c < len(grid[r - 1]):
                line.append(grid[r - 1][c])
            else:
                line.append(Cell(escaped(text), (r, c)))
    return grid


def _fill_spans(table: Any) -> None:
    """Puts a cell in every place that a cell spans, so that trafilatura, which forgets spans, keeps the grid."""
    waiting: dict[tuple[int, int], tuple[Any, str]] = {}
    for r, row in enumerate(table.iter("tr")):
        c = 0
        for cell in [child for child in row if child.tag in {"td", "th"}]:
            while (r, c) in waiting:
                _insert(row, cell, *waiting.pop((r, c)))
                c += 1
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for n in range(1, down):
                for column in range(c, c + across):
                    waiting[r + n, column] = (cell.tag, ABOVE)
            for name in ("colspan", "rowspan"):
                cell.attrib.pop(name, None)
            for _ in range(1, across):
                extra = cell.makeelement(cell.tag)
                extra.text = LEFT
                cell.addnext(extra)
                extra.tail, cell.tail = cell.tail, None
            c += across
        while (r, c) in waiting:
            _insert(row, None, *waiting.pop((r, c)))
            c += 1


def _insert(row: Any, before: Any, tag: str, text: str) -> None:
    cell = row.makeelement(tag)
    cell.text = text
    if before is None:
        row.append(cell)
    else:
        before.addprevious(cell)


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), LONGEST_SPAN)) if value.isascii() and value.isdigit() else 1


def _anchors(tree: Any) -> Iterator[tuple[str, str]]:
    """Each heading's words, and the nearest id: its own, one within it, or the last before it."""
    last = ""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        own = element.get("id") or (element.get("name") if element.tag == "a" else None) or ""
        if element.tag in HEADINGS:
            inner = next((one.get("id") or one.get("name") for one in element.iterdescendants() if one.get("id") or one.get("name")), None)
            yield key(element.text_content()), own or inner or last
        last = own or last


def _anchored(sections: tuple[Section, ...], anchors: Sequence[tuple[str, str]]) -> tuple[Section, ...]:
    result: list[Section] = []
    start = 0
    for section in sections:
        place = next((n for n in range(start, len(anchors)) if anchors[n][0] == key(plain(section.heading))), None)
        if place is not None:
            start = place + 1
            if anchors[place][1]:
                section = section.model_copy(update={"anchor": anchors[place][1]})
        result.append(section)
    return tuple(result)
