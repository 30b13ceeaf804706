"""Where sections begin: headings of Markdown, of a contents list, of a known outline, or of short lines that stand alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from pc_assistant.domain.documents import Section
from pc_assistant.knowledge.anchors import Anchors
from pc_assistant.knowledge.blocks import FURNITURE, ITEM, alone, is_row, parse
from pc_assistant.knowledge.markup import key, plain
from pc_assistant.knowledge.places import Spot, placed

Path = tuple[str, ...]
MARKDOWN_HEADING = re.compile(r" {0,3}(#{1,6})\s(.*)$")
UNDERLINE = re.compile(r"^ {0,3}(?:(=)=+|--+)\s*$")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
CONTENTS_ENTRY = re.compile(r"^(?=.{,200}$)\s*(?:[-*]\s*)?(?P<title>\S.*?)(?:\t+|\s*\.{3,}\s*|\s{3,})(?P<page>\d{1,3})\s*$")
CONTENTS = {"contents", "table of contents"}
NOT_A_HEADING = re.compile(r"[.;:,!]$|www\.|://|@|©")
LISTED = 1
CHAPTER = 7
SHORT = 8
NO_TEXT = 9


@dataclass(frozen=True)
class Heading:
    """A heading found at a line (from 0); `level` counts from 1."""

    line: int
    text: str
    level: int
    path: Path = ()


def contents(lines: Sequence[str]) -> tuple[set[str], set[int]]:
    """The titles of a contents list, as `key` gives them, and the lines that hold them; both empty where there is none.

    Four lines or more that end in rising page numbers are one under the word "Contents", or where half of them stand again in the text:
    else they are a table.
    """
    titles: set[str] = set()
    places: set[int] = set()
    run: dict[int, re.Match[str]] = {}
    above = ""

    def close() -> None:
        if len(run) >= 4 and all(int(a["page"]) <= int(b["page"]) for a, b in pairwise(run.values())):
            named = [key(entry["title"]) for entry in run.values()]
            elsewhere = {key(line) for number, line in enumerate(lines) if number not in run}
            if key(above) in CONTENTS or sum(name in elsewhere for name in named) * 2 >= len(named):
                titles.update(named)
                places.update(run)
        run.clear()

    for number, line in enumerate(lines[: max(80, len(lines) // 3)]):
        match = CONTENTS_ENTRY.match(line)
        if match:
            run[number] = match
        elif line.strip():
            close()
            above = line
    close()
    return titles, places


def fenced(lines: Sequence[str]) -> set[int]:
    """The lines of fenced code, where nothing is a heading."""
    inside: set[int] = set()
    opened, mark = -1, ""
    for number, line in enumerate(lines):
        match = FENCE.match(line)
        if match and opened < 0:
            opened, mark = number, match[1]
        elif match and match[1].startswith(mark):
            inside.update(range(opened, number + 1))
            opened = -1
    return inside


def headings(lines: Sequence[str], outline: Iterable[Path] = (), marked_only: bool = False) -> list[Heading]:
    """The headings of a text, in order, with their paths.

    With an `outline` (the known heading paths of this document) a line is a heading where it is an entry of the outline, of the
    contents list or Markdown; without one, a short unpunctuated line between blank lines is one too, where text follows it, and of two
    such lines the first is a chapter. With `marked_only` such lines are text: the format has marked what is a heading.
    """
    known: dict[str, list[Path]] = {}
    for entry in dict.fromkeys(path[:depth] for path in outline for depth in range(1, len(path) + 1)):
        known.setdefault(key(entry[-1]), []).append(entry)
    titles, listed = contents(lines)
    code = fenced(lines)
    marked: list[tuple[int, str, int]] = []
    run = NO_TEXT
    for number in reversed(range(len(lines))):
        if number in listed or not lines[number].strip() or FURNITURE.match(lines[number].strip()):
            continue
        heading = None if number in code else _heading(lines, number, known, titles)
        if not heading or (marked_only and heading[1] == SHORT):
            run = 0
        elif heading[1] < SHORT:
            marked.append((number, *heading))
            run = NO_TEXT
        else:
            run += 1
            if run == 3:  # names, an address: the one above the last is no chapter then
                marked.pop()
            if run < 3:
                marked.append((number, heading[0], SHORT if run == 1 else CHAPTER))
    marked.reverse()
    return _outlined(marked, known) if known else _levelled(marked)


def markdown_heading(line: str) -> tuple[int, str] | None:
    """The level and the words of a heading of Markdown, without the number signs that may close it."""
    found = MARKDOWN_HEADING.match(line)
    return (len(found[1]), found[2].strip().rstrip("#").rstrip()) if found else None


def _heading(lines: Sequence[str], number: int, known: Mapping[str, object], titles: set[str]) -> tuple[str, int] | None:
    """The words and the level of the heading that a line is; in a known outline the level is not asked."""
    line = lines[number]
    markdown = markdown_heading(line)
    text = plain(markdown[1] if markdown else line)
    if not key(text) or is_row(line):
        return None
    if markdown:
        return text, markdown[0]
    underline = UNDERLINE.match("".join(lines[number + 1 : number + 2]))
    if underline and (number == 0 or not lines[number - 1].strip()):
        return text, 1 if underline[1] else 2
    if not alone(lines, number):
        return None
    if key(text) in known or key(text) in titles:
        return text, LISTED
    if known or ITEM.match(line) or FURNITURE.match(text) or NOT_A_HEADING.search(text):
        return None
    short = len(text) <= 90 and len(text.split()) <= 14 and (text[0].isupper() or text[0].isdigit())
    return (text, SHORT) if short else None


def _levelled(marked: Iterable[tuple[int, str, int]]) -> list[Heading]:
    """Each heading beneath the last one before it of a higher rank."""
    found: list[Heading] = []
    above: list[tuple[int, Path]] = []
    for number, text, level in marked:
        while above and above[-1][0] >= level:
            above.pop()
        path = (*(above[-1][1] if above else ()), text)
        above.append((level, path))
        found.append(Heading(number, text, len(path), path))
    return found


def _outlined(marked: Sequence[tuple[int, str, int]], known: Mapping[str, Sequence[Path]]) -> list[Heading]:
    """Each heading where the outline has it; one that the outline has not stands beneath the chapter."""
    present = {key(text) for _, text, _ in marked}
    found: list[Heading] = []
    for number, text, _ in marked:
        current = found[-1].path if found else ()
        path = _entry(known.get(key(text), ()), current, present, {heading.path for heading in found}) or (*current[:1], text)
        found.append(Heading(number, text, len(path), path))
    return found


def _entry(entries: Iterable[Path], current: Path, present: set[str], used: set[Path]) -> Path:
    """The entry that fits below `current`: the headings above it must be ours too, unless the text nowhere shows them."""
    here = {key(part) for part in current}

    def shared(entry: Path) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(entry[:-1], current, strict=False)))

    fitting = [
        entry
        for entry in entries
        if all(key(part) in here or key(part) not in present for part in entry[:-1])
        and (shared(entry) or len(entry) == 1 or entry not in used)
    ]
    return max(fitting, key=lambda entry: (shared(entry), entry not in used, len(entry)), default=())


def sections(
    lines: Sequence[str], outline: Iterable[Path] = (), title: str = "", spots: Sequence[Spot | None] = (), marked_only: bool = False
) -> tuple[Section, ...]:
    """A text's sections in order. What stands before the first heading goes under `title`.

    `spots` tells of each line where it is printed, where that is known; for `marked_only` see `headings`.
    """
    found = headings(lines, outline, marked_only)
    _, skip = contents(lines)
    starts = [Heading(-1, title, 1, (title,) if title else ()), *found]
    ends = [*(heading.line for heading in found), len(lines)]
    anchors = Anchors()
    result: list[Section] = []
    for here, end in zip(starts, ends, strict=True):
        kept = [n for n in range(here.line + 1, end) if n not in skip]
        blocks = parse([lines[n] for n in kept])
        if spots:
            blocks = placed(blocks, [lines[n] for n in kept], [spots[n] for n in kept])
        if here.line >= 0 or blocks:
            result.append(Section(path=here.path, heading=here.text, level=here.level, anchor=anchors.make(here.text), blocks=blocks))
    return tuple(result)
