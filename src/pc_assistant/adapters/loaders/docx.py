"""Word documents: headings by their styles, lists, tables and footnotes in order. Word knows no pages before it prints."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pc_assistant.adapters.loaders.files import size_checked
from pc_assistant.adapters.loaders.grid import Cell, rows
from pc_assistant.adapters.loaders.limits import USUAL, Limits
from pc_assistant.adapters.loaders.office import check
from pc_assistant.adapters.loaders.prose import Prose, escaped
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Report, unreported

if TYPE_CHECKING:
    from docx.document import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
LEVEL = re.compile(r"heading (\d)$", re.I)
UNREAD = {f"{W}del", f"{W}moveFrom", FALLBACK, f"{W}txbxContent", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rPr"}
CONTAINERS = {f"{W}sdt", f"{W}ins", f"{W}customXml", f"{W}smartTag", f"{W}moveTo"}


class Docx:
    """Reads .docx files."""

    suffixes: tuple[str, ...] = (".docx",)

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a Word document. Raises DocumentUnreadable."""
        size_checked(path, self._limits.file_bytes)
        check(path, "word/document.xml", "Word", self._limits)
        import docx

        try:
            document = docx.Document(str(path))
            prose = _Word(document).prose
        except (DocumentUnreadable, MemoryError):
            raise
        except Exception as error:  # a parser may stumble over damage in any way
            raise DocumentUnreadable(f"{path.name} is damaged: Word's parts of it cannot be read.") from error
        return prose.sections(outline, path.stem)


class _Word:
    def __init__(self, document: "Document") -> None:
        self._document = document
        self._list: list[str] = []
        self._ordered = False
        self._found: list[str] = []  # footnotes of the paragraph that is read
        self._waiting: list[str] = []  # footnotes of what was read since the last place where they can stand
        self.prose = Prose()
        self._read(document.element.body)
        self._close()

    def _read(self, parent: Any) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._close()
                titles, body, _ = rows(list(self._grid(child)))
                self._noted()
                for title in titles:
                    self.prose.paragraph([(title, None)])
                self.prose.table(body)
                self._notes()
            elif child.tag in CONTAINERS and not _is_contents(child):
                content = child.find(f"{W}sdtContent") if child.tag == f"{W}sdt" else child
                self._read(content if content is not None else ())

    def _paragraph(self, element: Any) -> None:
        style = self._style(element)
        text = escaped(self._text(element))
        if style.lower().startswith("toc "):
            return
        level = self._level(element, style)
        if text and level:
            self._close()
            self.prose.heading(level, text)
        elif text and (ordered := self._numbered(element, style)) is not None:
            if self._list and ordered != self._ordered:
                self._close()
            self._list.append(text)
            self._ordered = ordered
            self._noted()
        elif text:
            self._close()
            self.prose.paragraph([(text, None)])
            self._noted()
            self._notes()
        for box in (child for child in element.iter(f"{W}txbxContent") if not _within(child, FALLBACK)):
            self._close()
            self._read(box)

    def _close(self) -> None:
        """Ends the list that is open, if one is."""
        self.prose.items([[(text, None)] for text in self._list], self._ordered)
        self._list = []
        self._notes()

    def _noted(self) -> None:
        self._waiting += self._found
        self._found = []

    def _notes(self) -> None:
        if not self._list:
            for note in self._waiting:
                self.prose.paragraph([(note, None)])
            self._waiting = []

    def _text(self, element: Any, unread: frozenset[str] | set[str] = UNREAD) -> str:
        parts: list[str] = []
        for child in element:
            if child.tag in unread:
                continue
            if child.tag == f"{W}t":
                parts.append(child.text or "")
            elif child.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
                parts.append(" ")
            elif child.tag == f"{W}noBreakHyphen":
                parts.append("-")
            elif child.tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                note = self._footnotes.get((child.tag[len(W) :].removesuffix("Reference"), child.get(f"{W}id")))
                if note:
                    self._found.append(note)
            else:
                parts.append(self._text(child, unread))
        return "".join(parts)

    def _style(self, element: Any) -> str:
        name = element.find(f"{W}pPr/{W}pStyle")
        style = self._styles.get(name.get(f"{W}val")) if name is not None else None
        return str(style.name or "") if style is not None else ""

    @cached_property
    def _styles(self) -> dict[str, Any]:
        return {style.style_id: style for style in self._document.styles}

    def _level(self, element: Any, style: str) -> int | None:
        """The level of a heading, by the paragraph or by its style, or those that the style is based on."""
        own = element.find(f"{W}pPr/{W}outlineLvl")
        if own is not None:
            return int(own.get(f"{W}val")) + 1 if int(own.get(f"{W}val")) < 9 else None
        for one in self._based_on(element):
            if match := LEVEL.match(str(one.name or "")):
                return int(match[1])
            level = one.element.find(f"{W}pPr/{W}outlineLvl")
            if level is not None and int(level.get(f"{W}val")) < 9:
                return int(level.get(f"{W}val")) + 1
        return 1 if style == "Title" else None

    def _based_on(self, element: Any) -> Iterator[Any]:
        name = element.find(f"{W}pPr/{W}pStyle")
        style = self._styles.get(name.get(f"{W}val")) if name is not None else None
        for _ in range(10):
            if style is None:
                return
            yield style
            style = getattr(style, "base_style", None)

    def _numbered(self, element: Any, style: str) -> bool | None:
        """Whether a paragraph is an item, and of an ordered list; None for no item."""
        found = element.find(f"{W}pPr/{W}numPr")
        for one in self._based_on(element):
            found = found if found is not None else one.element.find(f"{W}pPr/{W}numPr")
        if found is None:
            return style.startswith("List Number") if style.startswith(("List Bullet", "List Number")) else None
        identity, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
        if identity is None:
            return style.startswith("List Number")
        if identity.get(f"{W}val") == "0":
            return None
        return self._formats.get((identity.get(f"{W}val"), level.get(f"{W}val") if level is not None else "0"), "bullet") != "bullet"

    @cached_property
    def _formats(self) -> dict[tuple[str, str], str]:
        """How the items of each list and level are numbered."""
        try:
            root = self._document.part.numbering_part.element
        except (NotImplementedError, KeyError):  # so python-docx says that a document numbers nothing
            return {}
        kinds = {
            (one.get(f"{W}abstractNumId"), level.get(f"{W}ilvl")): form.get(f"{W}val")
            for one in root.findall(f"{W}abstractNum")
            for level in one.findall(f"{W}lvl")
            if (form := level.find(f"{W}numFmt")) is not None
        }
        return {
            (num.get(f"{W}numId"), level): kind
            for num in root.findall(f"{W}num")
            if (of := num.find(f"{W}abstractNumId")) is not None
            for (abstract, level), kind in kinds.items()
            if abstract == of.get(f"{W}val")
        }

    @cached_property
    def _footnotes(self) -> dict[tuple[str, str], str]:
        """The texts of foot- and endnotes."""
        from docx.oxml.parser import parse_xml  # resolves no entities and fetches nothing

        found: dict[tuple[str, str], str] = {}
        for relation in self._document.part.rels.values():
            kind = relation.reltype.removeprefix(NOTES)
            if kind in {"footnotes", "endnotes"} and not relation.is_external:
                for note in parse_xml(relation.target_part.blob):
                    if note.get(f"{W}type") is None:
                        text = " ".join(self._text(p, UNREAD | {f"{W}footnoteReference"}) for p in note.iter(f"{W}p"))
                        found[kind.removesuffix("s"), note.get(f"{W}id")] = escaped(text)
        return found

    def _grid(self, table: Any) -> Iterator[list[Cell | None]]:
        above: dict[int, Cell] = {}
        for r, row in enumerate(_elements(table, f"{W}tr")):
            line: list[Cell | None] = []
            before = row.find(f"{W}trPr/{W}gridBefore")
            line.extend([None] * (int(before.get(f"{W}val")) if before is not None else 0))
            for element in _elements(row, f"{W}tc"):
                span = element.find(f"{W}tcPr/{W}gridSpan")
                merge = element.find(f"{W}tcPr/{W}vMerge")
                cell = Cell(self._cell(element), (r, len(line)))
                if merge is not None and merge.get(f"{W}val") != "restart":
                    cell = above.get(len(line), cell)
                for _ in range(min(int(span.get(f"{W}val")) if span is not None else 1, 100)):
                    above[len(line)] = cell
                    line.append(cell)
            yield line

    def _cell(self, element: Any) -> str:
        """The paragraphs of a cell; items, where there are several paragraphs, as a list within."""
        parts = []
        for paragraph in element.iter(f"{W}p"):
            if text := escaped(self._text(paragraph)):
                item = self._numbered(paragraph, self._style(paragraph)) is not None
                parts.append(f"<li>{text}</li>" if item else text)
        return " ".join(parts)


def _elements(parent: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, those within controls included."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
            yield from _elements(child, tag)


def _is_contents(element: Any) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _within(element: Any, tag: str) -> bool:
    return any(above.tag == tag for above in element.iterancestors())
