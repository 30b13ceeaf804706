"""A document as the reader shows it: chapters for the contents, sections with their blocks, marked passages and finds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pc_assistant.channels.blocks import Block, of_section
from pc_assistant.domain.documents import Chunk, Section
from pc_assistant.domain.holdings import HeldText

LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Part:
    """One section as shown. `depth` is the level of its heading in the page; `found` how often what is searched for stands in it."""

    section: Section
    depth: int
    blocks: tuple[Block, ...]
    holds_passage: bool
    found: int

    @property
    def sources(self) -> tuple[tuple[str, ...], ...]:
        """The sections of the source that are stated, where that is more than the heading says."""
        stated = self.section.sources or (self.section.path,)
        return tuple(path for path in stated if path and path[-1] != self.section.heading)


@dataclass(frozen=True)
class Chapter:
    """A section of the highest level with those beneath it."""

    first: Part
    rest: tuple[Part, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of them, in reading order."""
        return (self.first, *self.rest)


def chapters(held: HeldText, passage: Chunk | None, searched: str) -> tuple[Chapter, ...]:
    """The chapters, the units of `passage` marked, and what is `searched` where a section holds it.

    The words are looked for in a row; only where no section has them so, each by itself, in sections that hold them all.
    """
    words = searched.split()
    patterns = [_in_a_row(words)] if words else []
    if not any(pattern.search(section_words(section)) for pattern in patterns for section in held.sections):
        patterns = [_in_a_row([word]) for word in words]
    parts = list(_parts(held, passage, patterns))
    top = min((part.section.level for part in parts), default=1)
    starts = [place for place, part in enumerate(parts) if part.section.level == top or place == 0]
    ends = [*starts[1:], len(parts)] if parts else []
    return tuple(Chapter(parts[start], tuple(parts[start + 1 : end])) for start, end in zip(starts, ends, strict=True))


def _in_a_row(words: Sequence[str]) -> re.Pattern[str]:
    """Finds the words; the first from the beginning of a word only ("in" is not in "joint"), the last perhaps without its ending."""
    start = r"(?<!\w)" if words[0][0].isalnum() else ""
    return re.compile(start + r"\s+".join(map(re.escape, words)), re.I)


def _parts(held: HeldText, passage: Chunk | None, patterns: Sequence[re.Pattern[str]]) -> Iterator[Part]:
    top = min((section.level for section in held.sections), default=1)
    number = 0
    for section in held.sections:
        text = section_words(section)
        finds = bool(patterns) and all(pattern.search(text) for pattern in patterns)
        pattern = re.compile("|".join(pattern.pattern for pattern in patterns), re.I) if finds else None
        marked: list[tuple[Block, ...]] = []
        holds = False
        for block in section.blocks:
            units = [passage.quote(unit) for unit in passage.units if unit.block == number] if passage else []
            holds = holds or bool(units)
            marked.append(of_section(block, units, pattern))
            number += 1
        found = len(pattern.findall(text)) if pattern else 0
        yield Part(section, min(2 + section.level - top, 6), tuple(b for blocks in marked for b in blocks), holds, found)


def section_words(section: Section) -> str:
    """All that a reader sees of a section, for searching."""
    return "\n".join([section.heading, *(line for block in section.blocks for line in (block.lead, *block.lines))])
