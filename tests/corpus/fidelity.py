"""Whether notes keep to an original, and keep all of it: headings, figures, substance and words. Pure functions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pc_assistant.retrieval.terms import terms
from tests.corpus.figures import Figure, figures, keys, supported
from tests.corpus.notes import HeadingPath, Note, NoteSection
from tests.corpus.originals import ENUMERATOR, Original, Stretch

SUBSTANCE = 20
RUN = 9
NUMBERED_HEADING = re.compile(r"^\d{1,2}[.)]?\s")
WORD = re.compile(r"[A-Za-z0-9£%’']+")
BLANKED = (
    re.compile(r"\A---\n.*?\n---\n", re.S),
    re.compile(r"```.*?```", re.S),
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"^#{1,6} .*$", re.M),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"[“\"][^“”\"\n]{1,400}[”\"]"),
)


@dataclass(frozen=True)
class Misplaced:
    """A figure of a note that its section's sources do not hold."""

    figure: Figure
    words: str


@dataclass(frozen=True)
class Unstated:
    """A figure of an original's section that no note of this section states; `elsewhere` where another note of the document does."""

    path: HeadingPath
    figure: Figure
    words: str
    elsewhere: bool


@dataclass(frozen=True)
class Gap:
    """A section of an original that the notes do not name, or of whose words they hold only the share `recall`."""

    heading: HeadingPath
    named: bool
    recall: float
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """Nine or more of our words in a row that stand in an original too; `line` counts from 1."""

    line: int
    words: tuple[str, ...]


def known_paths(notes: Iterable[Note]) -> list[HeadingPath]:
    """Every heading path that the notes name, once."""
    return list(dict.fromkeys(path for note in notes for section in note.sections for path in section.sources))


def heading_faults(original: Original, path: HeadingPath) -> list[str]:
    """The headings of a path that do not stand in the original, or are written otherwise there."""
    faults = []
    for depth in range(1, len(path) + 1):
        above = path[:depth]
        written = {part.written for part in original.parts if part.path == above}
        if not written and not (depth == 1 and path[0] in original.listed):
            faults.append(f"“{above[-1]}” is no heading here")
        elif written and above[-1] not in written:
            faults.append(f"“{above[-1]}” is written “{min(written)}”")
    return faults


def misplaced(section: NoteSection, original: Original, allowed: AbstractSet[str]) -> Iterator[Misplaced]:
    """The figures of a note's section that its sources do not hold.

    A count in words may also be the length of one of the section's own lists or tables, as may any count in a heading or lead-in.
    Numbers that only number the rows are no figures. A question is never shown: its figures need only stand somewhere in the original.
    """
    parts = [part for path in section.sources for part in original.under(path)]
    held = keys("\n".join([*(part.text() for part in parts), *(" ".join(part.path) for part in parts)])) | allowed
    counts = {str(len(block.lines)) for block in section.blocks if block.kind != "paragraph"}
    anywhere = original.keys | counts | allowed
    for text in section.text().split("\n"):
        counted = text == section.heading or text.endswith(":")
        for figure in stated(text):
            by_count = figure.key in counts and (counted or figure.shown.isalpha())
            if not by_count and not supported(figure.key, held):
                yield Misplaced(figure, text)
    for text in section.questions:
        yield from (Misplaced(figure, text) for figure in stated(text) if not supported(figure.key, anywhere))


def stated(text: str) -> Iterator[Figure]:
    """The figures of a line but for the number that numbers it."""
    number = ENUMERATOR.match(text)
    yield from (figure for figure in figures(text) if not number or figure.start >= number.end())


def figure_coverage(original: Original, notes: Sequence[Note]) -> tuple[int, list[Unstated]]:
    """How many figures an original's text has (those of its contents list aside), and which the notes of their sections do not state."""
    by_path = _by_path(notes, lambda section: keys(f"{section.heading}\n{section.raw}"))  # raw: with the numbers of numbered lists
    everywhere = set[str]().union(*by_path.values())
    total, found = 0, []
    for part in original.parts:
        held = _holding(by_path, part.path) if part.path else everywhere  # a cover is no section that notes could name
        for line in (NUMBERED_HEADING.sub("", part.written), *part.lines):
            for figure in stated(line):
                total += 1
                if not supported(figure.key, held):
                    found.append(Unstated(part.path, figure, line, supported(figure.key, everywhere)))
    return total, found


def substantive(original: Original) -> list[Stretch]:
    """The stretches that hold twenty words or more."""
    return [stretch for stretch in original.stretches if len(stretch.text.split()) >= SUBSTANCE]


def section_coverage(original: Original, notes: Sequence[Note]) -> list[Gap]:
    """Each substantive section of an original with what the notes hold of it, the poorest first."""
    by_path = _by_path(notes, lambda section: set(terms(section.text())))
    gaps = []
    for stretch in substantive(original):
        wanted = set(terms(stretch.text))
        held = set[str]().union(*(_holding(by_path, path) for path in stretch.paths))
        named = all(any(path[:depth] in by_path for depth in range(len(path) + 1)) for path in stretch.paths)
        gaps.append(Gap(stretch.heading, named, len(wanted & held) / max(1, len(wanted)), tuple(sorted(wanted - held))))
    return sorted(gaps, key=lambda gap: (gap.named, gap.recall))


def word_runs(texts: Iterable[str], length: int = RUN) -> set[tuple[str, ...]]:
    """Every run of `length` words of the texts, case and punctuation aside."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = [_same(match.group()) for match in WORD.finditer(text)]
        found.update(tuple(words[n : n + length]) for n in range(len(words) - length + 1))
    return found


def overlap(text: str, known: AbstractSet[tuple[str, ...]], length: int = RUN) -> tuple[int, list[Run]]:
    """How many words a Markdown text has, and its runs that stand among the `known`.

    Front matter, headings, comments, code, link targets and marked quotations are left out, as is a run that is mostly (60%) names and
    figures.
    """
    for pattern in BLANKED:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    matches = list(WORD.finditer(text))
    words = [_same(match.group()) for match in matches]
    marked = {m for n in range(len(words) - length + 1) if tuple(words[n : n + length]) in known for m in range(n, n + length)}
    runs: list[list[int]] = []
    for n in sorted(marked):
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    found = [Run(text.count("\n", 0, matches[run[0]].start()) + 1, tuple(matches[n].group() for n in run)) for run in runs]
    return len(words), [run for run in found if sum(map(_is_name, run.words)) < 0.6 * len(run.words)]


def _is_name(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit() or word[0] == "£"


def _same(word: str) -> str:
    return word.lower().replace("’", "'").strip("'")


def _by_path(notes: Iterable[Note], facts: Callable[[NoteSection], set[str]]) -> dict[HeadingPath, set[str]]:
    """The facts of the notes by the heading path that they name."""
    by_path: dict[HeadingPath, set[str]] = {}
    for note in notes:
        for section in note.sections:
            held = facts(section)
            for path in section.sources:
                by_path.setdefault(path, set()).update(held)
    return by_path


def _holding(by_path: Mapping[HeadingPath, set[str]], path: HeadingPath) -> set[str]:
    """The facts of the notes that name a heading or one above it."""
    return set[str]().union(*(by_path.get(path[:depth], set()) for depth in range(len(path) + 1)))
