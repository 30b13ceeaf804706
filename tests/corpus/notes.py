"""Notes as they are written: every heading with its comment, and every sentence, item and cell that may be quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from pc_assistant.adapters.loaders.markdown import COMMENT, FRONT_MATTER, front_matter
from pc_assistant.domain.documents import Block
from pc_assistant.knowledge.blocks import parse
from pc_assistant.knowledge.markup import plain
from pc_assistant.knowledge.outline import MARKDOWN_HEADING
from pc_assistant.knowledge.sentences import spans

HeadingPath = tuple[str, ...]


@dataclass(frozen=True)
class NoteSection:
    """A heading of a note with what its comment says and what stands under it; `line` counts from 1.

    `comment` is what the comment's YAML holds, None where there is no comment; `sources` are then those of the heading above.
    """

    heading: str
    level: int
    line: int
    comment: object
    sources: tuple[HeadingPath, ...]
    blocks: tuple[Block, ...]
    raw: str

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that the section is said to answer."""
        listed = self.comment.get("questions") if isinstance(self.comment, dict) else None
        return tuple(map(str, listed or ()))

    def sentences(self) -> Iterator[str]:
        """Every sentence of the section: of paragraphs, lead-ins, items and cells."""
        for block in self.blocks:
            for part in (block.lead, *block.lines):
                for cell in part.split(" | ") if block.kind == "table" else [part]:
                    yield from (cell[start:end] for start, end in spans(cell))

    def text(self) -> str:
        """Heading and words, a line each."""
        return "\n".join([self.heading, *(line for block in self.blocks for line in (block.lead, *block.lines))])


@dataclass(frozen=True)
class Note:
    """One file of notes."""

    path: Path
    front: dict[str, object]
    sections: tuple[NoteSection, ...]
    preamble: str

    @property
    def name(self) -> str:
        """Folder and file name."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def document(self) -> str:
        """The id of the document that the note states."""
        return self.path.parent.name

    def words(self) -> int:
        """Words that a reader sees."""
        return sum(len(section.text().replace("|", " ").split()) for section in self.sections)


def read_note(path: Path) -> Note:
    """Reads a note with its metadata. A comment that is not YAML is kept as its text, for a test to find."""
    text = path.read_text(encoding="utf-8")
    front = front_matter(text, path.name)
    body = FRONT_MATTER.sub("", text)
    offset = text[: len(text) - len(body)].count("\n")
    lines = body.split("\n")
    starts = [(n, match) for n, line in enumerate(lines) if (match := MARKDOWN_HEADING.match(line))]
    ends = [*(n for n, _ in starts[1:]), len(lines)]
    sections: list[NoteSection] = []
    sources: tuple[HeadingPath, ...] = ()
    for (number, match), end in zip(starts, ends, strict=True):
        under = "\n".join(lines[number + 1 : end])
        comment = COMMENT.match(under)
        data = _yaml(comment.group(1)) if comment else None
        sources = _paths(data) or sources
        raw = under[comment.end() :] if comment else under
        sections.append(
            NoteSection(plain(match.group(2)), len(match.group(1)), offset + number + 1, data, sources, parse(raw.split("\n")), raw)
        )
    return Note(path, front, tuple(sections), "\n".join(lines[: starts[0][0]] if starts else lines))


def read_notes(corpus: Path) -> tuple[Note, ...]:
    """Every note of the corpus, document by document in reading order."""
    return tuple(read_note(path) for path in sorted(corpus.glob("*/*.md")) if path.parent.name != "originals")


def prose(note: Note) -> Iterator[str]:
    """The sentences of a note's paragraphs, lead-ins and list items; cells of tables are no prose."""
    for section in note.sections:
        for block in section.blocks:
            for part in (block.lead, *block.lines) if block.kind != "table" else ():
                yield from (part[start:end] for start, end in spans(part))


def split_path(path: str) -> HeadingPath:
    """A heading path that is joined by " > "."""
    return tuple(part.strip() for part in path.split(" > "))


def _paths(data: object) -> tuple[HeadingPath, ...]:
    listed = data.get("source") if isinstance(data, dict) else None
    return tuple(split_path(path) for path in listed if isinstance(path, str)) if isinstance(listed, list) else ()


def _yaml(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return re.sub(r"\s+", " ", text)
