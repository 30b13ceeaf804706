"""Conversations kept and forgotten, feedback, and health."""

import pytest
from fastapi.testclient import TestClient

from tests.web.test_chat import wrong_fields


def test_a_conversation_shows_its_turns(client: TestClient) -> None:
    begun = client.post("/v1/chat", json={"question": "When?"}).json()["conversation_id"]
    kept = client.get(f"/v1/conversations/{begun}").json()
    assert (kept["id"], kept["created"]) == (begun, "2026-11-21T09:30:00Z")
    assert [turn["role"] for turn in kept["turns"]] == ["user", "assistant"]


def test_a_conversation_is_forgotten_with_all_that_hangs_on_it(client: TestClient) -> None:
    answered = client.post("/v1/chat", json={"question": "When?"}).json()
    path = f"/v1/conversations/{answered['conversation_id']}"
    gone = client.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.post("/v1/feedback", json={"answer_id": answered["id"], "rating": "up"}).status_code == 404


def test_feedback_is_kept_and_shown(client: TestClient) -> None:
    answered = client.post("/v1/chat", json={"question": "When?"}).json()
    body = {"answer_id": answered["id"], "rating": "down", "comment": " Not so. ", "reasons": ["wrong", "incomplete", "wrong"]}
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 201
    assert response.json() == body | {"comment": "Not so.", "reasons": ["wrong", "incomplete"]}


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"answer_id": "a", "rating": "meh"}, "rating", "Must be one of 'up' or 'down'."),
        ({"answer_id": "a", "rating": "up", "comment": "x" * 2001}, "comment", "Has 2,001 characters: at most 2,000 are allowed."),
        (
            {"answer_id": "a", "rating": "up", "reasons": ["boring"]},
            "reasons.0",
            "Must be one of 'wrong', 'incomplete', 'wrong_source', 'out_of_date' or 'not_what_i_asked'.",
        ),
        ({"answer_id": "", "rating": "up"}, "answer_id", "Must not be empty."),
    ],
)
def test_wrong_feedback_is_told_what_is_wrong(client: TestClient, body: dict[str, object], field: str, message: str) -> None:
    assert wrong_fields(body, client, "/v1/feedback") == {field: message}


def test_feedback_on_no_answer_is_not_found(client: TestClient) -> None:
    response = client.post("/v1/feedback", json={"answer_id": "nothing", "rating": "up"})
    assert (response.status_code, response.json()["detail"]) == (404, "There is no answer with this id.")


def test_alive_and_ready_are_two_things(client: TestClient, reasons: list[str]) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "checks": ["index", "disk"]}
    reasons.append("There is no index yet: run `pc-assistant ingest`.")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == reasons[0]
    assert response.json()["checks"] == [{"check": "index", "fault": reasons[0]}, {"check": "disk"}]
    assert client.get("/healthz").json() == {"status": "ok"}
