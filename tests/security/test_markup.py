"""Words that are markup somewhere are shown as words everywhere: on every page, in every file to take away, in Slack and in Teams."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import lxml.etree
import lxml.html
import pytest
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt
from pydantic import ValidationError

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.answering.citing import escape
from pc_assistant.bots.slack import views
from pc_assistant.bots.slack.rendering import closing, message, streamed
from pc_assistant.bots.teams.message import message as teams_message
from pc_assistant.domain.answers import Answer, Citation, Notice
from pc_assistant.domain.documents import Block, Chunk, Document, Section, Unit
from pc_assistant.domain.holdings import HeldText
from pc_assistant.domain.operations import Operations
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary
from tests.observing.test_operations import OPERATIONS

EVIL = "</p></title></textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"' onclick=alert(3) x='&lt; {{ 7*7 }} [go](javascript:alert(4)) <!channel> <@U0EVIL> <https://evil.example|here> **b** `c`"
DOCUMENT = Document(id="evil", title=EVIL, publisher=EVIL, published=date(2024, 2, 1), kind="guidance", summary=EVIL, licence=EVIL)
SECTION = Section(
    path=(EVIL,),
    heading=EVIL,
    level=2,
    anchor="evil",
    blocks=(
        Block(kind="paragraph", lines=(EVIL,)),
        Block(kind="list", lead=EVIL, lines=(EVIL, EVIL)),
        Block(kind="table", lead=EVIL, lines=(f"{EVIL} | {EVIL}",)),
    ),
)
CHUNK = Chunk(
    id="0123456789abcdef",
    document_id="evil",
    ordinal=0,
    section=(EVIL,),
    heading=EVIL,
    anchor="evil",
    text=EVIL,
    units=(Unit(kind="sentence", start=0, end=len(EVIL), block=0),),
)
HELD = HeldText(document=DOCUMENT, root="corpus", digest="0", sections=(SECTION,), chunks=(CHUNK,))
CITATION = Citation(
    marker=1,
    document_id="evil",
    title=EVIL,
    publisher=EVIL,
    published=DOCUMENT.published,
    kind="guidance",
    representation="notes",
    section=(EVIL,),
    passage_id=CHUNK.id,
    quote=EVIL,
    url="/documents/evil#evil",
)


def answer(number: int = 1) -> Answer:
    return Answer(
        id=f"answer-{number}",
        status="answered",
        answer=f"{EVIL} [1]\n\n- {EVIL} [1]\n\n| {EVIL} | b |\n| --- | --- |\n| {EVIL} | c [1] |",
        citations=(CITATION,),
        notices=(Notice(code="predates_2022_act", message=EVIL),),
        suggestions=(EVIL,),
        standalone_question=EVIL,
        confidence=0.5,
        corpus_version="1",
    )


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    store = open_conversations(tmp_path / "conversations.db")
    evil = json.loads(
        json.dumps(OPERATIONS).replace("Who chairs the board?", json.dumps(EVIL)[1:-1]).replace("salary", json.dumps(EVIL)[1:-1])
    )

    async def operate(days: int) -> Operations:
        return Operations.model_validate(evil)

    assistant = FakeAssistant()
    assistant.replies += [answer(1), answer(2)]
    with TestClient(create_app(assistant, FakeLibrary(HELD), store, operate=operate, new_id=lambda: "conversation-1")) as client:
        assert client.post("/", data={"question": EVIL}).status_code == 200
        client.post("/feedback", data={"answer_id": "answer-1", "rating": "down", "comment": EVIL})
        yield client
    asyncio.run(store.close())


PAGES = (
    "/",
    f"/?question={EVIL.replace('&', '%26').replace('#', '%23')}",
    "/embed",
    "/documents",
    "/documents/evil",
    f"/documents/evil?passage={CHUNK.id}&q=<script>alert(1)</script>",
    "/documents/evil?q=alert",
    "/about",
    "/operator",
    "/conversations/conversation-1",
    "/conversations/<script>alert(1)</script>",
    "/embed/conversations/conversation-1?thanked=<script>alert(1)</script>",
    "/nothing/<script>alert(1)</script>",
    "/documents/<script>alert(1)</script>",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_shows_it_as_words(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"accept": "text/html"})
    assert (
        "script-src 'self'" in response.headers["content-security-policy"] and "unsafe" not in response.headers["content-security-policy"]
    )
    page = lxml.html.fromstring(response.text)
    assert all(script.get("src", "").startswith("/static/") and not script.text for script in page.iter("script"))
    for element in page.iter(lxml.etree.Element):
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"], element.attrib
        assert element.get("src", "/").startswith("/")
        assert element.get("href", "/").startswith(("/", "#", "?")) or element.get("href", "").startswith("https://")
        assert not element.get("href", "").startswith("https://evil.example")
    assert not page.xpath("//img") and "49" not in [word.strip("{}") for word in page.text_content().split()]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://a.example", "//evil.example"])
def test_a_manifest_links_nothing_but_pages(url: str) -> None:
    with pytest.raises(ValidationError):
        Document(id="evil", title="Evil", url=url)


def test_it_is_shown_at_all(client: TestClient) -> None:
    for path in ("/conversations/conversation-1", "/documents/evil", "/documents", "/operator"):
        assert "<script>alert(1)</script>" in lxml.html.fromstring(client.get(path).text).text_content(), path


def test_what_the_script_builds_from_holds_no_elements_of_it(client: TestClient) -> None:
    def tags(node: Any) -> Iterator[str]:
        if isinstance(node, list) and node and isinstance(node[0], str) and len(node) > 1 and isinstance(node[1], dict):
            yield node[0]
            assert not [name for name in node[1] if name.startswith("on")]
        for inner in node if isinstance(node, list) else ():
            yield from tags(inner)

    found = set(tags(client.get("/answers/answer-1/card").json()["card"]))
    assert "article" in found and not found & {"script", "img", "iframe", "object", "style"}


def test_a_word_file_holds_it_as_words_and_links_nowhere_else(client: TestClient) -> None:
    response = client.get("/conversations/conversation-1.docx")
    with ZipFile(BytesIO(response.content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            lxml.etree.fromstring(part)
    outside = [
        rel.get("Target") for rel in lxml.etree.fromstring(parts["word/_rels/document.xml.rels"]) if rel.get("TargetMode") == "External"
    ]
    assert outside and all(target.startswith("http://testserver/documents/evil?") for target in outside)
    assert b"alert(2)" in parts["word/document.xml"] and b"<img" not in parts["word/document.xml"]


def test_what_is_taken_away_as_markdown_has_no_markup_of_a_question_or_a_source(client: TestClient) -> None:
    response = client.get("/conversations/conversation-1.md")
    assert response.headers["content-type"].startswith("text/markdown") and response.headers["content-disposition"].startswith("attachment")
    own = "\n".join(line for line in response.text.splitlines() if line.startswith(("## ", "> ", "1. ", "Understood")))
    shown = MarkdownIt("commonmark").render(own)
    assert "alert(2)" in shown and "<script" not in shown and "<img" not in shown and 'href="javascript' not in shown


def test_slack_is_told_it_as_words() -> None:
    def address(path: str) -> str:
        return f"https://assistant.example{path}"

    def mrkdwn(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if part.get("type") == "mrkdwn":
                yield part["text"]
            for inner in part.values():
                yield from mrkdwn(inner)
        for inner in part if isinstance(part, (list, tuple)) else ():
            yield from mrkdwn(inner)

    made = message(answer(), address)
    said = [*mrkdwn(made.blocks), *mrkdwn(views.sources_view(answer(), address)), *mrkdwn(views.home_view([DOCUMENT], address))]
    said += [made.text, *mrkdwn(list(closing(answer(), address)))]
    whole = "\n".join(said)
    assert "script" in whole
    for control in ("<!", "<@", "<#", "<https://evil", "<script"):
        assert control not in whole, control


def test_what_grows_in_slack_has_only_the_markup_that_composing_gave_it() -> None:
    composed = answer().model_copy(update={"answer": f"{escape(EVIL)} [1]"})
    shown = MarkdownIt("commonmark").render("".join(streamed(composed)))
    assert "&lt;!channel&gt;" in shown and "<script" not in shown and "href" not in shown and shown.count("<strong>") == 1


def test_teams_is_told_it_as_words() -> None:
    activity = teams_message(answer(), lambda path: f"https://assistant.example{path}")
    shown = MarkdownIt("commonmark").render(activity["text"])
    assert "alert(2)" in shown and "<script" not in shown and "<img" not in shown
    assert 'href="javascript' not in shown and "evil.example|" not in [link.get("href") for link in lxml.html.fromstring(shown).iter("a")]
