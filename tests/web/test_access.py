"""Who may do what: every route asks for a role, and gives each caller what their role allows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.requests import HTTPConnection
from starlette.routing import Route, Router

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.domain.access import LOCAL, Caller, Role
from pc_assistant.web.access import Access, Admin, Operator
from pc_assistant.web.app import create_app
from tests.fakes import WORDS, FakeAssistant, FakeLibrary

OPEN = {"/healthz", "/readyz", "/openapi.json", "/privacy", "/accessibility", "/static/{version}/{path:path}"}


async def by_header(connection: HTTPConnection) -> Caller | None:
    role = connection.headers.get("x-role")
    return Caller(id=role, name=role, role=Role[role.upper()]) if role else None


@pytest.fixture
def store() -> MemoryConversations:
    return MemoryConversations()


@pytest.fixture
def app(store: MemoryConversations) -> FastAPI:
    return create_app(FakeAssistant(), FakeLibrary(), store, access=Access(by_header))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def addresses(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and address of the service that is not open, with something in the place of each parameter."""
    found = []
    for route in (one for held in app.routes for one in (getattr(held, "original_router", None) or Router([held])).routes):
        assert isinstance(route, Route), route
        if route.path not in OPEN:
            filled = route.path.replace("{number:int}", "1").replace("{form}", "md").replace("{", "").replace("}", "")
            found += [(method, filled) for method in (route.methods or ())]
    return found


def test_whoever_is_not_known_gets_nothing(app: FastAPI, client: TestClient) -> None:
    asked = addresses(app)
    assert ("POST", "/v1/chat") in asked and ("GET", "/answers/answer_id.txt") in asked
    assert {(method, path): client.request(method, path).status_code for method, path in asked} == dict.fromkeys(asked, 401)


def test_roles_are_ordered_and_each_route_says_which_it_needs(client: TestClient, app: FastAPI) -> None:
    async def for_operators(caller: Operator) -> Caller:
        return caller

    app.routes.append(APIRoute("/tried", for_operators))
    shut = client.get("/tried", headers={"x-role": "reader"})
    assert (shut.status_code, shut.json()["detail"]) == (403, "This needs the role operator; yours is reader.")
    assert shut.json()["type"] == "urn:pc-assistant:problem:not-allowed"
    assert client.get("/tried", headers={"x-role": "operator"}).json()["name"] == "operator"
    assert client.get("/tried", headers={"x-role": "admin"}).status_code == 200
    nobody = client.get("/tried")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    assert nobody.json()["type"] == "urn:pc-assistant:problem:not-signed-in"


def test_guests_read_and_ask_and_nothing_more(client: TestClient) -> None:
    guest = {"x-role": "guest"}
    assert client.post("/v1/chat", json={"question": "When?"}, headers=guest).status_code == 200
    assert client.get("/v1/documents", headers=guest).status_code == 200
    for method, path in (("GET", "/v1/conversations/x"), ("DELETE", "/v1/conversations/x"), ("GET", "/v1/answers/x")):
        assert client.request(method, path, headers=guest).status_code == 401
    assert client.post("/v1/feedback", json={"answer_id": "x", "rating": "up"}, headers=guest).status_code == 401


def test_with_authentication_off_everybody_is_the_local_admin() -> None:
    app = create_app(FakeAssistant(), FakeLibrary(), MemoryConversations())

    async def for_admins(caller: Admin) -> Caller:
        return caller

    app.routes.append(APIRoute("/tried", for_admins))
    assert TestClient(app).get("/tried").json() == LOCAL.model_dump(mode="json")


def role(name: str) -> dict[str, str]:
    return {"x-role": name}


def test_what_somebody_asks_is_theirs_alone(client: TestClient) -> None:
    mine, yours = role("reader"), role("admin")
    given = client.post("/v1/chat", json={"question": "When?"}, headers=mine).json()
    conversation, answer_id = given["conversation_id"], given["id"]
    absent = client.get("/v1/conversations/absent", headers=yours)
    attempts = [
        ("GET", f"/v1/conversations/{conversation}", None),
        ("DELETE", f"/v1/conversations/{conversation}", None),
        ("GET", f"/v1/answers/{answer_id}", None),
        ("POST", "/v1/feedback", {"answer_id": answer_id, "rating": "up"}),
        ("POST", "/v1/chat", {"question": "And then?", "conversation_id": conversation}),
        ("GET", f"/conversations/{conversation}", None),
        ("GET", f"/conversations/{conversation}.md", None),
        ("GET", f"/answers/{answer_id}.txt", None),
        ("GET", f"/answers/{answer_id}/card", None),
        ("POST", f"/conversations/{conversation}/forget", None),
    ]
    for method, path, body in attempts:
        assert client.request(method, path, json=body, headers=yours).status_code == 404, path
    assert client.get(f"/v1/conversations/{conversation}", headers=yours).json() == absent.json()
    for method, path, body in attempts[:1] + attempts[2:9] + attempts[1:2]:
        assert client.request(method, path, json=body, headers=mine).status_code in (200, 201, 204), path


def test_nothing_is_kept_of_a_guest(client: TestClient, store: MemoryConversations) -> None:
    given = client.post("/v1/chat", json={"question": "When?"}, headers=role("guest")).json()
    assert given["conversation_id"] is None and given["citations"]
    streamed = client.post("/v1/chat", json={"question": "When?", "stream": True}, headers=role("guest"))
    assert "event: done" in streamed.text
    completed = client.post(
        "/v1/chat/completions",
        json={"messages": [{"role": "user", "content": "When?"}], "model": "pc-assistant-extractive"},
        headers=role("guest"),
    )
    assert completed.status_code == 200
    assert store.answers == {}
    lost = client.post("/v1/chat", json={"question": "And?", "conversation_id": "x"}, headers=role("guest"))
    assert (lost.status_code, "sign in" in lost.json()["detail"]) == (404, True)


def test_a_guest_asks_on_the_page_without_a_conversation(client: TestClient, store: MemoryConversations) -> None:
    first = client.get("/", headers=role("guest"))
    asked = client.post("/", data={"question": "When?"}, headers=role("guest"), follow_redirects=False)
    assert asked.status_code == 200 and "twelve cars" not in first.text
    assert WORDS in asked.text
    for page in (first.text, asked.text):
        assert "chat.js" not in page and 'action="/feedback"' not in page and ".docx" not in page and "/v1/answers/" not in page
    assert store.answers == {}
    reader = client.post("/", data={"question": "When?"}, headers=role("reader"))
    assert 'action="/feedback"' in reader.text and "chat.js" in reader.text


LOCAL_ONLY = Access(hosts=("localhost", "127.0.0.1", "::1", "assistant.example.org"), public="assistant.example.org")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "["]
)
def test_no_name_of_another_can_mean_this_machine(host: str) -> None:
    client = TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), access=LOCAL_ONLY))
    for method, path in (("GET", "/v1/documents"), ("POST", "/v1/chat"), ("GET", "/"), ("GET", "/static/x/app.css")):
        refused = client.request(method, path, headers={"host": host})
        assert refused.status_code == 421
        assert refused.json()["detail"].endswith("set PC_PUBLIC_URL to the address that people use.")
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "assistant.example.org"])
def test_its_own_names_are_served(host: str) -> None:
    client = TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), access=LOCAL_ONLY))
    assert client.get("/v1/documents", headers={"host": host}).status_code == 200


def test_where_others_are_let_in_an_address_in_numbers_is_served_and_a_foreign_name_is_not() -> None:
    client = TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), access=replace(LOCAL_ONLY, addresses=True)))
    assert client.get("/v1/documents", headers={"host": "10.0.0.1:8000"}).status_code == 200
    assert client.get("/v1/documents", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost:8000"}, 200),
        ({"origin": "https://assistant.example.org"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://localhost:3000"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost:8000"}, 403),
    ],
)
def test_a_page_of_another_site_may_not_ask_on_somebodys_behalf(headers: dict[str, str], status: int) -> None:
    client = TestClient(
        create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), access=LOCAL_ONLY), base_url="http://localhost:8000"
    )
    assert client.post("/v1/chat", json={"question": "When?"}, headers=headers).status_code == status
    assert client.post("/", data={"question": "When?"}, headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code == 200


def test_a_browser_is_told_on_a_page(client: TestClient) -> None:
    refused = client.get("/", headers={"accept": "text/html"})
    assert refused.status_code == 401 and "Sign in to go on" in refused.text
    for path in ("/v1/chat/completions", "/v1/models"):
        assert client.get(path).json()["error"]["type"] == "invalid_request_error"
