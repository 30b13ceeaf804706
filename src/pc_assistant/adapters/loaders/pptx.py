"""PowerPoint presentations: a section a slide, its number as the page; bullets, tables, diagrams and the speaker's notes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pc_assistant.adapters.loaders.files import size_checked
from pc_assistant.adapters.loaders.grid import Cell, rows
from pc_assistant.adapters.loaders.limits import USUAL, Limits
from pc_assistant.adapters.loaders.office import check
from pc_assistant.adapters.loaders.prose import Prose, escaped
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Report, unreported
from pc_assistant.knowledge.places import Spot

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
DEEPEST = 20


class Pptx:
    """Reads .pptx files."""

    suffixes: tuple[str, ...] = (".pptx",)

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a presentation. Slides that are pictures without text are reported. Raises DocumentUnreadable."""
        size_checked(path, self._limits.file_bytes)
        check(path, "ppt/presentation.xml", "PowerPoint", self._limits)
        from pptx import Presentation

        prose = Prose()
        pictures: list[int] = []
        try:
            slides = Presentation(str(path)).slides
            if len(slides) > self._limits.pages:
                raise DocumentUnreadable(f"{path.name} has {len(slides):,} slides, more than the {self._limits.pages:,} that are read.")
            for number, slide in enumerate(slides, 1):
                before = len(prose.lines)
                _slide(prose, slide, Spot(number))
                if len(prose.lines) == before and any(_is_picture(shape) for shape in slide.shapes):
                    pictures.append(number)
        except (DocumentUnreadable, MemoryError):
            raise
        except Exception as error:  # a parser may stumble over damage in any way
            raise DocumentUnreadable(f"{path.name} is damaged: PowerPoint's parts of it cannot be read.") from error
        if pictures:
            one = len(pictures) == 1
            named = ", ".join(map(str, pictures))
            what = f"slide {named} holds a picture" if one else f"slides {named} hold pictures"
            said = f"{path.name} needs OCR: {what} and no text."
            if not prose.lines:
                raise DocumentUnreadable(said)
            report(said)
        return prose.sections(outline, path.stem)


def _slide(prose: Prose, slide: Any, spot: Spot) -> None:
    title = slide.shapes.title
    words = escaped(title.text_frame.text) if title is not None and title.has_text_frame else ""
    shapes = [shape for shape in _placed(slide.shapes) if title is None or shape.shape_id != title.shape_id]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    spoken = [text for p in notes.paragraphs if (text := escaped(p.text))] if notes is not None else []
    body = Prose()
    for shape in shapes:
        _shape(body, shape, spot)
    if not words and not body.lines and not spoken:
        return
    prose.heading(1, words or f"Slide {spot.page}", spot)
    prose.lines += body.lines
    prose.spots += body.spots
    if spoken:
        prose.heading(2, "Speaker’s notes", spot)
        for text in spoken:
            prose.paragraph([(text, spot)])


def _placed(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """The shapes as they are read: from the top down, those of one height from the left; groups stay together."""
    for shape in sorted(shapes, key=lambda one: ((one.top or 0) // 200_000, one.left or 0)):
        if hasattr(shape, "shapes") and depth < DEEPEST:
            yield from _placed(shape.shapes, depth + 1)
        else:
            yield shape


def _shape(prose: Prose, shape: Any, spot: Spot) -> None:
    if (
        shape.is_placeholder
        and shape.placeholder_format.type is not None
        and shape.placeholder_format.type.name in {"SLIDE_NUMBER", "FOOTER", "DATE"}
    ):
        return
    if getattr(shape, "has_table", False):
        titles, body, _ = rows(_grid(shape.table))
        for title in titles:
            prose.paragraph([(title, spot)])
        if body:
            prose.table(body, [spot] * len(body))
    elif getattr(shape, "has_chart", False):
        _chart(prose, shape.chart, spot)
    elif shape.has_text_frame:
        _text(prose, shape, spot)
    else:
        points = [text for relation in _diagrams(shape) for text in relation]
        prose.items([[(text, spot)] for text in points])


def _grid(table: Any) -> list[list[Cell | None]]:
    grid: list[list[Cell | None]] = []
    for r, row in enumerate(table.rows):
        line: list[Cell | None] = []
        grid.append(line)
        for c, cell in enumerate(row.cells):
            if cell.is_spanned and cell._tc.hMerge and c:
                line.append(line[c - 1])
            elif cell.is_spanned and r:
                line.append(grid[r - 1][c])
            else:
                line.append(Cell(escaped(cell.text_frame.text), (r, c)))
    return grid


def _text(prose: Prose, shape: Any, spot: Spot) -> None:
    """The paragraphs of a shape; in a body's placeholder, and where a bullet is set, they are items."""
    body = shape.is_placeholder and shape.placeholder_format.type is not None and shape.placeholder_format.type.name in {"BODY", "OBJECT"}
    items: list[str] = []
    ordered = False
    for paragraph in shape.text_frame.paragraphs:
        text = escaped(paragraph.text)
        if not text:
            continue
        marks = {child.tag for child in paragraph._p.pPr} if paragraph._p.pPr is not None else set()
        if f"{A}buNone" not in marks and (body or marks & {f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip"}):
            ordered = f"{A}buAutoNum" in marks if not items else ordered
            items.append(text)
            continue
        prose.items([[(item, spot)] for item in items], ordered)
        items = []
        prose.paragraph([(text, spot)])
    prose.items([[(item, spot)] for item in items], ordered)


def _chart(prose: Prose, chart: Any, spot: Spot) -> None:
    """The figures of a chart as a table."""
    for plot in chart.plots:
        names = [str(category) for category in plot.categories]
        series = [(str(one.name), list(one.values)) for one in plot.series]
        head = ["", *(escaped(name) for name, _ in series)]
        body = [
            [escaped(name), *("" if values[n : n + 1] in ([], [None]) else f"{values[n]:g}" for _, values in series)]
            for n, name in enumerate(names)
        ]
        if body:
            prose.table([head, *body], [spot] * (len(body) + 1))


def _diagrams(shape: Any) -> Iterator[list[str]]:
    """The texts of a diagram (SmartArt)."""
    from pptx.oxml import parse_xml  # resolves no entities and fetches nothing

    for element in shape._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"):
        identity = element.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm")
        relation = shape.part.rels.get(identity)
        if relation is not None and not relation.is_external and relation.reltype == DIAGRAM:
            root = parse_xml(relation.target_part.blob)
            paragraphs = ("".join(t.text or "" for t in p.iter(f"{A}t")) for p in root.iter(f"{A}p"))
            yield [text for words in paragraphs if (text := escaped(words))]


def _is_picture(shape: Any) -> bool:
    return shape.shape_type is not None and shape.shape_type.name in {"PICTURE", "LINKED_PICTURE", "GROUP", "PLACEHOLDER"}
