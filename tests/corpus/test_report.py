"""The coverage report."""

from pathlib import Path

import pytest

from tests.corpus.fidelity import known_paths
from tests.corpus.notes import read_note
from tests.corpus.originals import read_original
from tests.corpus.report import ABSENT, main, report
from tests.corpus.test_measures import NOTE, ORIGINAL


def test_the_report_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "river").mkdir()
    note = tmp_path / "river" / "01-river.md"
    note.write_text(NOTE.replace(" by 40%", ""), encoding="utf-8")
    (tmp_path / "river.txt").write_text(ORIGINAL, encoding="utf-8")
    notes = [read_note(note)]
    lines = list(report(notes, [read_original(tmp_path / "river.txt", known_paths(notes))]))
    assert "figures: 8 of 9 stated (88.9%)" in lines
    assert any(line.startswith("  40% (no note states it) under The river partnership > Results") for line in lines)
    assert lines[-1] == "COVERAGE documents=1 sections=2/2 figures=8/9 (88.9%) overlap=0.0000"


def test_without_originals_the_report_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ABSENT + "\n"


def test_a_document_without_notes_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "my-own-paper.txt").write_text(ORIGINAL, encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ABSENT + "\n"
