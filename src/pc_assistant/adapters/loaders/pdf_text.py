"""The pages of a PDF as one text: furniture out, footnotes after their paragraphs, headings, lists and tables."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from pc_assistant.adapters.loaders.pdf_columns import in_order
from pc_assistant.adapters.loaders.pdf_furniture import NOTE, body, footnotes, furniture, settle_hyphens
from pc_assistant.adapters.loaders.pdf_page import Line, Page, Piece, Table, Word, inside, joined, lines_as_tagged
from pc_assistant.adapters.loaders.pdf_tables import write_table
from pc_assistant.adapters.loaders.pdf_tags import Role, Roles
from pc_assistant.adapters.loaders.prose import Prose, escaped
from pc_assistant.knowledge.places import Spot

HEADING = 1.12
GAP = 1.3
LONGEST_HEADING = 25
LONGEST_BOLD = 14
TAGGED = 0.7
NO_HEADING = re.compile(r"[.;,:]$")
MARK = re.compile(r"^(?:[-•‣▪◦●·–\uf0b7\uf0a7o]|\(?\d{1,2}[.)])$")
ENDS = (".", "!", "?", ":", ";", "”", ")")


def write(pages: Sequence[Page], roles: Roles) -> Prose:
    """The text of all pages."""
    left_out = furniture(pages)
    bare = [Page(p.number, p.width, p.height, [w for w in p.words if w not in left_out[p.number]], p.tables, p.pictured) for p in pages]
    writer = _Writer(bare, roles)
    for page in bare:
        writer.page(page)
    return writer.finish()


@dataclass(frozen=True)
class _Layout:
    """A page taken apart: words outside tables and footnotes, the footnotes, whether tags tell of the words, and columns where they do not."""

    words: Sequence[Word]
    notes: Sequence[list[Line]]
    tagged: bool
    columns: Sequence[Sequence[Piece]]


class _Writer:
    def __init__(self, pages: Sequence[Page], roles: Roles) -> None:
        self._body = body(pages)
        self._roles = roles
        self._prose = Prose()
        self._tagged_headings = any(role.level for role in roles.found.values())
        self._layouts = {page.number: self._lay_out(page) for page in pages}
        self._ranks = self._rank(column for layout in self._layouts.values() for column in layout.columns)
        self._notes: dict[int, list[Line]] = {}
        self._marks: list[int] = []
        self._open: list[tuple[str, Spot | None]] = []
        self._table: list[Table] = []
        self._item_x: float | None = None
        self._in_list = False
        self._last: tuple[Line, float, float] | None = None  # the line written last, and the edges of its column
        self._slide: float | None = None  # on a slide, the size of its title

    def _rank(self, columns: Iterable[Sequence[Piece]]) -> dict[float, int]:
        """The level of each size of heading; a size that only the first heading has is the title's and counts as the next."""
        lines = [piece for column in columns for piece in column if isinstance(piece, Line)]
        sizes = [line.size for line in lines if line.size >= HEADING * self._body and len(line.words) <= LONGEST_HEADING]
        distinct = sorted(set(sizes), reverse=True)
        title = len(distinct) > 1 and sizes[0] == distinct[0] and all(size != distinct[0] for size in sizes[3:])
        return {size: max(1, min(6, n + (0 if title else 1))) for n, size in enumerate(distinct)}

    def _lay_out(self, page: Page) -> _Layout:
        places = [(t.x0, t.top, t.x1, t.bottom) for t in page.tables]
        outside = [w for w in page.words if not any(inside(w, place) for place in places)]
        words, notes = footnotes(outside, self._body, page.number)
        if notes and notes[0][0].top < max((t.bottom for t in page.tables), default=0.0) - 1:
            words, notes = outside, []
        marked = sum(1 for w in words if self._roles.of(page.number, w.mcid))
        tagged = bool(words) and marked >= TAGGED * len(words)
        return _Layout(words, notes, tagged, [] if tagged and self._tagged_headings else in_order(page, words, self._body))

    def page(self, page: Page) -> None:
        """Writes one page."""
        layout = self._layouts[page.number]
        self._slide = max((w.size for w in page.words), default=0.0) if page.width > page.height else None
        for note in layout.notes:
            match = NOTE.match(note[0].text)
            self._notes[int(match[1]) if match else -1] = note
        if layout.tagged:
            self._by_tags(page, layout.words)
        else:
            for column in layout.columns:
                self._by_sizes(column)

    def finish(self) -> Prose:
        """The text, once every page is written."""
        self._end()
        self._rest_of_notes()
        settle_hyphens(self._prose)
        return self._prose

    # By tags

    def _by_tags(self, page: Page, words: Sequence[Word]) -> None:
        def number(word: Word) -> int:
            role = self._roles.of(page.number, word.mcid)
            return role.number if role else last

        groups: dict[int, list[Word]] = {}
        last = 0
        for word in words:
            last = number(word)
            groups.setdefault(last, []).append(word)
        tables: dict[int, list[Table]] = {}
        for table in page.tables:
            tables.setdefault(self._place(table, page), []).append(table)
        for key in sorted({*groups, *tables}):
            for table in tables.get(key, ()):
                self._add_table(table)
            if key in groups:
                role = next((r for w in groups[key] if (r := self._roles.of(page.number, w.mcid))), None)
                self._tagged(lines_as_tagged(groups[key], page.number), role)

    def _place(self, table: Table, page: Page) -> int:
        """Where a table stands among the blocks: by its own tags, else above the first block below it."""
        box = (table.x0, table.top, table.x1, table.bottom)
        own = [role.number for w in page.words if inside(w, box) and (role := self._roles.of(page.number, w.mcid))]
        below = [w for w in page.words if w.top >= table.bottom - 1 and w.x0 < table.x1 and w.x1 > table.x0]
        return min(own or [role.number for w in below if (role := self._roles.of(page.number, w.mcid))], default=10**9)

    def _tagged(self, lines: Sequence[Line], role: Role | None) -> None:
        text = " ".join(line.text for line in lines)
        big = lines[0].size >= HEADING * self._body and len(text.split()) <= LONGEST_HEADING and not NO_HEADING.search(text)
        first = not self._prose.lines and not self._open
        if role and role.level:
            self._heading(role.level, lines)
        elif big and (first or not self._tagged_headings):
            self._heading(self._ranks.get(lines[0].size, 1), lines)
        elif role and role.within & {"Note", "FENote"}:
            match = NOTE.match(text)
            self._notes[int(match[1]) if match else -1] = list(lines)
        elif role and "LI" in role.within:
            if MARK.match(lines[0].words[0].text) or not self._in_list:
                self._break(keep_list=True)
                self._item(lines)
            else:
                self._lines(lines)
        else:
            if not self._continues(lines[0]):
                self._break()
            self._lines(lines)
            self._last = (lines[-1], min(line.x0 for line in lines), max(line.x1 for line in lines))

    # By sizes

    def _by_sizes(self, column: Sequence[Piece]) -> None:
        lines = [piece for piece in column if isinstance(piece, Line)]
        steps = sorted(b.top - a.top for a, b in pairwise(lines) if b.top > a.top and b.size == a.size)
        pitch = steps[len(steps) // 3] if steps else 1.2 * self._body
        before: Line | None = None
        pieces = list(column)
        left, right = min((p.x0 for p in column), default=0.0), max((p.x1 for p in column), default=0.0)
        position = 0
        while position < len(pieces):
            piece = pieces[position]
            position += 1
            if isinstance(piece, Table):
                self._add_table(piece)
                before = None
                continue
            apart = before is None or piece.top - before.top > GAP * pitch * max(1.0, before.size / self._body) or piece.size != before.size
            if self._is_heading(piece, apart):
                run = [piece]
                while position < len(pieces) and isinstance(below := pieces[position], Line) and self._goes_on(run[-1], below, pitch):
                    run.append(below)
                    position += 1
                if len(" ".join(line.text for line in run).split()) <= LONGEST_HEADING:
                    self._heading(self._level(piece), run)
                    before = None
                    continue
                position -= len(run) - 1
            mark = len(piece.words) > 1 and MARK.match(piece.words[0].text) is not None
            if mark and (apart or self._item_x is not None or piece.words[0].text in "•▪●◦\uf0b7\uf0a7"):
                self._break(keep_list=True)
                self._item([piece])
                self._item_x = piece.words[1].x0
            else:
                if before is None:
                    ends = not self._continues(piece) or (self._item_x is not None and not piece.text[:1].islower())
                else:
                    ends = apart or (self._item_x is not None and piece.x0 < self._item_x - 4)
                if ends:
                    self._break()
                self._lines([piece])
            before = piece
            self._last = (piece, left, right)

    def _level(self, line: Line) -> int:
        return 1 if self._slide is not None else self._ranks.get(line.size, min(6, max(self._ranks.values(), default=0) + 1))

    def _continues(self, line: Line) -> bool:
        """Whether the line, at the top of a page or column, goes on with the paragraph above: that ended in a full line or in mid-sentence."""
        if not self._open or not self._last or self._last[0].size != line.size:
            return False
        above, left, right = self._last
        at_top = above.page != line.page or line.top < above.top
        if above.text.endswith(ENDS):
            return at_top and above.x1 > right - 0.15 * (right - left)
        return at_top

    def _is_heading(self, line: Line, apart: bool) -> bool:
        text = line.text
        if not re.search(r"[^\W\d_]", text) or NO_HEADING.search(text) or len(line.words) > LONGEST_HEADING:
            return False
        if self._slide is not None:
            return line.size == self._slide
        if line.size >= HEADING * self._body:
            return True
        return (
            line.bold
            and apart
            and line.size >= 0.95 * self._body
            and len(line.words) <= LONGEST_BOLD
            and not MARK.match(line.words[0].text[:1])
        )

    def _goes_on(self, above: Line, line: Line, pitch: float) -> bool:
        close = line.size == above.size and line.bold == above.bold and line.top - above.bottom < 0.6 * above.size
        return close and (line.size >= HEADING * self._body or line.top - above.top <= GAP * pitch)

    # What is written

    def _text(self, words: Iterable[Word], line: Line) -> str:
        """The words as Markdown; a raised number that is a footnote's is remembered instead."""
        parts: list[str] = []
        raised = set(line.raised)
        for is_raised, run in groupby(words, key=lambda word: word in raised):
            some = list(run)
            if not is_raised:
                parts.append((" " if parts else "") + joined(some))
                continue
            for word in some:
                if int(word.text) in self._notes:
                    self._marks.append(int(word.text))
                elif parts:
                    parts.append(f"\0{word.text}\1")
        text = "".join(parts)
        if len(parts) > 1:
            text = re.sub(r"\s+([.,;:!?)])", r"\1", text)
        return (
            "".join(escaped(p) if n % 2 == 0 else f"<sup>{p}</sup>" for n, p in enumerate(re.split("[\0\1]", text)))
            if "\0" in text
            else escaped(text)
        )

    def _spot(self, line: Line) -> Spot:
        return Spot(line.page, line.box)

    def _lines(self, lines: Sequence[Line]) -> None:
        self._end_table()
        self._open += [(self._text(line.words, line), self._spot(line)) for line in lines]

    def _item(self, lines: Sequence[Line]) -> None:
        self._end_table()
        first, *rest = lines
        match = MARK.match(first.words[0].text) if len(first.words) > 1 else None
        digits = re.sub(r"\D", "", first.words[0].text) if match else ""
        text = self._text(first.words[1:] if match else first.words, first)
        self._open.append((f"{int(digits)}. {text}" if digits else f"- {text}", self._spot(first)))
        self._in_list = True
        self._open += [(self._text(line.words, line), self._spot(line)) for line in rest]

    def _heading(self, level: int, lines: Sequence[Line]) -> None:
        self._end()
        self._rest_of_notes(before=lines[0].page)
        self._prose.heading(level, " ".join(self._text(line.words, line) for line in lines), self._spot(lines[0]))

    def _add_table(self, table: Table) -> None:
        self._break()
        above = self._table[-1] if self._table else None
        if above and (above.page != table.page - 1 or len(above.grid[0]) != len(table.grid[0]) or abs(above.x0 - table.x0) > 5):
            self._end_table()
        self._table.append(table)

    def _end_table(self) -> None:
        tables, self._table = self._table, []
        if tables:
            write_table(self._prose, tables)

    def _break(self, keep_list: bool = False) -> None:
        """The end of a paragraph or an item, where its footnotes can stand; those of an item wait for the end of its list."""
        if self._open:
            self._prose.paragraph(self._open)
            self._open = []
        self._in_list = self._in_list and keep_list
        if not keep_list:
            self._item_x = None
            for mark in self._marks:
                self._note(self._notes.pop(mark, []))
            self._marks = []

    def _end(self) -> None:
        self._break()
        self._end_table()

    def _rest_of_notes(self, before: int = 10**9) -> None:
        for mark in [mark for mark, lines in self._notes.items() if lines[0].page < before]:
            self._note(self._notes.pop(mark))

    def _note(self, lines: Sequence[Line]) -> None:
        if lines:
            first = escaped(NOTE.sub("", lines[0].text, count=1))
            self._prose.paragraph([(first, self._spot(lines[0])), *((escaped(line.text), self._spot(line)) for line in lines[1:])])
