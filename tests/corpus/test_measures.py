"""The measures find what is wrong with a note: a small original, a faithful note, and one fault at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus.fidelity import figure_coverage, heading_faults, known_paths, misplaced, overlap, section_coverage, word_runs
from tests.corpus.figures import keys
from tests.corpus.notes import Note, read_note
from tests.corpus.originals import Original, files, folder, read_original

ORIGINAL = """# The river partnership

## Background

The river partnership brings together four hospitals along the river. It was set up in April 2019 with a shared budget of £2 million, \
and its board meets every second month.

## Results

Waiting times fell by 40% in two years, and two-thirds of patients are now treated nearer home. The partnership's chair says that trust \
between the hospitals took longer than expected to grow.

1. Shared rota
2. Shared theatre
"""

NOTE = """---
document: river
title: The river partnership
order: 1
---

# The river partnership

<!--
source:
  - The river partnership > Background
questions:
  - Who shares the £2m?
-->

Four hospitals along the river formed the partnership in April 2019.
The board of the river partnership meets every second month and shares a budget of £2m.

## Results on the river

<!--
source:
  - The river partnership > Results
-->

In two years waiting times on the river fell by 40%, and 66% of patients are treated nearer home.
Trust between the hospitals grew more slowly than expected, says the river partnership's chair.

Two things that the river hospitals share:

- a rota
- a theatre
"""

Pair = Callable[[str, str], tuple[Original, list[Note]]]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Makes original and notes of one document from their texts."""

    def make(original: str, note: str) -> tuple[Original, list[Note]]:
        (tmp_path / "river").mkdir()
        (tmp_path / "river" / "01-river.md").write_text(note, encoding="utf-8")
        (tmp_path / "river.txt").write_text(original, encoding="utf-8")
        notes = [read_note(tmp_path / "river" / "01-river.md")]
        return read_original(tmp_path / "river.txt", known_paths(notes)), notes

    return make


def out_of_place(original: Original, notes: list[Note], allowed: frozenset[str] = frozenset()) -> list[str]:
    return [m.figure.key for note in notes for section in note.sections for m in misplaced(section, original, allowed)]


def test_a_faithful_note_has_no_fault(pair: Pair) -> None:
    original, notes = pair(ORIGINAL, NOTE)
    assert [fault for path in known_paths(notes) for fault in heading_faults(original, path)] == []
    assert out_of_place(original, notes) == []
    assert figure_coverage(original, notes) == (9, [])
    assert [(gap.heading[-1], gap.named, gap.recall > 0.6) for gap in section_coverage(original, notes)] == [
        ("Results", True, True),
        ("Background", True, True),
    ]
    assert overlap(NOTE, word_runs([ORIGINAL]))[1] == []


def test_a_wrong_figure_is_out_of_place(pair: Pair) -> None:
    assert out_of_place(*pair(ORIGINAL, NOTE.replace("£2m.", "£3m."))) == ["£3000000"]


def test_a_figure_of_another_section_is_out_of_place_unless_it_is_an_exception(pair: Pair) -> None:
    original, notes = pair(ORIGINAL, NOTE.replace("nearer home.", "nearer home since April 2019."))
    assert set(out_of_place(original, notes)) == keys("April 2019")
    assert out_of_place(original, notes, frozenset(keys("April 2019"))) == []


def test_a_count_must_be_that_of_the_list(pair: Pair) -> None:
    """Four stands in the other section, two in this one; five stands nowhere, and the list has two items."""
    assert out_of_place(*pair(ORIGINAL, NOTE.replace("Two things", "Five things"))) == ["5"]


def test_a_question_about_a_figure_that_the_original_lacks_is_found(pair: Pair) -> None:
    assert out_of_place(*pair(ORIGINAL, NOTE.replace("Who shares the £2m?", "Who shares the £7m?"))) == ["£7000000"]


def test_a_figure_left_out_is_reported_with_its_section(pair: Pair) -> None:
    original, notes = pair(ORIGINAL, NOTE.replace(" by 40%", ""))
    _, unstated = figure_coverage(original, notes)
    assert [(item.path, item.figure.shown, item.elsewhere) for item in unstated] == [(("The river partnership", "Results"), "40%", False)]


def test_a_heading_that_does_not_stand_or_is_written_otherwise_is_found(pair: Pair) -> None:
    original, notes = pair(ORIGINAL, NOTE.replace("> Background", "> Backdrop").replace("> Results", "> RESULTS"))
    faults = [fault for path in known_paths(notes) for fault in heading_faults(original, path)]
    assert faults == ["“Backdrop” is no heading here", "“RESULTS” is written “Results”"]


def test_a_foreword_that_only_the_contents_list_names_is_a_section(pair: Pair) -> None:
    before = "Contents\n\nForeword\t1\nResults\t2\nOutlook\t3\nClose\t4\n\n\nWelcome to all 90 readers.\n\n"
    foreword = "\n## Foreword\n\n<!--\nsource:\n  - Foreword\n-->\n\nThe foreword welcomes 90 readers.\n"
    original, notes = pair(before + ORIGINAL, NOTE + foreword)
    assert heading_faults(original, ("Foreword",)) == []
    assert heading_faults(original, ("Afterword",)) != []
    assert out_of_place(original, notes) == []
    total, unstated = figure_coverage(original, notes)
    assert (total, unstated) == (10, []), "page numbers of a contents list are no figures"


def test_a_section_that_no_note_states_is_a_gap(pair: Pair) -> None:
    original, notes = pair(ORIGINAL, NOTE[: NOTE.index("## Results on")])
    poorest = section_coverage(original, notes)[0]
    assert (poorest.heading[-1], poorest.named) == ("Results", False)


def test_a_section_that_is_named_but_not_told_is_a_gap(pair: Pair) -> None:
    told = NOTE[: NOTE.index("In two years")] + "Results on the river are good.\n"
    poorest = section_coverage(*pair(ORIGINAL, told))[0]
    assert poorest.named and poorest.recall < 0.3 and "wait" in poorest.missing


def test_nine_words_in_a_row_are_a_run_and_names_quotations_and_headings_are_not() -> None:
    known = word_runs([ORIGINAL + "The Royal River Hospital and The Old Mill Hospital Trust met."])
    copied = "Now: waiting times fell by 40% in two years, and two-thirds of patients."
    words, runs = overlap(f"Our own words here.\n\n{copied}\n", known)
    assert [(run.line, len(run.words)) for run in runs] == [(3, 13)]
    assert words == 18
    assert overlap("waiting times fell by 40% in two years, only", known)[1] == []
    for harmless in (
        f'He said "{copied}"',
        f"# {copied}",
        f"<!--\n{copied}\n-->",
        "The Royal River Hospital and The Old Mill Hospital Trust",
    ):
        assert overlap(harmless, known)[1] == [], harmless


def test_originals_are_looked_for_where_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    (project / "corpus" / "originals").mkdir(parents=True)
    monkeypatch.delenv("PC_ORIGINALS_DIR", raising=False)
    assert folder(project) is None
    (project / "corpus" / "originals" / "river.txt").write_text("x", encoding="utf-8")
    assert folder(project) == project / "corpus" / "originals"
    monkeypatch.setenv("PC_ORIGINALS_DIR", str(tmp_path / "nowhere"))
    assert folder(project) is None
    assert files(project / "corpus" / "originals").keys() == {"river"}
