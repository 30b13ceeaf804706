from pathlib import Path

import pytest

from pc_assistant.adapters.loaders import LOADERS, SUFFIXES, load
from pc_assistant.adapters.loaders.files import MAX_BYTES, read
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Loader
from tests.untrusted.files import docx, pdf, pptx

PAGE = b"<html><body><main><h1>Harbour</h1><p>The harbour office of Lundy opens at nine in the morning.</p></main></body></html>"
MADE = {".pdf": pdf, ".docx": docx, ".pptx": pptx, ".html": lambda: PAGE, ".htm": lambda: PAGE}
WORDS = "Harbour\n\nThe ferry sails at nine.\n"
NOTE = """---
document: guide
---

# The ferry
<!--
source:
  - Sailings > Mornings
  - Ropes
questions:
  - When does it sail?
-->

It leaves at nine.

```sh
# not a heading
```

## Crew

Three people.

# Fares
<!--
source: Fares
-->

Four pounds.
"""


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def text_of(path: Path) -> list[str]:
    return [line for section in load(path) for block in section.blocks for line in block.lines]


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix not in MADE])
def test_every_loader_reads_its_suffixes_whatever_their_case(tmp_path: Path, suffix: str) -> None:
    for name in (f"a{suffix}", f"b{suffix.upper()}"):
        (section,) = load(write(tmp_path / name, WORDS))
        assert (section.heading, section.blocks[0].lines) == ("Harbour", ("The ferry sails at nine.",))


@pytest.mark.parametrize("suffix", MADE)
def test_every_other_format_is_read_and_takes_an_outline(tmp_path: Path, suffix: str) -> None:
    for name in (f"a{suffix}", f"b{suffix.upper()}"):
        assert "The harbour office of Lundy opens at nine in the morning." in text_of(write(tmp_path / name, MADE[suffix]()))
    if suffix != ".pdf":  # that one has no heading
        assert load(tmp_path / f"a{suffix}", (("Town", "Harbour"),))[0].path == ("Town", "Harbour")


def test_every_format_is_tried() -> None:
    assert {*SUFFIXES} == {*MADE, ".md", ".markdown", ".txt"}


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: type(loader).__name__)
def test_every_loader_takes_an_outline_and_explains_what_it_cannot_read(tmp_path: Path, loader: Loader) -> None:
    suffix = loader.suffixes[0]
    if suffix not in MADE:
        (section,) = loader.load(write(tmp_path / f"a{suffix}", WORDS), (("Town", "Harbour"),))
        assert section.path == ("Town", "Harbour")
    with pytest.raises(DocumentUnreadable, match=r"none.* cannot be read: No such file or directory\."):
        loader.load(tmp_path / f"none{suffix}")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", r"a\.txt holds no text\."),
        ("a.md", b"# Only a heading\n", r"a\.md holds no text\."),
        ("a.txt", b"caf\xe9", r"a\.txt is not UTF-8 text \(byte 3\)\."),
        ("a.txt", b"a\x00b", r"a\.txt holds binary data, not text\."),
        ("a.md", b"---\ntitle: [\n---\nWords.", r"The YAML in the front matter of a\.md cannot be read"),
        ("a.md", b"---\n- one\n---\nWords.", r"The YAML in the front matter of a\.md is not a mapping\."),
        ("a.md", b"---\ndocument: guide\n---\nWords.", r"a\.md is a note without a heading\."),
        ("a.md", b"---\ndocument: guide\n---\n# H\n<!--\nsource: [\n-->\n", r"The YAML in the comment under “H” of a\.md cannot be read"),
        ("a.png", b"x", r"a\.png is not of a format that can be read \(\.md, "),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(DocumentUnreadable, match=reason):
        load(write(tmp_path / name, data))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as handle:
        handle.truncate(MAX_BYTES + 1)
    with pytest.raises(DocumentUnreadable, match=r"a\.txt is larger than 20 MB\."):
        load(path)


def test_line_ends_form_feeds_and_a_byte_order_mark(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.txt", b"\xef\xbb\xbfone\r\ntwo\rthree\ffour")) == "one\ntwo\nthree\nfour"


def test_a_text_before_all_headings_goes_under_the_name_of_the_file(tmp_path: Path) -> None:
    sections = load(write(tmp_path / "harbour.txt", "The ferry sails.\n\n# Fares\n\nFour pounds."))
    assert [section.path for section in sections] == [("harbour",), ("Fares",)]


@pytest.mark.parametrize(("front", "title"), [("title: A *guide*", "A guide"), ("title:", "a"), ("author: none", "a")])
def test_markdown_takes_its_title_from_the_front_matter(tmp_path: Path, front: str, title: str) -> None:
    assert load(write(tmp_path / "a.md", f"---\n{front}\n---\nThe ferry sails.\n"))[0].heading == title


def test_a_comment_of_markdown_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "# Harbour\n\nThe ferry sails.\n\n<!-- a draft:\n\n# Old heading\n\nOld words. -->\n\nIt rests.\n")
    assert [section.heading for section in load(path)] == ["Harbour"]
    assert text_of(path) == ["The ferry sails.", "It rests."]


def test_a_note_says_which_sections_it_states_and_which_questions_it_answers(tmp_path: Path) -> None:
    ferry, crew, fares = load(write(tmp_path / "a.md", NOTE))
    assert (ferry.path, ferry.sources) == (("Sailings", "Mornings"), (("Sailings", "Mornings"), ("Ropes",)))
    assert (ferry.heading, ferry.level, ferry.anchor, ferry.questions) == ("The ferry", 1, "the-ferry", ("When does it sail?",))
    assert ferry.blocks[0].lines == ("It leaves at nine.",)
    assert (crew.heading, crew.level, crew.path, crew.sources, crew.questions) == ("Crew", 2, ferry.path, ferry.sources, ())
    assert (fares.path, fares.sources) == (("Fares",), (("Fares",),))


def test_a_note_without_a_comment_states_itself(tmp_path: Path) -> None:
    (section,) = load(write(tmp_path / "a.md", "---\ndocument: guide\n---\n# Fares\n\nFour pounds.\n"))
    assert (section.path, section.sources) == (("Fares",), (("Fares",),))
