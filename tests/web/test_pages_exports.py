"""What can be taken away: Word, Markdown, plain text."""

from io import BytesIO

import docx
import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pc_assistant.channels import words
from pc_assistant.domain.answers import Answer, Notice
from pc_assistant.web.pages.exports import escaped
from pc_assistant.web.pages.word import MEDIA_TYPE
from tests.fakes import CITATION, WORDS, FakeAssistant, answer
from tests.web.test_pages_chat import ask

TEXT = f"{WORDS} [1]\n\n- a \\*ticket\\* [1]\n\n| Day | Sailings [1] |\n| --- | --- |\n| Monday | 4 [1] |"
REFERENCE = "The harbour. Ferry guide. February 2024 (guidance: what is expected). Section: Sailings › Mornings. Quoted from our notes."


@pytest.fixture
def asked(client: TestClient, assistant: FakeAssistant) -> TestClient:
    assistant.replies += [
        answer(1, TEXT).model_copy(update={"notices": (Notice(code="position_changed", message="It sails at ten now."),)}),
        Answer(id="answer-2", status="refused", reason="not_covered", answer="The documents do not answer this."),
    ]
    ask(client, "When does it *sail*?")
    ask(client, "And why?", conversation_id="conversation-1")
    return client


def test_word_has_headings_lists_tables_and_full_references(asked: TestClient) -> None:
    response = asked.get("/conversations/conversation-1.docx")
    assert response.headers["content-type"] == MEDIA_TYPE
    assert 'filename="conversation.docx"' in response.headers["content-disposition"]
    file = docx.Document(BytesIO(response.content))
    styled = [(paragraph.style.name, paragraph.text) for paragraph in file.paragraphs if paragraph.style]
    assert ("Heading 1", "When does it *sail*?") in styled
    assert ("Heading 2", "Sources") in styled
    assert ("List Bullet", "a *ticket* [1]") in styled
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [["Day", "Sailings [1]"], ["Monday", "4 [1]"]]
    assert "tblHeader" in file.tables[0].rows[0]._tr.xml
    everything = "\n".join(said for _, said in styled)
    assert f"[1] {REFERENCE} “{WORDS}” http://testserver/documents/ferry-guide?passage={CITATION.passage_id}#mornings" in everything
    links = [link.address for paragraph in file.paragraphs for link in paragraph.hyperlinks]
    assert links == [f"http://testserver/documents/ferry-guide?passage={CITATION.passage_id}#mornings"]
    assert "The position has changed. It sails at ten now." in everything
    assert "Not in the documents. " in everything
    assert f"{words.STANDING} Saved on 21 November 2026. Version of the documents held: 1." in everything
    paper = file.sections[0]
    assert (round(paper.page_width.mm), round(paper.page_height.mm)) == (210, 297)
    assert (file.core_properties.language, file.core_properties.author) == ("en-GB", words.SERVICE)


def test_markdown_keeps_the_answer_as_it_was(asked: TestClient) -> None:
    response = asked.get("/conversations/conversation-1.md")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "## When does it \\*sail\\*?" in response.text
    assert TEXT in response.text
    assert "**Not in the documents.**\n\nThe documents do not answer this." in response.text
    assert "<http://testserver/documents/ferry-guide?passage=0123456789abcdef#mornings>" in response.text
    alone = asked.get("/answers/answer-1.md").text
    assert TEXT in alone
    assert "And why?" not in alone


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))) | st.text("ab12.)(-+=*_#`~<>&;|\\![] "))
@example("2021. A report")
@example("- a # b #")
@example("A &amp; B <b> [x](y)")
def test_what_is_escaped_for_markdown_is_shown_as_it_was(said: str) -> None:
    line = " ".join(said.split())
    for prefix in ("## ", "1. ", "> **Note.** "):
        inline = [token for token in MarkdownIt().parse(prefix + escaped(said)) if token.type == "inline"]
        shown = "".join(child.content for token in inline for child in token.children or ())
        assert shown.removeprefix("Note.").strip() == line


def test_what_needs_no_escape_has_none() -> None:
    said = "The harbour (2021) – 12.5% more: 3-year plan, St. Mary's!"
    assert escaped(said) == said


def test_what_is_copied_has_its_sources(asked: TestClient) -> None:
    copied = asked.get("/answers/answer-1.txt").text
    assert copied.startswith(f"When does it *sail*?\n\n{WORDS} [1]\n\n- a *ticket* [1]\n\nDay | Sailings [1]\nMonday | 4 [1]\n\n")
    assert f"Sources\n[1] {REFERENCE} http://testserver/documents/ferry-guide?passage=0123456789abcdef#mornings" in copied
    refused = asked.get("/answers/answer-2.txt").text
    assert refused.startswith("And why?\n\nNot in the documents.\n\nThe documents do not answer this.")
    assert "Sources" not in refused


def test_what_is_copied_says_what_was_understood_and_what_is_missing(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(answer(1).model_copy(update={"status": "partial", "standalone_question": "When does the ferry sail?"}))
    ask(client, "And when?")
    copied = client.get("/answers/answer-1.txt").text
    assert copied.startswith(
        f"And when?\n\nUnderstood as: When does the ferry sail?\n\n{words.PARTIAL}. {words.PARTIAL_LEAD}\n\n{WORDS} [1]"
    )


def test_a_year_is_not_told_as_a_month(client: TestClient, assistant: FakeAssistant) -> None:
    known = CITATION.model_copy(update={"published_precision": "year"})
    assistant.replies.append(answer(1).model_copy(update={"citations": (known,)}))
    page = ask(client).text
    assert "The harbour, 2024 ·" in page
    assert "<dt>Published</dt><dd>2024</dd>" in page
    word = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(client.get("/answers/answer-1.docx").content)).paragraphs)
    for taken in (client.get("/answers/answer-1.txt").text, client.get("/answers/answer-1.md").text.replace("\\", ""), word):
        assert "The harbour. Ferry guide. 2024 (guidance" in taken


def test_words_that_xml_cannot_hold_do_not_break_the_file(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(answer(1, "A\x0b\ufffe <b>ferry</b> [1]"))
    ask(client, "When\ufffe?")
    file = docx.Document(BytesIO(client.get("/answers/answer-1.docx").content))
    assert "A <b>ferry</b> [1]" in [paragraph.text for paragraph in file.paragraphs]


@pytest.mark.parametrize("path", ["/answers/x.md", "/answers/x.docx", "/answers/x.txt", "/conversations/x.docx", "/answers/answer-1.pdf"])
def test_what_is_not_there_is_not_found(asked: TestClient, path: str) -> None:
    assert asked.get(path).status_code in {404, 422}
