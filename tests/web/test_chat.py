"""POST /v1/chat as plain JSON."""

import json

import pytest
from fastapi.testclient import TestClient

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Turn
from pc_assistant.domain.errors import Busy, IndexMissing
from tests.fakes import WORDS, FakeAssistant, answer

QUESTION = "When does the ferry sail?"


def wrong_fields(body: dict[str, object], client: TestClient, path: str = "/v1/chat") -> dict[str, str]:
    """The fields that are refused, with the sentences."""
    response = client.post(path, json=body)
    assert response.status_code == 422, response.text
    problem = response.json()
    first = problem["errors"][0]
    assert problem["detail"].startswith(f"{first['field']}: {first['message']}")
    return {error["field"]: error["message"] for error in problem["errors"]}


def test_the_body_is_the_answer_as_it_stands(client: TestClient, assistant: FakeAssistant) -> None:
    response = client.post("/v1/chat", json={"question": f"  {QUESTION}\r\n"})
    assert response.status_code == 200
    expected = answer(1).model_copy(update={"conversation_id": "conversation-1"})
    assert response.json() == json.loads(expected.model_dump_json())
    assert assistant.asked[0].text == QUESTION
    assert assistant.asked[0].history == ()


def test_a_conversation_is_begun_and_gone_on_with(client: TestClient, assistant: FakeAssistant) -> None:
    begun = client.post("/v1/chat", json={"question": QUESTION}).json()["conversation_id"]
    again = client.post("/v1/chat", json={"question": "And at noon?", "conversation_id": begun})
    assert again.json()["conversation_id"] == begun
    said = (Turn(role="user", content=QUESTION), Turn(role="assistant", content=f"{WORDS} [1]"))
    assert assistant.asked[1].history == said
    kept = client.get(f"/v1/conversations/{begun}").json()
    assert [turn["content"] for turn in kept["turns"]] == [QUESTION, f"{WORDS} [1]", "And at noon?", f"{WORDS} [1]"]


def test_only_the_last_twenty_messages_go_to_the_assistant(client: TestClient, assistant: FakeAssistant) -> None:
    begun = client.post("/v1/chat", json={"question": "Question 0"}).json()["conversation_id"]
    for number in range(1, 13):
        client.post("/v1/chat", json={"question": f"Question {number}", "conversation_id": begun})
    assert len(assistant.asked[-1].history) == 20
    assert assistant.asked[-1].history[0].content == "Question 2"
    assert len(client.get(f"/v1/conversations/{begun}").json()["turns"]) == 26


@pytest.mark.parametrize("history", [[], [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good morning"}]])
def test_a_caller_who_keeps_the_turns_has_none_kept(client: TestClient, assistant: FakeAssistant, history: list[dict[str, str]]) -> None:
    response = client.post("/v1/chat", json={"question": QUESTION, "history": history})
    assert response.json()["conversation_id"] is None
    assert [turn.model_dump() for turn in assistant.asked[0].history] == history
    assert client.get("/v1/conversations/conversation-1").status_code == 404
    assert client.post("/v1/feedback", json={"answer_id": "answer-1", "rating": "up"}).status_code == 201


def test_conversation_and_history_together_are_refused(client: TestClient) -> None:
    begun = client.post("/v1/chat", json={"question": QUESTION}).json()["conversation_id"]
    body = {"question": QUESTION, "conversation_id": begun, "history": [{"role": "user", "content": "Hello"}]}
    assert wrong_fields(body, client) == {"history": "Give either conversation_id or history, not both."}


def test_an_unknown_conversation_is_not_found_and_nothing_is_asked(client: TestClient, assistant: FakeAssistant) -> None:
    response = client.post("/v1/chat", json={"question": QUESTION, "conversation_id": "nobody"})
    assert (response.status_code, response.json()["detail"]) == (404, "There is no conversation with this id.")
    assert assistant.asked == []


def test_filters_reach_the_assistant(client: TestClient, assistant: FakeAssistant) -> None:
    filters = {"documents": ["ferry-guide"], "kinds": ["guidance", "briefing"]}
    assert client.post("/v1/chat", json={"question": QUESTION, "filters": filters, "answerer": "extractive"}).status_code == 200
    assert assistant.asked[0].filters == Filters(documents=("ferry-guide",), kinds=("guidance", "briefing"))
    assert assistant.asked[0].answerer == "extractive"


def test_the_longest_question_and_history_are_taken(client: TestClient, assistant: FakeAssistant) -> None:
    history = [{"role": "user", "content": "x"}] * 20
    question = "é" * 1998 + "\t?"
    assert client.post("/v1/chat", json={"question": question, "history": history}).status_code == 200
    assert len(assistant.asked[0].text) == 2000


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "question", "This field is required."),
        ({"question": ""}, "question", "Must not be empty."),
        ({"question": " \n\t "}, "question", "Must not be empty."),
        ({"question": "x" * 3000}, "question", "Has 3,000 characters: at most 2,000 are allowed."),
        ({"question": "one\x07two"}, "question", "Holds the control character U+0007: take it out."),
        ({"question": "\x1fone"}, "question", "Holds the control character U+001F: take it out."),
        ({"question": "one\x85two"}, "question", "Holds the control character U+0085: take it out."),
        ({"question": 7}, "question", "Must be a string."),
        ({"question": None}, "question", "Must be a string."),
        ({"question": "x", "questions": 1}, "questions", "There is no such field."),
        ({"question": "x", "stream": "yes"}, "stream", "Must be true or false."),
        ({"question": "x", "history": "x"}, "history", "Must be a list."),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, "history.0.role", "Must be one of 'user' or 'assistant'."),
        ({"question": "x", "history": [{"role": "user"}]}, "history.0.content", "This field is required."),
        (
            {"question": "x", "history": [{"role": "user", "content": "x"}] * 21},
            "history",
            "Holds too many entries: at most 20 are allowed.",
        ),
        (
            {"question": "x", "filters": {"kinds": ["novel"]}},
            "filters.kinds.0",
            "Must be one of 'guidance', 'toolkit', 'case_studies', 'briefing', 'event' or 'other'.",
        ),
        (
            {"question": "x", "filters": {"documents": ["ferry-guide", "nothing"]}},
            "filters.documents.1",
            "There is no such document: /v1/documents lists those there are.",
        ),
        ({"question": "x", "answerer": "oracle"}, "answerer", "Must be one of 'auto', 'extractive' or 'llm'."),
        ({"question": "x", "answerer": "llm"}, "answerer", "No language model is configured: ask for auto or extractive."),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(
    client: TestClient, assistant: FakeAssistant, body: dict[str, object], field: str, message: str
) -> None:
    assert wrong_fields(body, client) == {field: message}
    assert assistant.asked == []


def test_every_wrong_field_is_named_at_once(client: TestClient) -> None:
    assert set(wrong_fields({"question": "", "stream": 1, "filters": []}, client)) == {"question", "stream", "filters"}


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (IndexMissing("There is no index yet: run `pc-assistant ingest`."), 503, "There is no index yet: run `pc-assistant ingest`."),
        (Busy("Another process holds the lock."), 503, "Another process holds the lock."),
        (RuntimeError("insides"), 500, "The service failed; its log has the reason under this response's X-Request-ID."),
    ],
)
def test_a_failed_answer_leaves_no_turns(client: TestClient, assistant: FakeAssistant, error: Exception, status: int, detail: str) -> None:
    begun = client.post("/v1/chat", json={"question": QUESTION}).json()["conversation_id"]
    assistant.replies.append(error)
    response = client.post("/v1/chat", json={"question": "And then?", "conversation_id": begun})
    assert (response.status_code, response.json()["detail"]) == (status, detail)
    assert response.headers.get("retry-after") == ("1" if isinstance(error, Busy) else None)
    assert len(client.get(f"/v1/conversations/{begun}").json()["turns"]) == 2
    assistant.replies.append(error)
    client.post("/v1/chat", json={"question": "A new one?"})
    assert client.get("/v1/conversations/conversation-2").status_code == 404


def test_a_refusal_is_an_answer(client: TestClient, assistant: FakeAssistant) -> None:
    refusal = Answer(id="refusal", status="refused", answer="The documents do not say.", reason="not_covered")
    assistant.replies.append(refusal)
    response = client.post("/v1/chat", json={"question": "What is the capital of France?"})
    assert response.status_code == 200
    assert response.json()["status"] == "refused"
    assert response.json()["citations"] == []
