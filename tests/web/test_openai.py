"""The endpoints of OpenAI's API, asked by OpenAI's own client and by LangChain's, over the wire."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_openai import ChatOpenAI

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.domain.answers import Answer, Notice
from pc_assistant.domain.conversations import Turn
from pc_assistant.domain.errors import Busy, IndexMissing
from pc_assistant.web.app import create_app
from tests.fakes import CITATION, WORDS, FakeAssistant, FakeLibrary, answer
from tests.served import served

MODEL = "pc-assistant-extractive"
REFUSAL = Answer(id="refusal", status="refused", answer="The documents do not say.", reason="not_covered")
LONG = answer(7, f"{WORDS} [1] See \\[2\\]. [1]\n\n- It carries twelve cars. [1]\n- It floats. [1]").model_copy(
    update={"notices": (Notice(code="predates_2022_act", message="Old *law*."),), "standalone_question": "When does it sail?"}
)


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    with served(app) as url:
        yield url


@pytest.fixture
def asks(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none is needed", max_retries=0) as client:
        yield client


def user(content: Any) -> Any:
    return [{"role": "user", "content": content}]


def test_the_models_are_those_that_can_be_asked(asks: openai.OpenAI) -> None:
    assert [(model.id, model.owned_by) for model in asks.models.list()] == [(MODEL, "pc-assistant")]
    assert asks.models.retrieve(MODEL).id == MODEL
    with pytest.raises(openai.NotFoundError) as error:
        asks.models.retrieve("pc-assistant-llm")
    assert error.value.code == "model_not_found"
    assert "There is no model pc-assistant-llm; there is pc-assistant-extractive." in str(error.value)


def test_a_language_model_is_listed_and_asked_where_there_is_one() -> None:
    assistant = FakeAssistant()
    app = create_app(assistant, FakeLibrary(), MemoryConversations(), answerers=("extractive", "llm"))
    with served(app) as url, openai.OpenAI(base_url=f"{url}/v1", api_key="-") as client:
        assert [model.id for model in client.models.list()] == [MODEL, "pc-assistant-llm"]
        client.chat.completions.create(model="pc-assistant-llm", messages=user("When?"))
        client.chat.completions.create(model=MODEL, messages=user("When?"))
    assert [question.answerer for question in assistant.asked] == ["llm", "extractive"]


def test_an_answer_comes_with_its_citations_in_three_places(asks: openai.OpenAI, assistant: FakeAssistant, url: str) -> None:
    assistant.replies.append(LONG)
    given = asks.chat.completions.create(model=MODEL, messages=user("When?"))
    (choice,) = given.choices
    content = choice.message.content or ""
    assert (choice.finish_reason, choice.message.refusal, given.system_fingerprint) == ("stop", None, "1")
    assert content.startswith(
        f"{LONG.answer}\n\n---\n\nUnderstood as: When does it sail?\n\n> **Check the law since July 2022.** Old \\*law\\*."
    )
    assert "Sources:\n\n- [1] The harbour. Ferry guide. February 2024 (" in content
    assert f"<{url}{CITATION.url}>" in content

    annotations = choice.message.annotations or []
    assert [content[one.url_citation.start_index : one.url_citation.end_index] for one in annotations] == ["[1]"] * 4
    assert {(one.url_citation.title, one.url_citation.url) for one in annotations} == {(CITATION.title, url + CITATION.url)}

    cited = [CITATION.model_dump(mode="json")]
    assert (given.model_extra or {})["citations"] == (choice.message.model_extra or {})["citations"] == cited
    facts = (given.model_extra or {})["pc_assistant"]
    assert (facts["answer_id"], facts["answer"], facts["status"]) == (LONG.id, LONG.answer, "answered")
    assert facts["notices"] == [{"code": "predates_2022_act", "message": "Old *law*."}]


def test_usage_counts_words_and_marks(asks: openai.OpenAI, assistant: FakeAssistant) -> None:
    assistant.replies.append(REFUSAL)
    usage = asks.chat.completions.create(model=MODEL, messages=user("When, please?")).usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (4, 6, 10)


def test_a_refusal_is_an_answer_and_is_told_as_one(asks: openai.OpenAI, assistant: FakeAssistant) -> None:
    assistant.replies.append(REFUSAL)
    given = asks.chat.completions.create(model=MODEL, messages=user("What is the capital of France?"))
    said = given.choices[0].message
    assert (said.content, said.refusal, said.annotations) == (REFUSAL.answer, REFUSAL.answer, [])
    assert (given.model_extra or {})["pc_assistant"]["reason"] == "not_covered"


@pytest.mark.parametrize("reply", [LONG, REFUSAL, answer()])
def test_the_stream_joined_is_the_whole(asks: openai.OpenAI, assistant: FakeAssistant, reply: Answer) -> None:
    assistant.replies.extend([reply, reply])
    whole = asks.chat.completions.create(model=MODEL, messages=user("When?"))
    stream = asks.chat.completions.create(model=MODEL, messages=user("When?"), stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert len({chunk.id for chunk in chunks}) == 1
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    *parts, last = chunks
    assert (last.choices, last.usage) == ([], whole.usage)
    assert all(part.usage is None for part in parts)
    said = whole.choices[0].message
    assert parts[0].choices[0].delta.role == "assistant"
    assert "".join(part.choices[0].delta.content or "" for part in parts) == said.content
    assert [part.choices[0].finish_reason for part in parts] == [None] * (len(parts) - 1) + ["stop"]
    end = parts[-1].choices[0].delta
    assert end.refusal == said.refusal
    assert (end.model_extra or {})["annotations"] == [one.model_dump() for one in said.annotations or []]
    assert (parts[-1].model_extra or {})["citations"] == (whole.model_extra or {})["citations"]
    assert (parts[-1].model_extra or {})["pc_assistant"] == (whole.model_extra or {})["pc_assistant"]


def test_no_usage_is_streamed_unasked_and_the_stream_ends_as_openai_ends_it(client: TestClient) -> None:
    body = {"model": MODEL, "messages": user("When?"), "stream": True}
    response = client.post("/v1/chat/completions", json=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in response.text.split("\n") if line]
    assert lines[-1] == "data: [DONE]"
    assert all("usage" not in json.loads(line.removeprefix("data: ")) for line in lines[:-1])


def test_the_sdk_joins_the_stream_by_itself(asks: openai.OpenAI) -> None:
    with asks.chat.completions.stream(model=MODEL, messages=user("When?")) as stream:
        done = stream.get_final_completion()
    assert (done.choices[0].message.content or "").startswith(f"{WORDS} [1]")


def test_what_was_said_before_is_history_without_system_messages_and_sources(asks: openai.OpenAI, assistant: FakeAssistant) -> None:
    first = asks.chat.completions.create(model=MODEL, messages=user("Who sails?"))
    messages = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "developer", "content": "Never cite."},
        *user([{"type": "text", "text": "Who"}, {"type": "text", "text": "sails?"}]),
        first.choices[0].message.model_dump(),  # as clients send it back, annotations and all
        *user("  And when?\r\n"),
    ]
    asks.chat.completions.create(model=MODEL, messages=messages)
    assert assistant.asked[-1].text == "And when?"
    assert assistant.asked[-1].history == (
        Turn(role="user", content="Who\nsails?"),
        Turn(role="assistant", content=f"{WORDS} [1]"),
    )


def test_a_long_conversation_is_cut_to_the_last_messages(asks: openai.OpenAI, assistant: FakeAssistant) -> None:
    asks.chat.completions.create(model=MODEL, messages=[*user("x") * 40, *user("When?")])
    assert len(assistant.asked[0].history) == 20


def test_what_changes_no_answer_is_passed_over(asks: openai.OpenAI) -> None:
    given = asks.chat.completions.create(
        model=MODEL,
        messages=user("When?"),
        n=1,
        tools=[],
        tool_choice="none",
        response_format={"type": "text"},
        logprobs=False,
        temperature=0.3,
        top_p=0.9,
        max_tokens=5,
        stop=["nine"],
        seed=7,
        user="someone",
        metadata={"a": "b"},
    )
    assert "sails at nine. [1]" in (given.choices[0].message.content or "")


TOOL: Any = {"type": "function", "function": {"name": "f", "parameters": {}}}


@pytest.mark.parametrize(
    ("changes", "param", "code", "message"),
    [
        ({"messages": []}, "messages", None, "Must hold at least one message."),
        (
            {"messages": user("x" * 2001)},
            "messages.0.content",
            "string_above_max_length",
            "Has 2,001 characters: at most 2,000 are allowed.",
        ),
        ({"messages": user(" \n")}, "messages.0.content", "empty_string", "Must not be empty."),
        ({"messages": user("a\x07b")}, "messages.0.content", None, "Holds the control character U+0007: take it out."),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role", None, "The last message must be the user's question."),
        ({"messages": [*user("x"), {"role": "assistant", "content": "y"}]}, "messages.1.role", None, "The last message must be the"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages.0.role", None, "Must be one of 'system', 'developer', 'user' or"),
        (
            {"messages": user([{"type": "image_url", "image_url": {"url": "x"}}])},
            "messages.0.content",
            "unsupported_parameter",
            "Only text can be read: give a string, or parts of the type text.",
        ),
        ({"n": 2}, "n", "unsupported_parameter", "One answer is given to a question: leave n out, or give 1."),
        ({"tools": [TOOL]}, "tools", "unsupported_parameter", "Tools are not supported: this model answers from its documents alone."),
        ({"tool_choice": "required"}, "tool_choice", "unsupported_parameter", "Tools are not supported"),
        ({"response_format": {"type": "json_object"}}, "response_format", "unsupported_parameter", "Answers are text: leave"),
        ({"logprobs": True}, "logprobs", "unsupported_parameter", "There are no log probabilities: leave logprobs out."),
        ({"extra_body": {"mood": "good"}}, "mood", "unknown_parameter", "There is no such field."),
    ],
)
def test_what_cannot_be_done_is_told_as_the_client_knows_it(
    asks: openai.OpenAI, assistant: FakeAssistant, changes: dict[str, Any], param: str, code: str | None, message: str
) -> None:
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as error:
            asks.chat.completions.create(**{"model": MODEL, "messages": user("When?"), "stream": stream} | changes)
        told = error.value
        assert (told.status_code, told.type, told.param, told.code) == (400, "invalid_request_error", param, code)
        assert f"{param}: {message}" in told.body["message"]
    assert assistant.asked == []


def test_an_unknown_model_is_not_found(asks: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        asks.chat.completions.create(model="gpt-5", messages=user("When?"))
    assert (error.value.code, error.value.type) == ("model_not_found", "invalid_request_error")
    assert error.value.request_id


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (IndexMissing("There is no index yet."), 503, "There is no index yet."),
        (Busy("Another process holds the lock."), 503, "Another process holds the lock."),
        (RuntimeError("insides"), 500, "The service failed; its log has the reason under this response's X-Request-ID."),
    ],
)
def test_a_fault_of_the_service_is_one(asks: openai.OpenAI, assistant: FakeAssistant, raised: Exception, status: int, said: str) -> None:
    assistant.replies.extend([raised, raised])
    with pytest.raises(openai.InternalServerError) as error:
        asks.chat.completions.create(model=MODEL, messages=user("When?"))
    assert (error.value.status_code, error.value.type) == (status, "server_error")
    assert said in str(error.value)
    assert error.value.response.headers.get("retry-after") == ("1" if isinstance(raised, Busy) else None)
    with pytest.raises(openai.APIError, match=said):
        list(asks.chat.completions.create(model=MODEL, messages=user("When?"), stream=True))


def test_every_error_is_a_problem_document_too(client: TestClient) -> None:
    response = client.post("/v1/chat/completions", json={"model": MODEL, "messages": []})
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["detail"]) == (400, "messages: Must hold at least one message.")
    assert problem["error"]["message"] == problem["detail"]


def test_an_answer_has_its_receipt_and_takes_feedback(asks: openai.OpenAI, client: TestClient) -> None:
    given = asks.chat.completions.create(model=MODEL, messages=user("When?"))
    answer_id = (given.model_extra or {})["pc_assistant"]["answer_id"]
    assert given.id == f"chatcmpl-{answer_id}"
    assert client.get(f"/v1/answers/{answer_id}").json()["question"] == "When?"
    assert client.post("/v1/feedback", json={"answer_id": answer_id, "rating": "up"}).status_code == 201


async def test_langchains_chat_model_asks_and_streams(url: str, assistant: FakeAssistant) -> None:
    model = ChatOpenAI(model=MODEL, base_url=f"{url}/v1", api_key="none is needed", max_retries=0, stream_usage=True)
    said = await model.ainvoke([("system", "Be brief."), ("human", "Who sails?"), ("ai", "The ferry. [1]"), ("human", "When?")])
    assert str(said.content).startswith(f"{WORDS} [1]")
    assert said.usage_metadata is not None and said.usage_metadata["total_tokens"] > 0
    assert [turn.role for turn in assistant.asked[0].history] == ["user", "assistant"]
    parts = [part async for part in model.astream("When?")]
    assert "".join(str(part.content) for part in parts) == said.content
    with pytest.raises(openai.BadRequestError, match="One answer is given"):
        await model.ainvoke("When?", n=2)


ANY_TEXT = st.text(max_size=20) | st.text("\ud800\0\x1b\u200b?", max_size=3)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=8,
)
MESSAGE = st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "assistant"]) | ANY_JSON, "content": ANY_TEXT | ANY_JSON})
NEARLY = st.fixed_dictionaries(
    {"model": st.just(MODEL) | ANY_JSON, "messages": st.lists(MESSAGE, max_size=3) | ANY_JSON},
    optional=dict.fromkeys(["stream", "stream_options", "n", "tools", "response_format", "temperature"], ANY_JSON),
)


@pytest.fixture(scope="module")
def fuzzed() -> TestClient:
    """One app for every example."""
    return TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations()))


@settings(max_examples=200, deadline=None)
@given(body=ANY_JSON | NEARLY)
def test_no_json_body_breaks_the_endpoint(fuzzed: TestClient, body: object) -> None:
    response = fuzzed.post("/v1/chat/completions", content=json.dumps(body).encode(), headers={"content-type": "application/json"})
    assert response.status_code in {200, 400, 404}
    if response.status_code != 200:
        assert response.json()["error"]["message"] == response.json()["detail"]
