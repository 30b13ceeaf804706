"""Who may do what: every route asks for a role, and gives each caller what their role allows."""

from collections.abc import Iterator

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
from tests.fakes import FakeAssistant, FakeLibrary

OPEN = {"/healthz", "/readyz", "/openapi.json", "/privacy", "/accessibility", "/static/{version}/{path:path}"}


async def by_header(connection: HTTPConnection) -> Caller | None:
    role = connection.headers.get("x-role")
    return Caller(id=role, name=role, role=Role[role.upper()]) if role else None


@pytest.fixture
def app() -> FastAPI:
    return create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), access=Access(by_header))


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
