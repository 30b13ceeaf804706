"""What stands beside the notes: glossary, timeline and collaboratives."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pc_assistant.knowledge.reference import Collaborative, Place, Reference, read_reference
from pc_assistant.retrieval.expansion import Expander
from tests.corpus.conftest import DOCUMENTS
from tests.corpus.fidelity import overlap, stated, word_runs
from tests.corpus.figures import keys, supported
from tests.corpus.notes import HeadingPath, Note, NoteSection
from tests.corpus.originals import Original

Sections = Mapping[str, Mapping[HeadingPath, list[NoteSection]]]


@pytest.fixture(scope="module")
def reference(corpus: Path) -> Reference:
    missing = [name for name in ("glossary.yaml", "timeline.yaml", "collaboratives.yaml") if not (corpus / name).is_file()]
    assert missing == []
    return read_reference(corpus)


@pytest.fixture(scope="module")
def by_source(notes: Sequence[Note]) -> Sections:
    """The notes' sections by document and by the heading path that they name."""
    found: dict[str, dict[HeadingPath, list[NoteSection]]] = {document: {} for document in DOCUMENTS}
    for note in notes:
        for section in note.sections:
            for path in section.sources:
                found[note.document].setdefault(path, []).append(section)
    return found


def repeated(words: Sequence[str]) -> list[str]:
    return sorted(word for word, times in Counter(words).items() if times > 1)


def test_every_term_has_a_long_form_and_a_meaning_of_one_line(reference: Reference) -> None:
    assert len(reference.terms) > 100
    assert [t.term for t in reference.terms if not t.term.strip() or not t.long.strip() or not t.meaning.strip()] == []
    assert [t.term for t in reference.terms if "\n" in t.meaning.strip() or len(t.meaning.split()) > 30] == []


def test_no_two_terms_share_a_name_or_a_synonym(reference: Reference) -> None:
    names = [name for t in reference.terms for name in {word.casefold() for word in (t.term, t.long, *t.synonyms)}]
    assert repeated(names) == []
    assert [t.term for t in reference.terms if len(set(t.synonyms)) < len(t.synonyms) or t.term in t.synonyms] == []


def test_an_acronym_in_a_question_is_known_by_its_long_form(reference: Reference) -> None:
    expander = Expander(reference.terms)
    for entry in reference.terms:
        for name in (entry.term, *entry.synonyms):
            if name not in entry.long.split() and re.fullmatch(r"[A-Z]{2,}|[A-Z]&[A-Z]|CiCs?|PLBs?|NHSE/I|MoUs?|D2A", name):
                assert (name, entry.long) in expander.acronyms(f"What does {name} stand for?")


def test_a_term_is_explained_in_a_document_that_we_hold(reference: Reference) -> None:
    assert [t.term for t in reference.terms if t.explained_in not in {None, *DOCUMENTS}] == []


def test_ids_are_unique(reference: Reference) -> None:
    for entries in (reference.events, reference.subjects, reference.collaboratives):
        assert entries
        assert repeated([entry.id for entry in entries]) == []


def test_events_stand_in_the_order_of_time_and_include_what_changed_the_law(reference: Reference) -> None:
    dates = [event.date for event in reference.events]
    assert dates == sorted(dates)
    assert [event.id for event in reference.events if not event.title or not event.what] == []
    assert {"2021-08-01", "2022-01-10", "2022-04-28", "2022-07-01", "2023-12-05"} <= {date.isoformat() for date in dates}


def test_a_subject_was_changed_by_an_event_and_is_known_by_its_own_words(reference: Reference) -> None:
    events = {event.id for event in reference.events}
    assert [subject.id for subject in reference.subjects if subject.changed not in events] == []
    assert [subject.id for subject in reference.subjects if not subject.terms or not subject.message.strip()] == []
    assert [term for subject in reference.subjects for term in subject.terms if term != term.lower()] == []
    assert repeated([term for subject in reference.subjects for term in subject.terms]) == []


def test_every_place_is_a_section_that_a_note_states(reference: Reference, by_source: Sections) -> None:
    """A place stands for the heading and everything below it."""
    places: list[tuple[str, Place]] = [(c.id, place) for c in reference.collaboratives for place in c.sections]
    places += [(subject.id, subject.later_source) for subject in reference.subjects if subject.later_source]
    assert [(owner, place.doc, place.section) for owner, place in places if not beneath(by_source, place)] == []


def test_every_case_study_has_an_entry(reference: Reference, by_source: Sections) -> None:
    """A chapter whose parts begin with "Partners involved in …" is a case study."""
    chapters = {path[:1] for path in by_source["nhsp-2021-collaborating-for-better-care"] if path[-1].startswith("Partners involved")}
    told = {place.path[:1] for c in reference.collaboratives for place in c.sections}
    assert len(chapters) == 14
    assert chapters - told == set()


def test_every_collaborative_is_named_and_placed(reference: Reference) -> None:
    assert [c.id for c in reference.collaboratives if not c.name or not c.sections] == []
    for c in reference.collaboratives:
        assert repeated([*c.short, c.name]) == [], c.id
        assert repeated(list(c.places)) == [], c.id
        assert repeated(list(c.members)) == [], c.id


def test_the_figures_of_a_collaborative_stand_in_the_sections_that_speak_of_it(reference: Reference, by_source: Sections) -> None:
    faults = []
    for c in reference.collaboratives:
        counts = {str(len(c.members))}
        held = keys("\n".join(f"{s.heading}\n{s.raw}" for place in c.sections for s in beneath(by_source, place))) | counts
        for line in told(c):
            faults += [(c.id, figure.shown, line) for figure in stated(line) if not supported(figure.key, held)]
    assert faults == []


def test_the_figures_of_a_message_stand_in_some_note(reference: Reference, notes: Sequence[Note]) -> None:
    held = keys("\n".join(section.raw for note in notes for section in note.sections))
    faults = [(s.id, figure.shown) for s in reference.subjects for figure in stated(s.message) if not supported(figure.key, held)]
    assert faults == []


@pytest.mark.originals
def test_the_words_are_our_own(reference: Reference, original: Original) -> None:
    """Names and job titles of people aside."""
    lines = [line for c in reference.collaboratives for line in told(c) if line not in c.people]
    lines += [subject.message for subject in reference.subjects] + [event.what for event in reference.events]
    lines += [term.meaning for term in reference.terms]
    words, runs = overlap("\n\n".join(lines), word_runs([original.raw]))
    assert sum(len(run.words) for run in runs) <= 0.005 * words, [" ".join(run.words) for run in runs]


def beneath(by_source: Sections, place: Place) -> list[NoteSection]:
    """The sections of the notes that state a heading or one below it."""
    return [s for path, found in by_source.get(place.doc, {}).items() if path[: len(place.path)] == place.path for s in found]


def told(c: Collaborative) -> list[str]:
    """What an entry says in sentences of ours."""
    return [text for text in (c.footprint, c.type, c.model, c.governance, *c.headline, *c.people) if text]
