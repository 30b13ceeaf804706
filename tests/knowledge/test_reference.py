from datetime import date
from pathlib import Path

import pytest

from pc_assistant.domain.errors import SetupError
from pc_assistant.knowledge.reference import Collaborative, Event, Place, Reference, Subject, Term, read_reference


def test_each_file_may_be_missing(tmp_path: Path) -> None:
    assert read_reference(tmp_path) == Reference()


def test_the_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "glossary.yaml").write_text("terms:\n  - {term: QM, long: quay master, synonyms: [harbour master], explained_in: null}\n")
    (tmp_path / "timeline.yaml").write_text(
        "events:\n  - {id: act, date: 2022-07-01, title: The act}\n"
        "subjects:\n  - {id: tolls, terms: [toll], changed: act, message: Tolls changed., later_source: {doc: guide, section: Fares > Tolls}}\n"
    )
    (tmp_path / "collaboratives.yaml").write_text(
        "collaboratives:\n  - {id: quay, name: The quay, sections: [{doc: guide, section: Fares}]}\n"
    )
    reference = read_reference(tmp_path)
    assert reference.terms == (Term(term="QM", long="quay master", synonyms=("harbour master",)),)
    assert reference.events == (Event(id="act", date=date(2022, 7, 1), title="The act"),)
    place = Place(doc="guide", section="Fares > Tolls")
    assert reference.subjects == (Subject(id="tolls", terms=("toll",), changed="act", message="Tolls changed.", later_source=place),)
    assert place.path == ("Fares", "Tolls")
    assert reference.collaboratives == (Collaborative(id="quay", name="The quay", sections=(Place(doc="guide", section="Fares"),)),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("terms:\n  - {term: QM}", "long: Field required"),
        ("terms:\n  - {term: QM, long: x, colour: red}", "colour: Extra inputs"),
        ("words: []", "needs a list under `terms:`"),
        ("terms:\n  - QM", "needs a list under `terms:`"),
        ("terms: [", "needs a list under `terms:`"),
        ("", "needs a list under `terms:`"),
    ],
)
def test_a_fault_names_the_file_and_the_entry(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "glossary.yaml").write_text(text)
    with pytest.raises(SetupError, match=rf"glossary\.yaml.*{reason}"):
        read_reference(tmp_path)
