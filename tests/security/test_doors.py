"""What comes in over HTTP: whose page it comes from, what it calls itself, how it is packed, and what it tries to reach."""

import asyncio
import contextlib
import gzip
import json
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.domain.access import Caller, Role
from pc_assistant.web.access import Access
from pc_assistant.web.app import create_app
from pc_assistant.web.patience import impatient
from tests.fakes import CHUNK, FakeAssistant, FakeLibrary
from tests.served import served
from tests.web.test_access import addresses, by_header

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
EVIL = "https://evil.example"
HEADERS = {
    "content-security-policy": "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-request-id": "",
    "cache-control": "",
}
INJECTED = (
    "' OR '1'='1",
    "x'; DROP TABLE conversations; --",
    '" OR ""="',
    "%",
    "_",
    "x\\",
    "1) UNION SELECT sha256 FROM keys --",
    "\u02bc",
    "*",
    ";--",
)
PATHS = (
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "..\\..\\etc\\passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "/etc/passwd",
    "%00",
    ".env",
    "conversations.db",
)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


@contextlib.contextmanager
def made(kept: Path, **options: Any) -> Iterator[FastAPI]:
    """The service over a real database, closed afterwards."""
    store = open_conversations(kept)
    yield create_app(FakeAssistant(), FakeLibrary(), store, **options)
    asyncio.run(store.close())


@pytest.fixture
def app(kept: Path) -> Iterator[FastAPI]:
    with made(kept, embed_origins=("https://intranet.example.org",)) as app:
        yield app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


def test_every_response_of_every_route_has_its_headers(app: FastAPI, client: TestClient) -> None:
    asked = [
        *addresses(app),
        *[
            ("GET", path)
            for path in ("/healthz", "/readyz", "/openapi.json", "/privacy", "/accessibility", "/static/x/app.css", "/nothing")
        ],
    ]
    sent = [client.request(method, path) for method, path in asked]
    sent += [
        client.post("/v1/chat", json=body)
        for body in (
            {"question": "When?"},
            {"question": "When?", "stream": True},
            {"question": ""},
            {"question": "x", "conversation_id": "y"},
        )
    ]
    sent += [client.post("/v1/chat", content=b"x" * 300_000), client.put("/v1/chat"), client.options("/v1/chat"), client.head("/")]
    sent += [client.post("/", data={"question": "When?"}), client.post("/v1/chat", json={"question": "x"}, headers={"Origin": EVIL})]
    assert {200, 303, 403, 404, 405, 413, 415, 422} <= {response.status_code for response in sent}
    for response in sent:
        for name, value in HEADERS.items():
            framed = name == "content-security-policy" and response.url.path.startswith("/embed")
            assert ("https://intranet.example.org" if framed else value) in response.headers[name], (response.url, name)
        assert "server" not in response.headers and "x-powered-by" not in response.headers


def test_nothing_but_static_files_is_kept_by_anybody_on_the_way(app: FastAPI, client: TestClient) -> None:
    for method, path in addresses(app):
        assert client.request(method, path).headers["cache-control"] == "no-store", path
    assert client.post("/v1/chat", json={"question": "When?"}).headers["cache-control"] == "no-store"
    assert client.post("/v1/chat", json={"question": "When?", "stream": True}).headers["cache-control"] == "no-store"


def test_over_https_browsers_are_told_to_stay_there(app: FastAPI) -> None:
    secure = TestClient(app, base_url="https://testserver")
    for path in ("/", "/healthz", "/nothing"):
        assert secure.get(path).headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in TestClient(app).get("/healthz").headers


def test_no_other_origin_is_let_read_anything(app: FastAPI, client: TestClient) -> None:
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type, authorization"}
    for _, path in addresses(app):
        for response in (client.options(path, headers=asked), client.get(path, headers={"Origin": EVIL})):
            assert not [name for name in response.headers if name.startswith("access-control")], path
        assert client.options(path, headers=asked).status_code in (403, 404, 405)


@pytest.mark.parametrize("sent_as", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"])
def test_what_a_form_of_any_site_can_send_is_no_request_of_the_api(app: FastAPI, client: TestClient, sent_as: str) -> None:
    """A browser sends these without asking first; even one that says nothing of where it comes from gets nowhere with them."""
    for path in ("/v1/chat", "/v1/search", "/v1/feedback", "/v1/chat/completions"):
        body = json.dumps({"question": "When?", "query": "When?"}).encode()
        response = client.post(path, content=body, headers={"content-type": sent_as})
        assert response.status_code == 415, (path, response.text)
    assert app.state.services.assistant.asked == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_page_of_another_site_asks_forgets_or_erases(app: FastAPI, client: TestClient, site: str) -> None:
    given = client.post("/v1/chat", json={"question": "When?"}).json()
    shut = {"Sec-Fetch-Site": site, "Origin": EVIL}
    for method, path in addresses(app):
        if method not in ("GET", "HEAD"):
            assert client.request(method, path, headers=shut).status_code == 403, path
    for odd in ("null", "file://", "https://", "http://[", EVIL, "https://testserver.evil.example", "https://testserver:444"):
        assert client.post(f"/conversations/{given['conversation_id']}/forget", headers={"Origin": odd}).status_code == 403, odd
    assert client.get(f"/v1/conversations/{given['conversation_id']}").status_code == 200
    assert client.get(f"/conversations/{given['conversation_id']}/forget").status_code in (404, 405)


def test_a_packed_body_is_not_unpacked(client: TestClient) -> None:
    bomb = gzip.compress(b'{"question": "' + b"a" * 50_000_000 + b'"}')
    assert len(bomb) < 60_000
    for packed in (bomb, gzip.compress(b'{"question": "When?"}')):
        response = client.post("/v1/chat", content=packed, headers={"content-type": "application/json", "content-encoding": "gzip"})
        assert response.status_code == 415 and response.headers["content-type"] == "application/problem+json"
        assert (
            client.post(
                "/", content=packed, headers={"content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"}
            ).status_code
            == 415
        )


@pytest.mark.parametrize("words", INJECTED)
def test_no_id_filter_or_search_is_part_of_a_statement(client: TestClient, kept: Path, words: str) -> None:
    conversation = client.post("/v1/chat", json={"question": words}).json()["conversation_id"]
    for method, path in (
        ("GET", "/v1/conversations/{}"),
        ("DELETE", "/v1/conversations/{}"),
        ("GET", "/v1/answers/{}"),
        ("GET", "/v1/documents/{}"),
        ("GET", "/v1/passages/{}"),
        ("GET", "/conversations/{}.md"),
    ):
        assert client.request(method, path.format(words.replace("%", "%25"))).status_code == 404
    assert client.post("/v1/chat", json={"question": "x", "conversation_id": words}).status_code == 404
    assert client.post("/v1/feedback", json={"answer_id": words, "rating": "up", "comment": words}).status_code == 404
    assert client.post("/v1/chat", json={"question": "x", "filters": {"documents": [words]}}).status_code == 422
    assert client.post("/v1/search", json={"query": words}).status_code == 200
    assert client.get(f"/documents/ferry-guide?q={words.replace('%', '%25')}&passage={words.replace('%', '%25')}").status_code == 200
    said = client.get(f"/v1/conversations/{conversation}").json()["turns"][0]["content"]
    assert said == words.strip()
    with sqlite3.connect(kept) as database:
        assert database.execute("SELECT count(*) FROM conversations").fetchone() == (1,)
    database.close()


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_what_is_served(client: TestClient, path: str) -> None:
    places = (
        "/static/{}",
        "/static/x/{}",
        "/documents/{}",
        "/documents/ferry-guide/pages/{}.png",
        "/v1/documents/{}",
        "/conversations/{}.docx",
        "/answers/{}.txt",
        "/{}",
    )
    for place in places:
        response = client.get(place.format(path))
        assert response.status_code in (404, 405, 422), (place, response.text[:200])
        assert "root:" not in response.text and "SQLite" not in response.text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=40))
def test_no_name_leads_to_a_file(client: TestClient, name: str) -> None:
    for place in ("/static/x/{}", "/documents/{}", "/v1/passages/{}"):
        assert client.get(place.format(quote(name, safe="/."))).status_code in (404, 405), name


SPLIT = (
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\r\n\tb\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\rSet-Cookie: x=1\r\n\r\n",
    b"GET /sign-in?next=/%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /conversations/%0d%0aSet-Cookie:%20x=1.md HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /documents/x%0d%0aSet-Cookie:%20x=1?thanked=%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /feedback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 58\r\n\r\nanswer_id=a%0d%0aSet-Cookie:%20x=1&rating=up&comment=%0d%0a",
    b"POST /v1/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
)


@pytest.mark.parametrize("request_", SPLIT)
def test_nothing_that_is_sent_ends_a_header_or_begins_a_request(app: FastAPI, request_: bytes) -> None:
    with served(app, http=impatient(2.0)) as address, socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), 10) as line:
        line.sendall(request_)
        line.settimeout(1.5)
        got = b""
        try:
            while more := line.recv(65536):
                got += more
        except TimeoutError:
            pass
    heads = [part for part in got.split(b"HTTP/1.1 ") if part]
    assert len(heads) <= 1 or b" 400 " in got[:20] or heads[0].startswith(b"400")
    head = got.partition(b"\r\n\r\n")[0].lower()
    assert b"set-cookie" not in head and b"\nx=1" not in head


def test_the_name_of_the_host_is_told_back_as_words(kept: Path) -> None:
    with made(kept, access=Access(by_header, hosts=("localhost",))) as app, TestClient(app) as client:
        for accept, kind in (("text/html", "text/html"), ("*/*", "application/problem+json")):
            response = client.get("/", headers={"Host": "<script>alert(1)</script>", "accept": accept})
            assert (response.status_code, response.headers["content-type"].split(";")[0]) == (421, kind)
            assert "text/html" not in response.headers["content-type"] or "<script>alert" not in response.text


def test_an_answer_is_found_by_no_other_caller_through_any_cache(kept: Path) -> None:
    async def by_key(connection: HTTPConnection) -> Caller | None:
        name = connection.headers.get("x-api-key")
        return Caller(id=name, name=name, role=Role.READER) if name else None

    with made(kept, access=Access(by_key)) as app, TestClient(app) as client:
        mine = client.post("/v1/chat", json={"question": "When?"}, headers={"X-API-Key": "one"}).json()
        for path in (f"/v1/answers/{mine['id']}", f"/conversations/{mine['conversation_id']}", f"/v1/passages/{CHUNK.id}"):
            first = client.get(path, headers={"X-API-Key": "one"})
            assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
            assert client.get(path).status_code == 401
