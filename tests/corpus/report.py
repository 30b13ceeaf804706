"""The coverage report: `python -m tests.corpus.report [ORIGINALS]` prints, document by document, what the notes hold of the originals."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.corpus.fidelity import figure_coverage, known_paths, overlap, section_coverage, word_runs
from tests.corpus.notes import Note, prose, read_notes
from tests.corpus.originals import Original, files, folder, read_original
from tests.corpus.reading import reading_ease

PROJECT = Path(__file__).resolve().parents[2]
ABSENT = "originals not present (looked for PC_ORIGINALS_DIR, corpus/originals, ../shared/originals): nothing can be compared"


def report(notes: Sequence[Note], originals: Sequence[Original]) -> Iterator[str]:
    """The report, line by line."""
    words = figures = unstated = sections = missing = repeated = 0
    known = word_runs(original.raw for original in originals)
    for original in originals:
        mine = [note for note in notes if note.document == original.document]
        gaps = section_coverage(original, mine)
        total, open_figures = figure_coverage(original, mine)
        unnamed = [gap for gap in gaps if not gap.named]
        yield f"# {original.document}"
        yield f"sections of {len(gaps)} with substance: {len(gaps) - len(unnamed)} named by a note"
        yield from (f"  NOT NAMED {' > '.join(gap.heading)}" for gap in unnamed)
        yield "  the three that the notes hold least of (share of the section's terms):"
        poorest = sorted(gaps, key=lambda gap: gap.recall)[:3]
        yield from (f"  {gap.recall:4.0%} {' > '.join(gap.heading)}: {', '.join(gap.missing[:12])}" for gap in poorest)
        yield f"figures: {total - len(open_figures)} of {total} stated ({_share(total - len(open_figures), total)})"
        for item in open_figures:
            where = "another note states it" if item.elsewhere else "no note states it"
            yield f"  {item.figure.shown} ({where}) under {' > '.join(item.path)}: {_around(item.words, item.figure.start)}"
        ours = [overlap(note.path.read_text(encoding="utf-8"), known) for note in mine]
        here = sum(len(run.words) for _, runs in ours for run in runs)
        yield f"overlap: {here} of {sum(count for count, _ in ours)} words in runs that also stand in an original"
        yield f"reading ease: {_ease(mine)}"
        yield ""
        words += sum(count for count, _ in ours)
        repeated += here
        figures, unstated = figures + total, unstated + len(open_figures)
        sections, missing = sections + len(gaps), missing + len(unnamed)
    yield (
        f"COVERAGE documents={len(originals)} sections={sections - missing}/{sections} "
        f"figures={figures - unstated}/{figures} ({_share(figures - unstated, figures)}) overlap={repeated / words if words else 0:.4f}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none to state"


def _around(words: str, start: int) -> str:
    return f"…{words[max(0, start - 50) : start + 50]}…"


def _ease(notes: Sequence[Note]) -> str:
    scores = sorted((reading_ease(prose(note)), note.path.name) for note in notes)
    return (
        f"{sum(score for score, _ in scores) / len(scores):.0f} on average; hardest {scores[0][1]} ({scores[0][0]:.0f})"
        if scores
        else "no notes"
    )


def main(arguments: Sequence[str]) -> int:
    """Prints the report; without originals it says so. Always 0: the report judges nothing, the tests do."""
    place = Path(arguments[0]) if arguments else folder(PROJECT)
    notes = read_notes(PROJECT / "corpus")
    paths = files(place) if place else {}
    originals = [
        read_original(path, known_paths(note for note in notes if note.document == document))
        for document, path in paths.items()
        if any(note.document == document for note in notes)
    ]
    print("\n".join(report(notes, originals)) if originals else ABSENT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
