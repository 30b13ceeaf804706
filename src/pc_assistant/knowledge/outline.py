"""Where sections begin: headings of Markdown, of a contents list, of a known outline, or of short lines that stand alone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pc_assistant.domain.documents import Section
from pc_assistant.knowledge.blocks import FURNITURE, ITEM, parse
from pc_assistant.knowledge.markup import key, plain

Path = tuple[str, ...]
MARKDOWN_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
CONTENTS_ENTRY = re.compile(r"^\s*(?:[-*]\s*)?(?P<title>\S.*?)(?:\t+|\s*\.{3,}\s*|\s{3,})(?P<page>\d{1,3})\s*$")
SENTENCE_END = re.compile(r"[.;:,!]$")


@dataclass(frozen=True)
class Heading:
    """A heading found at a line (from 0); `level` counts from 1."""

    line: int
    text: str
    level: int
    path: Path = ()


def anchors() -> "Anchors":
    """A new maker of anchors for one document."""
    return Anchors({})


@dataclass
class Anchors:
    """Makes URL fragments that are unique within one document."""

    seen: dict[str, int]

    def make(self, text: str) -> str:
        """A fragment for a heading: lower-case words joined by hyphens, numbered from the second time on."""
        base = "-".join(key(text).replace("£", "").replace("%", "").split())[:80] or "section"
        self.seen[base] = self.seen.get(base, 0) + 1
        return base if self.seen[base] == 1 else f"{base}-{self.seen[base]}"


def contents(lines: Sequence[str]) -> tuple[dict[str, int], set[int]]:
    """Titles of a contents list (keyed as headings are) with their pages, and the lines that hold them; empty where there is none."""
    titles: dict[str, int] = {}
    places: set[int] = set()
    run: list[tuple[int, str, int]] = []

    def close() -> None:
        if len(run) >= 4 and all(a[2] <= b[2] for a, b in zip(run, run[1:], strict=False)):
            for line, title, page in run:
                titles[key(title)] = page
                places.add(line)
        run.clear()

    for number, line in enumerate(lines[: max(80, len(lines) // 3)]):
        match = CONTENTS_ENTRY.match(line)
        if match:
            run.append((number, match["title"], int(match["page"])))
        elif line.strip():
            close()
    close()
    return titles, places


def headings(lines: Sequence[str], outline: Iterable[Path] = ()) -> list[Heading]:
    """The headings of a text, in order, with their paths.

    With an `outline` (the known heading paths of this document) a line is a heading where it is an entry of the outline, of the
    contents list or Markdown; without one, a short unpunctuated line between blank lines is one too.
    """
    known: dict[str, list[Path]] = {}
    for path in outline:
        for depth in range(1, len(path) + 1):
            entry = path[:depth]
            if entry not in known.setdefault(key(entry[-1]), []):
                known[key(entry[-1])].append(entry)
    titles, skip = contents(lines)
    marked: list[tuple[int, str, int]] = []
    for number, line in enumerate(lines):
        if number in skip or not line.strip() or "\t" in line.strip() or line.lstrip().startswith("|"):
            continue
        heading = _heading(lines, number, known, titles)
        if heading:
            marked.append((number, *heading))
    present = {key(text) for _, text, _ in marked}
    found: list[Heading] = []
    for number, text, level in marked:
        path = _known_path(text, known, present, found) if known else ()
        path = path or _path_by_level(text, level, found, bool(known))
        found.append(Heading(number, text, len(path), path))
    return found


def _heading(lines: Sequence[str], number: int, known: dict[str, list[Path]], titles: dict[str, int]) -> tuple[str, int] | None:
    line = lines[number]
    markdown = MARKDOWN_HEADING.match(line)
    text = plain(markdown.group(2)) if markdown else plain(line)
    if not key(text):
        return None
    if markdown:
        return text, len(markdown.group(1))
    if not _alone(lines, number):
        return None
    if key(text) in known:
        return text, 0
    if key(text) in titles:
        return text, 1
    if known or ITEM.match(line) or FURNITURE.match(text):
        return None
    short = len(text) <= 90 and len(text.split()) <= 14 and text[0].isupper() | text[0].isdigit() and not SENTENCE_END.search(text)
    return (text, 2) if short else None


def _alone(lines: Sequence[str], number: int) -> bool:
    before = lines[number - 1].strip() if number else ""
    after = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return not before and not after


def _known_path(text: str, known: dict[str, list[Path]], present: set[str], found: Sequence[Heading]) -> Path:
    """The outline's entry that fits where we are; its headings above must be ours too, unless the text nowhere shows them."""
    current = found[-1].path if found else ()
    here = {key(part) for part in current}
    used = {heading.path for heading in found}
    fitting = [entry for entry in known.get(key(text), []) if all(key(part) in here or key(part) not in present for part in entry[:-1])]

    def shared(entry: Path) -> int:
        return next((n for n, (a, b) in enumerate(zip(entry[:-1], current, strict=False)) if a != b), min(len(entry) - 1, len(current)))

    fitting = [entry for entry in fitting if shared(entry) or len(entry) == 1 or entry not in used]
    return max(fitting, key=lambda entry: (shared(entry), entry not in used, len(entry)), default=())


def _path_by_level(text: str, level: int, found: Sequence[Heading], outlined: bool) -> Path:
    """The path of a heading that no outline knows: beneath the chapter, or by its level beneath what stands above."""
    if outlined:
        return (*(found[-1].path[:1] if found else ()), text)
    if level <= 1:
        return (text,)
    above = next((heading for heading in reversed(found) if heading.level < level), None)
    return (*(above.path if above else ()), text)


def sections(lines: Sequence[str], outline: Iterable[Path] = (), title: str = "") -> tuple[Section, ...]:
    """A text's sections in order. What stands before the first heading goes under `title`."""
    found = headings(lines, outline)
    _, skip = contents(lines)
    starts = [Heading(-1, title, 1, (title,) if title else ()), *found]
    maker = anchors()
    result = []
    for here, following in zip(starts, [*starts[1:], None], strict=True):
        body = [line for n, line in enumerate(lines[here.line + 1 : following.line if following else None], here.line + 1) if n not in skip]
        blocks = parse(body)
        if here.line < 0 and not blocks:
            continue
        result.append(Section(path=here.path, heading=here.text, level=max(1, here.level), anchor=maker.make(here.text), blocks=blocks))
    return tuple(result)
