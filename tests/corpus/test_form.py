"""The form of the notes, as `corpus/README.md` fixes it."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import yaml

from pc_assistant.domain.documents import Kind
from pc_assistant.knowledge.blocks import SEPARATOR
from pc_assistant.knowledge.catalogue import authorities, read_manifest
from tests.corpus.conftest import DOCUMENTS
from tests.corpus.notes import Note, prose
from tests.corpus.reading import reading_ease

IDS = {
    "nhse-2021-working-together-at-scale": "guidance",
    "nhse-2022-provider-collaboratives-toolkit": "toolkit",
    "nhsp-2021-collaborating-for-better-care": "case_studies",
    "nhsc-2021-provider-collaboratives-briefing": "briefing",
    "event-2023-provider-collaboratives": "event",
}
FIELDS = {"id", "title", "publisher", "published", "kind", "law_as_of", "url", "licence", "summary", "authority"}
LONGEST_SENTENCE = 45
FEWEST, MOST = 400, 2500
# "Provider collaborative" alone has eight syllables; the originals score 20 to 31 by this measure, the hardest of our files 16.
HARDEST = 15.0
OWNERLESS = re.compile(r"(?:It|It's|Its|They|These|This|Those|He|She|His|Her|Their|We|Our)\b")


def test_the_manifest_names_the_five_documents_with_all_that_a_citation_needs(corpus: Path) -> None:
    entries = yaml.safe_load((corpus / "manifest.yaml").read_text(encoding="utf-8"))["documents"]
    documents: dict[str, Kind] = {document.id: document.kind for document in read_manifest(corpus / "manifest.yaml")}
    assert documents == IDS
    assert set(DOCUMENTS) == set(IDS), "a folder of notes for each document, and no other"
    assert [entry["id"] for entry in entries if not set(entry) >= FIELDS or set(entry) - FIELDS - {"published_precision"}] == []
    assert sorted(authorities(corpus / "manifest.yaml").values()) == [1, 2, 3, 4, 5]
    assert [d.id for d in read_manifest(corpus / "manifest.yaml") if not (d.published and d.law_as_of and d.summary and d.licence)] == []


def test_front_matter_names_document_title_and_place(mine: Sequence[Note], document: str) -> None:
    assert [note.name for note in mine if set(note.front) != {"document", "title", "order"}] == []
    assert [note.name for note in mine if note.front["document"] != document or not str(note.front["title"]).strip()] == []
    assert [note.name for note in mine if note.front["order"] != int(note.path.name.split("-")[0])] == [], "order is the file's number"
    assert len({note.front["title"] for note in mine}) == len(mine), "titles tell files apart"


def test_headings_are_trees_that_begin_with_a_chapter(notes: Sequence[Note]) -> None:
    faults = []
    for note in notes:
        levels = [section.level for section in note.sections]
        steps = [b - a for a, b in pairwise(levels)]
        if levels[:1] != [1] or max(levels) > 4 or any(step > 1 for step in steps) or note.preamble.strip():
            faults.append((note.name, levels))
    assert faults == []


def test_headings_are_told_apart_within_a_document(mine: Sequence[Note]) -> None:
    seen = Counter(section.heading for note in mine for section in note.sections)
    assert [heading for heading, times in seen.items() if times > 1] == []


def test_the_comment_of_a_heading_holds_sources_and_questions_and_nothing_else(notes: Sequence[Note]) -> None:
    faults = []
    for note in notes:
        for section in note.sections:
            comment = section.comment
            if comment is None and section.level > 1:
                continue
            if not isinstance(comment, dict) or set(comment) - {"source", "questions"}:
                faults.append((note.name, section.line, "not a mapping of source and questions"))
                continue
            for name, values in comment.items():
                if not isinstance(values, list) or not values or not all(isinstance(value, str) and value.strip() for value in values):
                    faults.append((note.name, section.line, f"{name} is not a list of texts"))
                elif len(set(values)) < len(values):
                    faults.append((note.name, section.line, f"{name} repeats itself"))
            if any(not part for path in section.sources for part in path) or not section.sources:
                faults.append((note.name, section.line, "a source with an empty heading"))
            if len(section.questions) > 6 or any(len(question) > 160 for question in section.questions):
                faults.append((note.name, section.line, "more than six questions, or one that is no question"))
    assert faults == []


def test_every_comment_belongs_to_a_heading(notes: Sequence[Note]) -> None:
    assert [(note.name, section.line) for note in notes for section in note.sections if "<!--" in section.raw or "-->" in section.raw] == []


def test_every_section_says_something(notes: Sequence[Note]) -> None:
    empty = [
        (note.name, section.line)
        for note in notes
        for section, following in zip(note.sections, [*note.sections[1:], None], strict=True)
        if not section.blocks and not (following and following.level > section.level)
    ]
    assert empty == []


def test_lists_have_a_lead_in_and_tables_a_header_and_no_empty_cell(notes: Sequence[Note]) -> None:
    faults = []
    for note in notes:
        for section in note.sections:
            faults += [
                (note.name, section.line, block.lines[0]) for block in section.blocks if block.kind == "list" and block.lead[-1:] != ":"
            ]
            rows = [row for row in section.raw.split("\n") if row.startswith("|")]
            cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))] for row in rows if not SEPARATOR.match(row)]
            faults += [(note.name, section.line, " | ".join(row)) for row in cells if not all(row)]
            faults += [(note.name, section.line, row) for row in rows if row.count("|") < 3]
            tables = re.findall(r"(?m)(?<!\|\n)^\|.*\n(\|.*)$", section.raw)
            faults += [(note.name, section.line, second) for second in tables if not SEPARATOR.match(second)]
    assert faults == []


def test_no_sentence_is_longer_than_45_words(notes: Sequence[Note]) -> None:
    long = [
        (note.name, section.line, s)
        for note in notes
        for section in note.sections
        for s in section.sentences()
        if len(s.split()) > LONGEST_SENTENCE
    ]
    assert long == []


def test_no_sentence_begins_with_a_word_whose_owner_stands_elsewhere(notes: Sequence[Note]) -> None:
    assert [(note.name, sentence) for note in notes for sentence in prose(note) if OWNERLESS.match(sentence)] == []


def test_no_sentence_is_written_twice_in_a_document(mine: Sequence[Note]) -> None:
    seen = Counter(sentence for note in mine for sentence in prose(note) if len(sentence.split()) > 12)
    assert [sentence for sentence, times in seen.items() if times > 1] == []


def test_files_are_of_a_readers_size(notes: Sequence[Note]) -> None:
    assert [(note.name, note.words()) for note in notes if not FEWEST <= note.words() <= MOST] == []


def test_files_read_as_easily_as_their_vocabulary_lets_them(notes: Sequence[Note]) -> None:
    scores = {note.name: reading_ease(prose(note)) for note in notes}
    assert {name: round(score) for name, score in scores.items() if score < HARDEST} == {}
    assert sum(scores.values()) / len(scores) >= 2 * HARDEST
