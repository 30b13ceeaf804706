"""The originals, where a holder has them: section by section, as the outline of the notes and as a stranger's eye divides them."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pc_assistant.domain.documents import Section
from pc_assistant.knowledge import outline
from pc_assistant.knowledge.blocks import FURNITURE, ITEM
from pc_assistant.knowledge.markup import plain
from tests.corpus.notes import HeadingPath

ENUMERATOR = re.compile(r"^\s*(?:[-*•]\s+)?(?:\*\*)?\d{1,2}[.)]\s")


@dataclass(frozen=True)
class Part:
    """A heading of the original and the lines under it, marks taken off. `entry` is the heading as the original writes it."""

    path: HeadingPath
    entry: str
    lines: tuple[str, ...]

    def text(self) -> str:
        """Heading and lines."""
        return "\n".join([self.entry, *self.lines])


@dataclass(frozen=True)
class Original:
    """One original: `parts` by the headings that the notes name, `sections` by the headings that show without the notes' help."""

    document: str
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    listed: frozenset[str]

    def headings(self) -> set[HeadingPath]:
        """Every heading path that stands in the text."""
        return {part.path for part in self.parts}

    def under(self, path: HeadingPath) -> list[Part]:
        """The parts of a heading and of the headings below it; what stands before all headings where only the contents list names it."""
        found = [part for part in self.parts if part.path[: len(path)] == path]
        if not found and self.is_listed(path):
            return [part for part in self.parts if not part.path]
        return found

    def is_listed(self, path: HeadingPath) -> bool:
        """Whether the heading stands in the contents list and nowhere else."""
        return len(path) == 1 and path[0] in self.listed and path not in self.headings()


def folder(project: Path) -> Path | None:
    """Where the originals are: `PC_ORIGINALS_DIR`, the corpus's own folder for them, or the one shared beside the project."""
    named = os.environ.get("PC_ORIGINALS_DIR")
    places = [Path(named)] if named else [project / "corpus" / "originals", project.parent / "shared" / "originals"]
    return next((place for place in places if any(files(place).values())), None)


def files(place: Path) -> dict[str, Path]:
    """The originals of a folder by document id; only texts can be compared line by line."""
    return {path.stem: path for path in sorted(place.glob("*")) if path.suffix in {".txt", ".md"}} if place.is_dir() else {}


def read_original(path: Path, paths: Sequence[HeadingPath], generic: Sequence[Section]) -> Original:
    """Reads an original by the heading `paths` that the notes name; `generic` are its sections as read without them."""
    lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\f", "\n").split("\n")
    titles, skip = outline.contents(lines)
    found = outline.headings(lines, paths)
    starts = [outline.Heading(-1, "", 1), *found]
    parts = []
    for here, following in zip(starts, [*starts[1:], None], strict=True):
        body = [plain(line) for n, line in enumerate(lines[here.line + 1 : following.line if following else None], here.line + 1) if n not in skip]
        parts.append(Part(here.path, here.text, tuple(line for line in body if line)))
    listed = frozenset(plain(m["title"]) for n in skip if (m := outline.CONTENTS_ENTRY.match(lines[n])))
    return Original(path.stem, tuple(parts), tuple(generic), listed)
