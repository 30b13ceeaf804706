"""Errors are problem documents, whatever made them; every response has its headers."""

import json
import re

import pytest
from fastapi import FastAPI
from fastapi import Response as PageResponse
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary

JSON = {"content-type": "application/json"}


def check(response: Response, status: int, detail: str) -> None:
    """That a response is the problem document meant."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail"} <= set(problem) <= {"type", "title", "status", "detail", "errors"}
    assert (problem["status"], problem["detail"]) == (status, detail)
    check_headers(response)


def check_headers(response: Response) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", response.headers["x-request-id"])
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_no_such_route(client: TestClient) -> None:
    for path in ("/nothing", "/v1/documents/", "/docs", "/redoc"):
        check(client.get(path), 404, "There is nothing at this address; /openapi.json lists what there is.")


def test_no_such_method(client: TestClient) -> None:
    response = client.get("/v1/chat")
    check(response, 405, "This method is not allowed at this address.")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"question": ', "The body is not valid JSON: it goes wrong after 13 characters."),
        (b"not json", "The body is not valid JSON: it goes wrong after 0 characters."),
        (b"\xff\xfe\xfa", "The body is not valid JSON."),
        (b"[" * 100_000, "The body is not valid JSON."),
        (b'{"question": ' + b"1" * 5_000 + b"}", "The body is not valid JSON."),
    ],
)
def test_broken_json(client: TestClient, body: bytes, detail: str) -> None:
    check(client.post("/v1/chat", content=body, headers=JSON), 400, detail)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"question"', b"7", b"true"])
def test_json_that_is_no_object(client: TestClient, body: bytes) -> None:
    check(client.post("/v1/chat", content=body, headers=JSON), 422, "body: Must be a JSON object.")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "nonsense"])
@pytest.mark.parametrize("path", ["/v1/chat", "/v1/search", "/v1/feedback"])
def test_another_media_type(client: TestClient, path: str, kind: str) -> None:
    check(client.post(path, content=b'{"question": "x"}', headers={"content-type": kind}), 415, "Send the body as application/json.")


def test_json_by_another_name_is_read(client: TestClient) -> None:
    for kind in ("application/json; charset=utf-8", "application/vnd.api+json", "APPLICATION/JSON"):
        assert client.post("/v1/chat", content=b'{"question": "x"}', headers={"content-type": kind}).status_code == 200


def test_a_body_too_large_announced_or_not(client: TestClient, assistant: FakeAssistant) -> None:
    too_large = "The body is larger than the 256 kB that this service reads."
    check(client.post("/v1/chat", content=b" " * 256_001, headers=JSON), 413, too_large)
    chunks = (b" " * 1_000 for _ in range(257))
    check(client.post("/v1/chat", content=chunks, headers=JSON), 413, too_large)
    largest = b'{"question": "x"}'.ljust(256_000)
    assert client.post("/v1/chat", content=largest, headers=JSON).status_code == 200
    assert len(assistant.asked) == 1


def test_a_lone_surrogate_is_no_fault_of_ours(client: TestClient) -> None:
    message = "Holds half a character (a lone surrogate)."
    check(client.post("/v1/chat", content=rb'{"question": "\ud800"}', headers=JSON), 422, f"question: {message}")
    check(client.post("/v1/chat", content=rb'{"question": "x", "\ud800": 1}', headers=JSON), 422, f"body: {message}")
    conversation = rb'{"question": "x", "conversation_id": "\ud800"}'
    check(client.post("/v1/chat", content=conversation, headers=JSON), 422, f"conversation_id: {message}")
    answer = rb'{"answer_id": "\ud800", "rating": "up"}'
    check(client.post("/v1/feedback", content=answer, headers=JSON), 422, f"answer_id: {message}")


def test_many_faults_are_counted_not_listed(client: TestClient) -> None:
    body = {"question": "x"} | {f"field{number}" + "y" * 1_000: 1 for number in range(100)}
    response = client.post("/v1/chat", json=body)
    assert response.status_code == 422
    assert response.json()["detail"].endswith("There is no such field. (99 more)")
    assert len(response.json()["errors"]) == 20
    assert len(response.content) < 10_000


def test_an_unforeseen_error_tells_nothing_of_its_insides(
    client: TestClient, assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    assistant.replies.append(RuntimeError("the insides"))
    response = client.post("/v1/chat", json={"question": "x"}, headers={"X-Request-ID": "mine.1"})
    check(response, 500, "The service failed; its log has the reason under this response's X-Request-ID.")
    assert "request mine.1: RuntimeError" in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("path", ["/healthz", "/v1/documents", "/openapi.json", "/nothing"])
def test_every_response_has_its_headers(client: TestClient, path: str) -> None:
    check_headers(client.get(path))
    assert client.get(path).headers["x-request-id"] != client.get(path).headers["x-request-id"]


def test_a_page_may_have_a_policy_of_its_own(app: FastAPI) -> None:
    @app.get("/page", include_in_schema=False)
    async def page(response: PageResponse) -> str:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return "page"

    with TestClient(app) as client:
        response = client.get("/page")
        assert response.headers["content-security-policy"] == "default-src 'self'"
        assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("given_id", ["a", "Z" * 64, "trace-1.2_3"])
def test_the_callers_request_id_is_kept(client: TestClient, given_id: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given_id}).headers["x-request-id"] == given_id


@pytest.mark.parametrize("given_id", ["", "Z" * 65, "a b", "a\tb", "é", "<script>"])
def test_another_request_id_is_replaced(client: TestClient, given_id: str) -> None:
    response = client.get("/healthz", headers=[(b"X-Request-ID", given_id.encode())])
    assert response.headers["x-request-id"] != given_id
    check_headers(response)


ANY_TEXT = st.text(max_size=20) | st.text("\ud800\udfff\0\x1b\x85\u200b\u2028é?", max_size=3)  # lone surrogates included
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {"question": ANY_JSON | st.just("When?")},
    optional={
        "conversation_id": ANY_JSON,
        "history": ANY_JSON | st.lists(st.fixed_dictionaries({"role": st.just("user"), "content": ANY_JSON}), max_size=3),
        "filters": ANY_JSON | st.fixed_dictionaries({}, optional={"documents": st.lists(ANY_JSON, max_size=3), "kinds": ANY_JSON}),
        "answerer": ANY_JSON | st.sampled_from(["auto", "extractive", "llm"]),
        "stream": ANY_JSON,
    },
)


@pytest.fixture(scope="module")
def fuzzed() -> TestClient:
    """One app for every example."""
    return TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations()))


@settings(max_examples=300, deadline=None)
@given(body=ANY_JSON | NEARLY)
def test_no_json_body_breaks_the_service(fuzzed: TestClient, body: object) -> None:
    response = fuzzed.post("/v1/chat", content=json.dumps(body).encode(), headers=JSON)
    assert response.status_code < 500
    if response.status_code != 200:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"]


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=200))
def test_no_bytes_break_the_service(fuzzed: TestClient, body: bytes) -> None:
    assert fuzzed.post("/v1/chat", content=body, headers=JSON).status_code in {400, 422}
