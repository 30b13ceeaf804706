"""An answer as a chat completion, whole or in chunks."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from pc_assistant.channels.markdown import Address, with_sources
from pc_assistant.domain.answers import Answer, Citation, Notice, RefusalReason, Status
from pc_assistant.domain.values import Value
from pc_assistant.web.openai.bodies import Message

MARKER = re.compile(r"(?<!\\)\[(\d{1,4})\]")
COUNTED = re.compile(r"\w+|[^\w\s]")


class UrlCitation(Value):
    """Where in the content a marker stands, and the source that it stands for."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(Value):
    """A marker of the content with its source."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Usage(Value):
    """Words and punctuation marks, counted; nothing is billed by them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Facts(Value):
    """What else is known of the answer; `answer` is its text without sources. Feedback and receipts go by `answer_id`."""

    answer_id: str
    status: Status
    reason: RefusalReason | None = None
    answer: str
    answerer: str
    standalone_question: str | None = None
    notices: tuple[Notice, ...]
    suggestions: tuple[str, ...]
    confidence: float
    corpus_version: str
    prompt_version: str | None = None


class CompletionMessage(Value):
    """The answer with its sources beneath; `refusal` says the same where nothing could be answered."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: str | None = None
    annotations: tuple[Annotation, ...]
    citations: tuple[Citation, ...] = Field(description="As in POST /v1/chat.")


class Choice(Value):
    """The one choice."""

    index: Literal[0] = 0
    message: CompletionMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class ChatCompletion(Value):
    """One answer in the shape of OpenAI's API."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str = Field(description="The version of the documents held.")
    choices: tuple[Choice, ...]
    usage: Usage
    citations: tuple[Citation, ...] = Field(description="As in POST /v1/chat.")
    pc_assistant: Facts


def completion(answer: Answer, messages: Sequence[Message], model: str, created: int, address: Address) -> ChatCompletion:
    """The whole completion."""
    content = with_sources(answer, address)
    return ChatCompletion(
        id=f"chatcmpl-{answer.id}",
        created=created,
        model=model,
        system_fingerprint=answer.corpus_version,
        choices=(Choice(message=message(answer, content, address)),),
        usage=usage(messages, content),
        citations=answer.citations,
        pc_assistant=facts(answer),
    )


def message(answer: Answer, content: str, address: Address) -> CompletionMessage:
    """The message of a completion."""
    return CompletionMessage(
        content=content,
        refusal=answer.answer if answer.status == "refused" else None,
        annotations=tuple(_annotations(answer, address)),
        citations=answer.citations,
    )


def _annotations(answer: Answer, address: Address) -> Iterator[Annotation]:
    cited = {citation.marker: citation for citation in answer.citations}
    for marker in MARKER.finditer(answer.answer):
        if citation := cited.get(int(marker[1])):
            start, end = marker.span()
            yield Annotation(url_citation=UrlCitation(start_index=start, end_index=end, title=citation.title, url=address(citation.url)))


def usage(messages: Sequence[Message], content: str) -> Usage:
    """What was said and answered, counted."""
    prompt, reply = sum(_count(message.content) for message in messages), _count(content)
    return Usage(prompt_tokens=prompt, completion_tokens=reply, total_tokens=prompt + reply)


def _count(text: str) -> int:
    return sum(1 for _ in COUNTED.finditer(text))


def facts(answer: Answer) -> Facts:
    """What the shape of OpenAI's API has no place for."""
    return Facts(answer_id=answer.id, **{name: getattr(answer, name) for name in Facts.model_fields if name != "answer_id"})
