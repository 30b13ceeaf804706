from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.domain.documents import Section
from pc_assistant.domain.holdings import Held, Holding
from pc_assistant.domain.ports import Report, unreported
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.chunking import embedded
from pc_assistant.knowledge.indexing import ABOUT, Step, SyncReport, sync, unit_text

EMBEDDER = HashingEmbedder()


class Loading:
    """Loads as the shelf does, and remembers what it was asked to."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        self.read.append(path.name)
        return load(path, outline, report)


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text)


def ingest(roots: Sequence[Path], previous: Mapping[str, Holding], loading: Loading | None = None) -> tuple[dict[str, Holding], SyncReport]:
    sources, faults = scan(roots, None, SUFFIXES)
    report = SyncReport(faults=faults)
    listed = {name: holding.held for name, holding in previous.items()}
    found = list(sync(sources, listed, [str(root) for root in roots], loading or Loading(), EMBEDDER, report))
    kept = {one.document_id: one for one in found if isinstance(one, Held)}
    for name, one in kept.items():
        assert one.model_copy(update={"root": previous[name].text.root}) == previous[name].held
    moved = {
        name: previous[name]
        if one.root == previous[name].text.root
        else replace(previous[name], text=previous[name].text.model_copy(update={"root": one.root}))
        for name, one in kept.items()
    }
    return moved | {holding.text.document.id: holding for holding in found if isinstance(holding, Holding)}, report


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    write(tmp_path / "docs", ferry="# Sailings\n\nThe ferry sails.", lamp="# Lamp\n\nThe lamp is lit.", tide="# Tide\n\nThe tide turns.")
    return tmp_path / "docs"


def test_a_first_sync_adds_and_a_second_reads_nothing(docs: Path) -> None:
    held, report = ingest([docs], {})
    assert report.changes == {"ferry": "added", "lamp": "added", "tide": "added"}
    assert report.chunks == {"ferry": 1, "lamp": 1, "tide": 1}
    loading = Loading()
    again, report = ingest([docs], held, loading)
    assert report.changes == {"ferry": "unchanged", "lamp": "unchanged", "tide": "unchanged"}
    assert loading.read == []
    assert all(again[name] is held[name] for name in held)


def test_each_step_is_told_with_how_far_it_is(docs: Path) -> None:
    held, _ = ingest([docs], {})
    (docs / "lamp.md").unlink()
    (docs / "ferry.md").write_bytes(b"\xff")
    told: list[Step] = []
    sources, _ = scan([docs], None, SUFFIXES)
    list(sync(sources, {name: one.held for name, one in held.items()}, [str(docs)], Loading(), EMBEDDER, SyncReport(tell=told.append)))
    assert told == [
        ("lamp", "gone", 1, 3, 0),
        ("ferry", None, 1, 3, 0),
        ("ferry", "failed", 2, 3, 0),
        ("tide", None, 2, 3, 0),
        ("tide", "unchanged", 3, 3, 1),
    ]


def test_added_changed_gone_and_unchanged(docs: Path) -> None:
    held, _ = ingest([docs], {})
    write(docs, ferry="# Sailings\n\nThe ferry rests.", quay="# Quay\n\nThe quay is long.")
    (docs / "tide.md").unlink()
    loading = Loading()
    after, report = ingest([docs], held, loading)
    assert report.changes == {"tide": "gone", "ferry": "changed", "lamp": "unchanged", "quay": "added"}
    assert [report.count(change) for change in ("added", "changed", "gone", "unchanged", "failed")] == [1, 1, 1, 1, 0]
    assert sorted(loading.read) == ["ferry.md", "quay.md"]
    assert sorted(after) == ["ferry", "lamp", "quay"]
    assert after["ferry"].text.chunks[0].text == "The ferry rests."


def test_a_file_that_cannot_be_read_keeps_its_last_state_and_the_others_go_on(docs: Path) -> None:
    held, _ = ingest([docs], {})
    (docs / "ferry.md").write_bytes(b"\xff\xfe\x00 not text")
    (docs / "new.md").write_text("   \n")
    write(docs, lamp="# Lamp\n\nThe lamp is out.")
    after, report = ingest([docs], held)
    assert report.changes == {"ferry": "failed", "lamp": "changed", "new": "failed", "tide": "unchanged"}
    assert report.faults == ["ferry.md is not UTF-8 text (byte 0).", "new.md holds no text."]
    assert after["ferry"] is held["ferry"]
    assert "new" not in after
    write(docs, ferry="# Sailings\n\nThe ferry sails.")
    again, report = ingest([docs], after)
    assert report.changes["ferry"] == "unchanged" and again["ferry"] is held["ferry"]


def test_roots_are_independent(docs: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", rope="# Rope\n\nOf hemp.")
    held, _ = ingest([docs], {})
    held, report = ingest([tmp_path / "other"], held)
    assert report.changes == {"rope": "added"}
    (docs / "ferry.md").unlink()
    held, report = ingest([tmp_path / "other"], held)
    assert (report.changes, sorted(held)) == ({"rope": "unchanged"}, ["ferry", "lamp", "rope", "tide"])
    held, report = ingest([docs], held)
    assert (report.changes["ferry"], sorted(held)) == ("gone", ["lamp", "rope", "tide"])


def test_a_document_that_has_moved_to_another_root_goes_with_it(docs: Path, tmp_path: Path) -> None:
    held, _ = ingest([docs / "ferry.md"], {})
    loading = Loading()
    held, report = ingest([docs], held, loading)
    assert report.changes["ferry"] == "changed" and "ferry.md" not in loading.read
    (docs / "ferry.md").unlink()
    held, report = ingest([docs], held)
    assert report.changes["ferry"] == "gone" and "ferry" not in held


def test_a_holding_has_a_unit_vector_for_each_chunk_unit_and_question(docs: Path) -> None:
    items = "\n".join(f"- item {n} of the long list of ropes that the harbour keeps" for n in range(60))
    write(docs, ferry=f"# Sailings\n\nThe ferry sails.\n\nThey keep:\n\n{items}")
    holding = ingest([docs], {})[0]["ferry"]
    chunks = holding.text.chunks
    assert len(chunks) > 1
    assert holding.chunk_vectors.shape == (len(chunks), EMBEDDER.dimension)
    assert holding.unit_vectors.shape == (sum(len(piece.units) for piece in chunks), EMBEDDER.dimension)
    assert holding.prompted_vectors.shape == (0, EMBEDDER.dimension)
    for vectors in (holding.chunk_vectors, holding.unit_vectors):
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    again = EMBEDDER.embed([embedded("ferry", piece, EMBEDDER.count, EMBEDDER.max_tokens) for piece in chunks])
    assert np.array_equal(holding.chunk_vectors, again)
    units = EMBEDDER.embed([unit_text(piece, unit) for piece in chunks for unit in piece.units])
    assert np.array_equal(holding.unit_vectors, units)


def test_a_unit_is_compared_with_its_lead_in_or_its_heading(docs: Path) -> None:
    write(docs, ferry="# Sailings\n\nIt sails. It rests.\n\nIt has:\n\n- a deck\n\nWords.\n\n- a mast")
    (piece,) = ingest([docs], {})[0]["ferry"].text.chunks
    assert [unit_text(piece, unit) for unit in piece.units] == [
        "It sails.",
        "It rests.",
        "Sailings: It has:",
        "It has: a deck",
        "Words.",
        "Sailings: a mast",
    ]


MANIFEST = """
documents:
  - id: guide
    title: A guide
    publisher: The harbour
    published: 2024-02-{day}
    published_precision: {known}
    summary: What to know of the ferry.
"""
NOTE = """---
document: guide
---
# Sailing
<!--
source: [Sailings, Ropes]
questions:
  - When does it sail?
-->

It leaves at nine.

## Fares
<!--
source: Fares
questions:
  - What does it cost?
  - Who pays?
-->

Four pounds.
"""
ORIGINAL = """
Sailings

The ferry sails daily at nine.

Ropes

The ropes of the ferry are of hemp.

Fares

The fare is four pounds.

A short line

That no note knows.
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus" / "guide", **{"01": NOTE, "02": NOTE.replace("Four", "Five")})
    (tmp_path / "corpus" / "manifest.yaml").write_text(MANIFEST.format(day="01", known=""))
    return tmp_path / "corpus"


def test_notes_are_held_with_the_sections_that_they_state_and_their_questions(corpus: Path) -> None:
    text = ingest([corpus], {})[0]["guide"].text
    assert [(section.heading, section.path, section.anchor) for section in text.sections] == [
        ("Sailing", ("Sailings",), "sailing"),
        ("Fares", ("Fares",), "fares"),
        ("Sailing", ("Sailings",), "sailing-2"),
        ("Fares", ("Fares",), "fares-2"),
        (ABOUT, (ABOUT,), "about-this-source"),
    ]
    assert text.document.representation == "notes"
    assert {prompted.text for prompted in text.prompted} == {"When does it sail?", "What does it cost?", "Who pays?"}
    for prompted in text.prompted:
        heading = "Sailing" if "sail" in prompted.text else "Fares"
        assert {text.chunks[place].heading for place in prompted.chunks} == {heading}


def test_an_original_is_divided_by_the_sections_that_the_notes_name(corpus: Path) -> None:
    (corpus / "originals").mkdir()
    (corpus / "originals" / "guide.txt").write_text(ORIGINAL)
    text = ingest([corpus], {})[0]["guide"].text
    assert text.document.representation == "original"
    assert [section.path for section in text.sections] == [("Sailings",), ("Ropes",), ("Fares",), (ABOUT,)]
    assert [piece.text for piece in text.chunks][:2] == ["The ferry sails daily at nine.", "The ropes of the ferry are of hemp."]
    assert {text.chunks[place].section for prompted in text.prompted for place in prompted.chunks if "cost" in prompted.text} == {
        ("Fares",)
    }
    assert {text.chunks[place].section[0] for prompted in text.prompted for place in prompted.chunks if "sail" in prompted.text} == {
        "Sailings",
        "Ropes",
    }


def test_what_the_notes_say_stands_beside_the_unit_of_the_original_that_says_it(corpus: Path) -> None:
    (corpus / "originals").mkdir()
    (corpus / "originals" / "guide.txt").write_text(ORIGINAL)
    (corpus / "guide" / "02.md").write_text(NOTE.replace("Four pounds.", "The fare is four pounds. Zebras graze inland."))
    holding = ingest([corpus], {})[0]["guide"]
    said = {shadow.text: holding.text.chunks[shadow.chunk] for shadow in holding.text.shadows}
    piece = said["The fare is four pounds."]
    assert piece.section == ("Fares",)
    assert [piece.quote(piece.units[s.unit]) for s in holding.text.shadows if s.text == "The fare is four pounds."] == [
        "The fare is four pounds."
    ]
    assert "Zebras graze inland." not in said
    assert np.array_equal(holding.shadow_vectors, EMBEDDER.embed([shadow.text for shadow in holding.text.shadows]))


def test_notes_that_are_cited_themselves_have_nothing_beside_them(corpus: Path) -> None:
    holding = ingest([corpus], {})[0]["guide"]
    assert (holding.text.shadows, len(holding.shadow_vectors)) == ((), 0)


@pytest.mark.parametrize(
    ("day", "known", "when"),
    [
        ("01", "", "in February 2024"),
        ("29", "", "on 29 February 2024"),
        ("01", "year", "in 2024"),
        ("01", "day", "on 1 February 2024"),
    ],
)
def test_what_the_manifest_says_of_a_document_can_be_cited(corpus: Path, day: str, known: str, when: str) -> None:
    (corpus / "manifest.yaml").write_text(MANIFEST.format(day=day, known=known))
    text = ingest([corpus], {})[0]["guide"].text
    assert text.document.published == date(2024, 2, int(day))
    assert text.chunks[-1].text == f"“A guide” was published by The harbour {when}. What to know of the ferry."


def test_the_same_content_has_the_same_ids_wherever_it_lies(docs: Path, tmp_path: Path) -> None:
    first = ingest([docs], {})[0]["lamp"]
    second = ingest([docs.rename(tmp_path / "moved")], {})[0]["lamp"]
    assert replace(first, text=first.text.model_copy(update={"root": ""})).text == second.text.model_copy(update={"root": ""})
