"""The HTTP API and the pages without JavaScript, as channels."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lxml.html
from fastapi.testclient import TestClient

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.channels.blocks import block_text, of_answer
from pc_assistant.channels.markdown import RULE
from pc_assistant.channels.presenting import in_context, present
from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.ports import Assistant, Library
from pc_assistant.web.app import create_app
from tests.channels.told import Told, of_body, words


@contextmanager
def api(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """`POST /v1/chat`, a conversation a call."""
    with TestClient(create_app(assistant, library, MemoryConversations())) as client:

        def ask(*questions: str) -> list[Told]:
            told, conversation = [], None
            for question in questions:
                body = client.post("/v1/chat", json={"question": question, "conversation_id": conversation}).json()
                conversation = body["conversation_id"]
                told.append(of_body(body))
            return told

        yield ask


@contextmanager
def openai(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """OpenAI's shape, where the client keeps what was said and sends it back."""
    with TestClient(create_app(assistant, library, MemoryConversations())) as client:

        def ask(*questions: str) -> list[Told]:
            told: list[Told] = []
            said: list[dict[str, str]] = []
            for question in questions:
                said.append({"role": "user", "content": question})
                body = client.post("/v1/chat/completions", json={"model": "pc-assistant-extractive", "messages": said}).json()
                message = body["choices"][0]["message"]
                said.append({"role": "assistant", "content": message["content"]})
                facts = body["pc_assistant"]
                content, _, beneath = message["content"].partition(RULE)
                told.append(
                    Told(
                        label=present(Answer(id="1", status=facts["status"], reason=facts["reason"], answer="")).label,
                        text=words("\n".join(block_text(block) for block in of_answer(content, range(100)))),
                        sources=tuple(in_context(Citation.model_validate(citation)) for citation in message["citations"]),
                        notices=tuple(
                            words(block_text(block).partition(".** ")[2])
                            for block in of_answer(beneath, ())
                            if block_text(block).startswith("> ")
                        ),
                    )
                )
            return told

        yield ask


@contextmanager
def pages(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """The form of the chat page."""
    with TestClient(create_app(assistant, library, MemoryConversations())) as client:

        def ask(*questions: str) -> list[Told]:
            conversation, page = "", None
            for question in questions:
                shown = client.post("/", data={"question": question, "conversation_id": conversation})
                assert shown.status_code == 200
                page = lxml.html.fromstring(shown.text)
                conversation = page.get_element_by_id("ask").fields["conversation_id"] or ""
            assert page is not None
            return [_told(article) for article in _all(page, "article", "pc-answer")]

        yield ask


def _told(article: Any) -> Told:
    for heading in _all(article, "h3", "pc-notice__title"):
        heading.text = ""
    for marker in _all(article, "a", "pc-marker"):
        marker.text = f"[{marker.text}]"
    for part in article.iter("td", "th", "li", "p"):
        part.tail = f" {part.tail or ''}"
    (status,), (text,) = _all(article, "p", "pc-status"), _all(article, "div", "pc-text")
    return Told(
        label=status.find("strong").text_content(),
        text=words(re.sub(r"\s+", " ", text.text_content())),
        sources=tuple(link.get("href") for link in article.iter("a") if link.text == "Read in context"),
        notices=tuple(words(notice.find("p").text_content()) for notice in _all(article, "div", "pc-notice")),
    )


def _all(element: Any, tag: str, name: str) -> list[Any]:
    """The elements below of a tag and class."""
    return [found for found in element.iter(tag) if name in (found.get("class") or "").split()]
