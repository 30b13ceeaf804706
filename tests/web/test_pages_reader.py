"""The reader: what is held, and landing where a citation leads."""

import re
from datetime import date

import pytest
from fastapi.testclient import TestClient

from pc_assistant.channels import words
from pc_assistant.channels.blocks import Run
from pc_assistant.domain.documents import Block, Section
from pc_assistant.knowledge.chunking import chunk
from pc_assistant.web.pages.reading import chapters
from tests.fakes import CHUNK, CITATION, DOCUMENT, HELD, SECTION, WORDS
from tests.web.test_pages_chat import text


def test_documents_are_listed_with_what_they_are(client: TestClient) -> None:
    page = client.get("/documents")
    assert '<a href="/documents/ferry-guide">Ferry guide</a>' in page.text
    assert "Published February 2024" in text(page)
    assert "Says what NHS organisations are expected to do." in text(page)
    assert "our notes, which state in our own words what the document says" in text(page)


def test_the_law_is_dated_no_more_exactly_than_the_document() -> None:
    known = DOCUMENT.model_copy(update={"law_as_of": DOCUMENT.published, "published_precision": "year"})
    assert (words.published(known), words.law(known)) == ("2024", "2024")
    assert words.law(known.model_copy(update={"law_as_of": date(2023, 12, 5)})) == "5 December 2023"


def test_a_document_is_shown_with_contents_sections_lists_and_tables(client: TestClient) -> None:
    page = client.get("/documents/ferry-guide")
    assert 'id="mornings"' in page.text
    assert '<a href="#mornings">Mornings</a>' in page.text
    for part in (f"{WORDS} It carries twelve cars.", "Bring: a ticket a coat", "queue board", "Day Sailings Monday 4"):
        assert part in text(page)
    assert "<ol" in page.text
    assert '<th scope="col"' in page.text
    assert "<mark>" not in page.text


def test_a_citation_lands_where_its_words_are_marked(client: TestClient) -> None:
    path, anchor = CITATION.url.split("#")
    page = client.get(f"{path}?passage={CITATION.passage_id}")
    section = page.text[page.text.index(f'id="{anchor}"') :]
    assert f"<mark>{CITATION.quote}</mark>" in section
    assert page.text.count("pc-section--cited") == 1


@pytest.mark.parametrize("passage", ["nothing", "0", "<b>"])
def test_a_passage_that_is_gone_is_told(client: TestClient, passage: str) -> None:
    page = client.get("/documents/ferry-guide", params={"passage": passage})
    assert page.status_code == 200
    assert "not held any more" in text(page)
    assert "<mark>" not in page.text


def test_a_document_can_be_searched(client: TestClient) -> None:
    page = client.get("/documents/ferry-guide", params={"q": " TICKET ferry"})
    assert "“TICKET ferry”: 1 section Mornings 2 places" in text(page)
    assert "The <mark>ferry</mark> sails" in page.text
    assert "a <mark>ticket</mark>" in page.text
    page = client.get("/documents/ferry-guide", params={"q": "ticket lighthouse"})
    assert "No section holds all these words." in text(page)
    assert "<mark>" not in page.text


@pytest.mark.parametrize(
    ("searched", "found", "marked"),
    [
        ("in", 0, []),  # stands in "nine" and "mornings", but begins no word
        ("sail", 1, ["sail", "Sail"]),
        ("sails at", 1, ["sails at"]),
        ("nine sails", 1, ["sails", "nine"]),
        ("cars zebras", 0, []),
    ],
)
def test_a_search_finds_words_in_a_row_or_else_each_from_its_beginning(searched: str, found: int, marked: list[str]) -> None:
    (part,) = (part for chapter in chapters(HELD, None, searched) for part in chapter.parts)
    assert bool(part.found) == bool(found)
    shown = [
        run.text for block in part.blocks for runs in (*block.items, *block.header, *sum(block.rows, ())) for run in runs if run.marked
    ]
    assert shown == marked
    assert part.found == len(marked)


def test_a_document_without_sections_has_no_chapters() -> None:
    empty = HELD.model_copy(update={"sections": (), "chunks": ()})
    assert chapters(empty, None, "") == chapters(empty, None, "ferry") == ()


def test_what_is_searched_for_is_no_pattern_and_no_markup(client: TestClient) -> None:
    for searched in ("(", "[a", "\\", "<script>", "." * 500):
        page = client.get("/documents/ferry-guide", params={"q": searched})
        assert page.status_code == 200
        assert "0 sections" in text(page)
        assert "<script>" not in page.text


def test_every_unit_of_every_passage_is_marked_in_its_own_section() -> None:
    """The reader counts blocks as the chunker does; each passage of a document of several sections must land whole."""
    sections = tuple(
        Section(
            path=("Book", f"Part {number}"),
            heading=f"Part {number}",
            level=1 + number % 2,
            anchor=f"part-{number}",
            blocks=(
                Block(kind="paragraph", lines=(f"Boat {number} is red.", "It sails.")),
                Block(kind="list", lead="Bring:", lines=(f"ticket {number}", "a coat")),
                Block(kind="table", lead="Day | Sailings", lines=(f"Monday | {number}",)),
            ),
        )
        for number in range(4)
    )
    chunks = chunk("book", "Book", sections, lambda words: 4 * len(words.split()), 60)
    assert len(chunks) > 4
    held = HELD.model_copy(update={"sections": sections, "chunks": chunks})
    for passage in chunks:
        parts = [part for chapter in chapters(held, passage, "") for part in chapter.parts]
        (cited,) = [part for part in parts if part.holds_passage]
        assert cited.section.anchor == passage.anchor
        marked = " ".join(
            _marked(run) for block in cited.blocks for runs in (*block.items, *block.header, *sum(block.rows, ())) for run in runs
        )
        for _, said in passage.quotes():
            assert re.sub(r" \| ", " ", said) in " ".join(marked.split())


def _marked(run: Run) -> str:
    return run.text if run.marked else ""


def test_chapters_begin_at_the_highest_level() -> None:
    levels = [2, 1, 2, 3, 1]
    held = HELD.model_copy(update={"sections": tuple(SECTION.model_copy(update={"level": level}) for level in levels)})
    shown = chapters(held, CHUNK, "")
    assert [[part.section.level for part in chapter.parts] for chapter in shown] == [[2], [1, 2, 3], [1]]
    assert [part.depth for chapter in shown for part in chapter.parts] == [3, 2, 3, 4, 2]
