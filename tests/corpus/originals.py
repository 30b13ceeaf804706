"""The originals, where a holder has them: divided by the headings that the notes name, and as a reader without the notes divides them."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pc_assistant.knowledge import outline
from pc_assistant.knowledge.blocks import FURNITURE
from pc_assistant.knowledge.markup import plain
from tests.corpus.figures import keys
from tests.corpus.notes import HeadingPath

ENUMERATOR = re.compile(r"^\s*(?:[-*•]\s+)?(?:\*\*)?\d{1,2}[.)]\s")


@dataclass(frozen=True)
class Part:
    """What stands under one heading that is known from the notes. `written` is that heading as the original writes it."""

    path: HeadingPath
    written: str
    lines: tuple[str, ...]

    def text(self) -> str:
        """Heading and lines."""
        return "\n".join([self.written, *self.lines])


@dataclass(frozen=True)
class Stretch:
    """What stands under one heading that shows without help, with the parts that hold its lines."""

    heading: HeadingPath
    text: str
    paths: tuple[HeadingPath, ...]


@dataclass(frozen=True)
class Original:
    """One original; `listed` holds the titles of its contents list, `keys` every figure."""

    document: str
    raw: str
    parts: tuple[Part, ...]
    stretches: tuple[Stretch, ...]
    listed: frozenset[str]
    keys: frozenset[str]

    def under(self, path: HeadingPath) -> list[Part]:
        """The parts of a heading and of those below it."""
        return [part for part in self.parts if part.path[: len(path)] == path]


def folder(project: Path) -> Path | None:
    """Where the originals are: `PC_ORIGINALS_DIR`, the corpus's own folder for them, or the one shared beside the project."""
    named = os.environ.get("PC_ORIGINALS_DIR")
    places = [Path(named)] if named else [project / "corpus" / "originals", project.parent / "shared" / "originals"]
    return next((place for place in places if files(place)), None)


def files(place: Path) -> dict[str, Path]:
    """The originals of a folder by document id; only texts can be compared line by line."""
    return {path.stem: path for path in sorted(place.glob("*")) if path.suffix in {".txt", ".md"}} if place.is_dir() else {}


def read_original(path: Path, known: Sequence[HeadingPath]) -> Original:
    """Reads an original by the heading paths that are `known` from its notes."""
    raw = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\f", "\n")
    lines = raw.split("\n")
    _, contents = outline.contents(lines)
    entries = {n: plain(match["title"]) for n in sorted(contents) if (match := outline.CONTENTS_ENTRY.match(lines[n]))}
    told = ["" if n in contents or FURNITURE.match(text := plain(line)) else text for n, line in enumerate(lines)]
    parts = []
    holders: list[HeadingPath | None] = []  # of each line; a heading's own line has none
    for heading, body in _divided(_with_listed(outline.headings(lines, known), entries), told):
        parts.append(Part(heading.path, heading.text, tuple(filter(None, body))))
        holders.extend([None] if heading.line >= 0 else [])
        holders.extend([heading.path] * len(body))
    stretches = []
    for heading, body in _divided(outline.headings(lines), told):
        held = [holders[number] for number, line in enumerate(body, heading.line + 1) if line]
        stretches.append(
            Stretch(heading.path, "\n".join(filter(None, body)), tuple(dict.fromkeys(path for path in held if path is not None)))
        )
    return Original(path.stem, raw, tuple(parts), tuple(stretches), frozenset(entries.values()), frozenset(keys(raw)))


def _with_listed(headings: Sequence[outline.Heading], entries: Mapping[int, str]) -> list[outline.Heading]:
    """A foreword often has no heading but in the contents list: what follows the list goes under its first title then."""
    first = next(iter(entries.values()), "")
    if not first or any(heading.text == first for heading in headings):
        return [*headings]
    return sorted([*headings, outline.Heading(max(entries), first, 1, (first,))], key=lambda heading: heading.line)


def _divided(headings: Sequence[outline.Heading], lines: Sequence[str]) -> list[tuple[outline.Heading, Sequence[str]]]:
    starts = [outline.Heading(-1, "", 1), *headings]
    ends = [*(heading.line for heading in headings), len(lines)]
    return [(heading, lines[heading.line + 1 : end]) for heading, end in zip(starts, ends, strict=True)]
