from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.domain.documents import Document
from pc_assistant.domain.errors import SetupError, UsageError
from pc_assistant.knowledge.catalogue import Source, authorities, read_manifest, scan, slug

SUFFIXES = (".md", ".txt")
MANIFEST = """
documents:
  - id: ferry-guide
    title: "A guide to the ferry"
    publisher: The harbour
    published: 2024-02-01
    published_precision: month
    kind: guidance
    authority: 1
  - id: lamp-notes
    title: Notes on the lamp
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    for folder in ("ferry-guide", "lamp-notes"):
        (root / folder).mkdir(parents=True)
        (root / folder / "01.md").write_text("# Words\n\nWords.")
    (root / "manifest.yaml").write_text(MANIFEST)
    (root / "README.md").write_text("# About the corpus")
    return root


def digests(root: Path, originals: Path | None = None) -> dict[str, str]:
    return {source.document.id: source.digest for source in scan([root], originals, SUFFIXES)[0]}


def one(found: tuple[list[Source], list[str]], document: str) -> Source:
    return next(source for source in found[0] if source.document.id == document)


def test_a_manifest_names_the_documents_and_their_notes(corpus: Path) -> None:
    (corpus / "ferry-guide" / "02.md").write_text("# More\n\nMore.")
    found, faults = scan([corpus], None, SUFFIXES)
    assert faults == []
    assert [source.document.id for source in found] == ["ferry-guide", "lamp-notes"]
    assert [path.name for path in found[0].files] == ["01.md", "02.md"] == [path.name for path in found[0].notes]
    assert found[0].document == Document(
        id="ferry-guide",
        title="A guide to the ferry",
        publisher="The harbour",
        published=date(2024, 2, 1),
        published_precision="month",
        kind="guidance",
        representation="notes",
    )
    assert found[0].root == str(corpus)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("published: 2024-02-01", "month"),
        ("published: 2024-02-29", "day"),
        ("published: 2024-06-01\n    published_precision: year", "year"),
        ("published: 2024-02-01\n    published_precision: day", "day"),
        ("publisher: The harbour", None),
    ],
)
def test_a_manifest_says_how_exactly_a_date_is_known(tmp_path: Path, said: str, known: str | None) -> None:
    (tmp_path / "manifest.yaml").write_text(f"documents:\n  - id: guide\n    title: A guide\n    {said}\n")
    assert [document.published_precision for document in read_manifest(tmp_path / "manifest.yaml")] == [known]


@pytest.mark.parametrize("place", ["corpus/originals", "elsewhere"])
def test_an_original_is_read_instead_of_the_notes_which_tell_its_outline(corpus: Path, tmp_path: Path, place: str) -> None:
    folder = tmp_path / place
    folder.mkdir()
    (folder / "ferry-guide.txt").write_text("The ferry.")
    (folder / "Own Paper (v2).txt").write_text("Our own.")
    (folder / "readme.md").write_text("What this folder is for.")
    found = scan([corpus], None if place.startswith("corpus") else folder, SUFFIXES)
    ferry = one(found, "ferry-guide")
    assert (ferry.files, ferry.document.representation) == ((folder / "ferry-guide.txt",), "original")
    assert [path.name for path in ferry.notes] == ["01.md"]
    assert one(found, "lamp-notes").document.representation == "notes"
    own = one(found, "own-paper-v2")
    assert (own.document.title, own.document.representation, own.document.kind, own.notes) == ("Own Paper (v2)", "original", "other", ())
    assert {source.root for source in found[0]} == {str(corpus)}


def test_the_digest_changes_with_whatever_the_document_is_made_from(corpus: Path, tmp_path: Path) -> None:
    before = digests(corpus)
    assert digests(corpus) == before
    (corpus / "ferry-guide" / "01.md").write_text("# Words\n\nOther words.")
    words = digests(corpus)
    (corpus / "manifest.yaml").write_text(MANIFEST.replace("The harbour", "The quay"))
    entry = digests(corpus)
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "ferry-guide.txt").write_text("The ferry.")
    original = digests(corpus, tmp_path / "originals")
    assert len({found["ferry-guide"] for found in (before, words, entry, original)}) == 4
    assert {found["lamp-notes"] for found in (before, words, entry, original)} == {before["lamp-notes"]}


def test_a_document_without_files_is_a_fault_and_the_others_go_on(corpus: Path) -> None:
    (corpus / "lamp-notes" / "01.md").unlink()
    found, faults = scan([corpus], None, SUFFIXES)
    assert [source.document.id for source in found] == ["ferry-guide"]
    assert faults == [f"lamp-notes has neither notes in {corpus / 'lamp-notes'} nor an original."]


def test_loose_files_are_found_in_folders_and_by_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b_notes.TXT", "sub/a-notes.md", "README.md", "picture.png"):
        (tmp_path / name).write_text("words")
    assert [source.document.title for source in scan([tmp_path], None, SUFFIXES)[0]] == ["b notes", "a notes"]
    by_name = scan([tmp_path / "README.md", tmp_path / "b_notes.TXT"], None, SUFFIXES)[0]
    assert [(source.document.id, source.root) for source in by_name] == [
        ("readme", str(tmp_path / "README.md")),
        ("b-notes", str(tmp_path / "b_notes.TXT")),
    ]


def test_of_two_files_with_one_name_the_second_is_left_out_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("one")
    (tmp_path / "Notes.txt").write_text("two")
    found, faults = scan([tmp_path], None, SUFFIXES)
    assert [source.files[0].name for source in found] == ["Notes.txt"]
    assert faults == ["Two files give the document notes: notes.md is left out."]


def test_what_is_not_there_or_empty_is_one_sentence(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.png").write_text("words")
    with pytest.raises(UsageError, match=r"There is nothing at .*nowhere"):
        scan([tmp_path / "nowhere"], None, SUFFIXES)
    for root in ("empty", "picture.png"):
        with pytest.raises(UsageError, match=rf"{root} holds no documents \(\.md, \.txt\)"):
            scan([corpus, tmp_path / root], None, SUFFIXES)
    with pytest.raises(UsageError, match=r"There is no folder of originals at .*nowhere"):
        scan([corpus], tmp_path / "nowhere", SUFFIXES)
    for notes in corpus.glob("*/01.md"):
        notes.unlink()
    with pytest.raises(UsageError, match="holds no documents"):
        scan([corpus], None, SUFFIXES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- one",
        "documents: 3",
        "documents: [3]",
        "other: []",
        "documents:\n  - [",
        "\x00",
        "documents:\n  - id: Ferry Guide\n    title: x",
        "documents:\n  - id: a",
        "documents:\n  - {id: a, title: b, colour: red}",
    ],
)
def test_a_manifest_that_cannot_be_read_is_named_and_nothing_is_taken_for_gone(corpus: Path, text: str) -> None:
    (corpus / "manifest.yaml").write_text(text)
    with pytest.raises(SetupError, match=r"manifest\.yaml"):
        scan([corpus], None, SUFFIXES)
    with pytest.raises(SetupError, match=r"manifest\.yaml"):
        read_manifest(corpus / "manifest.yaml")


def test_authorities_are_those_that_are_given(corpus: Path) -> None:
    assert authorities(corpus / "manifest.yaml") == {"ferry-guide": 1}
    (corpus / "manifest.yaml").write_text("documents: none")
    with pytest.raises(SetupError, match="needs a list under `documents:`"):
        authorities(corpus / "manifest.yaml")


@given(st.text())
def test_a_slug_is_always_a_document_id(text: str) -> None:
    assert Document(id=slug(text), title="A title").id == slug(text)
