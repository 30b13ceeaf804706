"""The OpenAPI document is complete, its examples are true, and real responses keep it."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from jsonschema import Draft202012Validator

from pc_assistant.domain.errors import IndexMissing
from tests.fakes import CHUNK, FakeAssistant

PROBLEM = "application/problem+json"


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def keeps(document: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    """That a value validates against a schema of the document."""
    Draft202012Validator(schema | {"components": document["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        value
    )


def test_the_routes_are_those_of_the_contract(document: dict[str, Any]) -> None:
    assert {(method, path): operation["operationId"] for path, method, operation in operations(document)} == {
        ("post", "/v1/chat"): "chat",
        ("post", "/v1/search"): "search",
        ("get", "/v1/documents"): "list_documents",
        ("get", "/v1/documents/{document_id}"): "read_document",
        ("post", "/v1/documents"): "upload_documents",
        ("delete", "/v1/documents/{document_id}"): "delete_document",
        ("patch", "/v1/documents/{document_id}"): "hold_document",
        ("get", "/v1/passages/{passage_id}"): "read_passage",
        ("get", "/v1/conversations/{conversation_id}"): "read_conversation",
        ("delete", "/v1/conversations/{conversation_id}"): "forget_conversation",
        ("get", "/v1/answers/{answer_id}"): "read_receipt",
        ("post", "/v1/feedback"): "give_feedback",
        ("get", "/v1/me"): "export_me",
        ("delete", "/v1/me"): "erase_me",
        ("post", "/v1/chat/completions"): "create_chat_completion",
        ("get", "/v1/models"): "list_models",
        ("get", "/v1/models/{model}"): "read_model",
        ("get", "/healthz"): "healthz",
        ("get", "/readyz"): "readyz",
        ("get", "/metrics"): "metrics",
        ("get", "/v1/operations"): "read_operations",
    }


def test_every_operation_is_explained(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for part in ("summary", "description", "operationId", "tags"):
            assert operation.get(part), f"{method} {path} has no {part}"


def test_every_operation_has_examples_that_keep_their_schemas(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        good = [(status, response) for status, response in operation["responses"].items() if status.startswith("2")]
        assert len(good) == 1, f"{method} {path}"
        status, response = good[0]
        if status != "204":
            content = response["content"].get("application/json") or response["content"]["text/plain"]
            keeps(document, content["schema"], content["example"])
        if "requestBody" in operation:
            (content,) = operation["requestBody"]["content"].values()
            assert content["examples"]
            for example in content["examples"].values():
                keeps(document, content["schema"], example["value"])


def test_every_operation_documents_its_errors(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        errors = {status: response for status, response in operation["responses"].items() if not status.startswith("2")}
        expected = {"default"}
        if "requestBody" in operation:
            expected |= {"400", "413", "415"} | ({"404"} if "completions" in path else {"422"})  # as OpenAI has it, where it is OpenAI's
        if "{" in path:
            expected |= {"404"}
        assert expected <= set(errors), f"{method} {path}"
        for status, response in errors.items():
            assert list(response["content"]) == [PROBLEM], f"{method} {path} {status}"
            content = response["content"][PROBLEM]
            keeps(document, content["schema"], content["example"])
            assert content["example"]["status"] == (500 if status == "default" else int(status))


def test_every_response_documents_its_request_id(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        for response in operation["responses"].values():
            assert response["headers"]["X-Request-ID"]["schema"]["type"] == "string"


def test_no_schema_of_the_framework_is_left(document: dict[str, Any]) -> None:
    assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])
    assert "Problem" in document["components"]["schemas"]


def test_the_examples_are_taken(client: TestClient, document: dict[str, Any]) -> None:
    for path in ("/v1/chat", "/v1/search", "/v1/chat/completions"):
        for example in document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"].values():
            assert client.post(path, json=example["value"]).status_code == 200


def test_real_responses_keep_the_document(
    client: TestClient, assistant: FakeAssistant, reasons: list[str], document: dict[str, Any]
) -> None:
    def check(method: str, path: str, template: str, **sent: Any) -> Response:
        response = client.request(method, path, **sent)
        documented = document["paths"][template][method.lower()]["responses"]
        described = documented.get(str(response.status_code), documented["default"])
        if response.status_code != HTTPStatus.NO_CONTENT:
            content = described["content"][response.headers["content-type"]]
            keeps(document, content["schema"], response.json())
        return response

    chat = "/v1/chat"
    answered = check("POST", chat, chat, json={"question": "When?"}).json()
    check("POST", chat, chat, json={"question": ""})
    check("POST", chat, chat, content=b"{", headers={"content-type": "application/json"})
    check("POST", chat, chat, content=b"{}", headers={"content-type": "text/plain"})
    check("POST", chat, chat, json={"question": "x", "conversation_id": "nobody"})
    assistant.replies.append(IndexMissing("There is no index yet."))
    check("POST", chat, chat, json={"question": "When?"})
    assistant.replies.append(RuntimeError("insides"))
    assert check("POST", chat, chat, json={"question": "When?"}).status_code == 500
    check("POST", "/v1/search", "/v1/search", json={"query": "ferry"})
    check("POST", "/v1/search", "/v1/search", json={"query": "ferry", "k": 99})
    completions = "/v1/chat/completions"
    asked = {"model": "pc-assistant-extractive", "messages": [{"role": "user", "content": "When?"}]}
    assert check("POST", completions, completions, json=asked).status_code == 200
    for wrong, status in (({"model": "gpt-5"}, 404), ({"messages": []}, 400), ({"n": 2}, 400), ({"mood": "good"}, 400)):
        assert check("POST", completions, completions, json=asked | wrong).status_code == status
    check("POST", completions, completions, content=b"{", headers={"content-type": "application/json"})
    check("POST", completions, completions, content=b"{}", headers={"content-type": "text/plain"})
    assistant.replies.append(IndexMissing("There is no index yet."))
    assert check("POST", completions, completions, json=asked).status_code == 503
    assistant.replies.append(RuntimeError("insides"))
    assert check("POST", completions, completions, json=asked).status_code == 500
    check("GET", "/v1/models", "/v1/models")
    check("GET", "/v1/models/pc-assistant-extractive", "/v1/models/{model}")
    check("GET", "/v1/models/gpt-5", "/v1/models/{model}")
    check("GET", "/v1/documents", "/v1/documents")
    check("GET", "/v1/documents/ferry-guide", "/v1/documents/{document_id}")
    check("GET", "/v1/documents/nothing", "/v1/documents/{document_id}")
    check("GET", f"/v1/passages/{CHUNK.id}", "/v1/passages/{passage_id}")
    check("GET", "/v1/passages/nothing", "/v1/passages/{passage_id}")
    receipt = f"/v1/answers/{answered['id']}"
    check("GET", receipt, "/v1/answers/{answer_id}")
    conversation = f"/v1/conversations/{answered['conversation_id']}"
    check("GET", conversation, "/v1/conversations/{conversation_id}")
    check("POST", "/v1/feedback", "/v1/feedback", json={"answer_id": answered["id"], "rating": "up"})
    check("DELETE", conversation, "/v1/conversations/{conversation_id}")
    check("DELETE", conversation, "/v1/conversations/{conversation_id}")
    check("POST", "/v1/feedback", "/v1/feedback", json={"answer_id": answered["id"], "rating": "up"})
    assert check("GET", receipt, "/v1/answers/{answer_id}").status_code == 404
    check("GET", "/healthz", "/healthz")
    check("GET", "/readyz", "/readyz")
    reasons.append("There is no index yet.")
    assert check("GET", "/readyz", "/readyz").status_code == 503
