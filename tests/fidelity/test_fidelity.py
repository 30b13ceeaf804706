"""Documents of known structure come back as they were made."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from pptx import Presentation

from pc_assistant.adapters.loaders import load
from tests.fidelity.comparing import boxes_right, pages_right, shares
from tests.fidelity.making import office, page, printed, slides, word
from tests.fidelity.truth import HARBOUR

KINDS = (
    "PDF, untagged",
    "PDF, tagged",
    "PDF, untagged, two columns",
    "PDF, tagged, two columns",
    "PDF, untagged, two justified columns, hyphenated",
    "PDF, tagged, two justified columns, hyphenated",
    "DOCX by LibreOffice",
    "DOCX by LibreOffice, two columns",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return printed(HARBOUR, tmp_path_factory.mktemp("printed"))


def check(path: Path, shift: int = 0) -> None:
    sections = load(path)
    found = shares(HARBOUR, sections, shift)
    assert all(share.whole for share in found.values()), found
    assert not any(words in str(sections) for words in HARBOUR.furniture)


@pytest.mark.office
@pytest.mark.parametrize("kind", KINDS)
def test_order_headings_lists_tables_and_footnotes_are_found_and_nothing_else(made: dict[str, Path], kind: str) -> None:
    check(made[kind])


@pytest.mark.office
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("PDF")])
def test_every_sentence_is_on_its_page_and_within_its_boxes(made: dict[str, Path], kind: str) -> None:
    sections = load(made[kind])
    pages, boxes = pages_right(made[kind], sections), boxes_right(made[kind], sections)
    assert pages.whole and pages.of > 80
    assert boxes.whole and boxes.of > 100


def test_word_by_its_own_library(tmp_path: Path) -> None:
    check(word(HARBOUR, tmp_path / "a.docx"))


def test_a_web_page_with_its_anchors(tmp_path: Path) -> None:
    path = page(HARBOUR, tmp_path / "a.html")
    check(path, shift=1)
    anchors = {section.heading: section.anchor for section in load(path)}
    numbers = {item.lines[0]: number for number, item in enumerate(HARBOUR.items) if item.kind == "heading"}
    assert anchors == {HARBOUR.title: "title"} | {heading: f"part-{number}" for heading, number in numbers.items()}


def outline(path: Path) -> Sequence[tuple[str, list[tuple[str, int | None, tuple[str, ...]]]]]:
    return [(s.heading, [(b.kind, b.page, (*([b.lead] if b.lead else []), *b.lines)) for b in s.blocks]) for s in load(path)]


SLIDES = [
    ("Harbours of the west", [("paragraph", 1, ("A day for harbour masters",))]),
    ("What pilots do", [("list", 2, ("board two miles out", "bring the ship to the quay", "sign the harbour book"))]),
    ("Speaker’s notes", [("paragraph", 2, ("Ask the room who has boarded at night.",))]),
    ("Fares in winter", [("table", 3, ("Crossing | Single | Return", "Lundy | £12 | £20", "Lundy | £9 | £15"))]),
    ("Two views", [("paragraph", 4, ("The left view is the harbour’s own.",)), ("paragraph", 4, ("The right view is the pilot’s own.",))]),
]


def test_slides_with_notes_and_numbers(tmp_path: Path) -> None:
    assert outline(slides(tmp_path / "a.pptx")) == SLIDES


@pytest.mark.office
def test_slides_by_libreoffice(tmp_path: Path) -> None:
    office(tmp_path, "pptx", slides(tmp_path / "a.pptx"), out=tmp_path / "again")
    assert outline(tmp_path / "again" / "a.pptx") == SLIDES


@pytest.mark.office
def test_printed_slides_keep_their_titles_and_pages(tmp_path: Path) -> None:
    office(tmp_path, "pdf:impress_pdf_Export", slides(tmp_path / "a.pptx"))
    found = outline(tmp_path / "a.pdf")
    assert [heading for heading, _ in found] == [heading for heading, _ in SLIDES if heading != "Speaker’s notes"]
    assert [blocks[0][1] for _, blocks in found] == [1, 2, 3, 4]


def test_slides_that_are_pictures_are_reported(tmp_path: Path) -> None:
    deck = Presentation(str(slides(tmp_path / "a.pptx")))
    Image.new("L", (40, 30)).save(tmp_path / "a.png")
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(str(tmp_path / "a.png"), 0, 0)
    deck.save(str(tmp_path / "b.pptx"))
    said: list[str] = []
    sections = load(tmp_path / "b.pptx", (), said.append)
    assert said == ["b.pptx needs OCR: slide 5 holds a picture and no text."]
    assert [section.heading for section in sections] == [heading for heading, _ in SLIDES]
