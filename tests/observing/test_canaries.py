"""Nothing that people type, and no key, cookie or token, is in the log, the metrics or the traces, whatever is asked and whatever breaks."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer

from pc_assistant.bots.slack.standin.workspace import ALEX
from pc_assistant.bots.teams.standin.organisation import ALEX as TEAMS_ALEX
from pc_assistant.domain.errors import Busy, SetupError
from pc_assistant.mcp import make_server
from tests.bots.slack.service import serving as serving_slack
from tests.bots.teams.service import serving as serving_teams
from tests.fakes import FakeLibrary, answer
from tests.observing.conftest import Written
from tests.observing.watched import Watched

CANARY = "Kanarienvogel"
WORDS = ("question", "history", "answer", "comment", "cookie", "bearer", "key", "query", "path", "fault", "person")
QUESTION, HISTORY, ANSWER, COMMENT, COOKIE, BEARER, KEY, QUERY, PATH, FAULT, PERSON = (f"{CANARY}-{word}" for word in WORDS)
HEADERS = {"Authorization": f"Bearer {BEARER}", "Cookie": f"session={COOKIE}", "X-Api-Key": KEY, "User-Agent": KEY, "Referer": f"/{KEY}"}
TRACING = {
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": f"vendor={KEY}",
    "baggage": f"user={KEY}",
}
BODIES: tuple[Any, ...] = (
    {"question": QUESTION},
    {"question": QUESTION, "stream": True},
    {"question": QUESTION, "history": [{"role": "user", "content": HISTORY}]},
    {"question": QUESTION, "history": HISTORY},
    {"messages": [{"role": "user", "content": HISTORY}, {"role": "user", "content": QUESTION}], "model": "pc-assistant-extractive"},
    {"messages": [{"role": "user", "content": QUESTION}], "model": "pc-assistant-extractive", "stream": True},
    {"query": QUERY},
    {"answer_id": "answer-1", "rating": "down", "comment": COMMENT, "reasons": [COMMENT]},
    {"answer_id": PATH, "rating": COMMENT},
    [QUESTION],
)
FAULTS = (None, RuntimeError(f"broke at {FAULT}"), SetupError("There is no index yet."), Busy("Busy."), KeyError(FAULT))


def assert_nothing_leaks(log: Written, watched: Watched, *told: str) -> None:
    for shown in (log.getvalue(), watched.counted(), watched.traced(), *told):
        assert CANARY not in shown


def addresses(watched: Watched, folder: Path) -> list[tuple[str, str]]:
    """Every route of the service with a canary in the place of every parameter of its path."""
    found = []
    routes = watched.app(folder).routes
    for route in (one for held in routes for one in getattr(getattr(held, "original_router", None), "routes", [held])):
        path = getattr(route, "path_format", "")
        for name in path.split("{")[1:]:
            name = name.split("}")[0]
            path = path.replace("{" + name + "}", PATH)
        found += [(method, path) for method in sorted(getattr(route, "methods", ())) if method != "HEAD"]
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_no_route_leaks(fault: Exception | None, log: Written, tmp_path: Path) -> None:
    watched = Watched()
    routes = addresses(watched, tmp_path)
    assert len(routes) > 30
    problems = []
    with watched.client(tmp_path) as client:
        for method, path in [*routes, ("GET", f"/{PATH}"), ("POST", f"/{PATH}")]:
            asks = method == "POST" and path in (
                "/v1/chat",
                "/v1/chat/completions",
                "/",
                "/embed",
                "/v1/search",
                "/v1/feedback",
                "/feedback",
            )
            for body in BODIES if asks else BODIES[:1]:
                watched.assistant.replies.append(fault or answer(text=f"{ANSWER} [1]"))
                given: dict[str, Any] = {"json": body} if path.startswith("/v1/") else {"data": {**dict.fromkeys(("x",), QUESTION)}}
                if asks and isinstance(body, dict) and not path.startswith("/v1/"):
                    given = {"data": {name: str(value) for name, value in body.items()}}
                url = f"{path}?question={QUERY}&{KEY}={QUERY}"
                response = client.request(method, url, headers=HEADERS | TRACING, **(given if method == "POST" else {}))
                if "problem" in response.headers.get("content-type", "") and response.status_code not in (404, 422):
                    problems.append(response.text)
                watched.assistant.replies.clear()
        client.post("/v1/chat", content=f"{{{QUESTION}", headers={"content-type": "application/json"})
        problems.append(client.post("/v1/chat", content=QUESTION * 20_000, headers={"content-type": "application/json"}).text)
    assert len(log.requests()) > len(routes)
    assert "POST /v1/chat" in watched.traced()
    assert_nothing_leaks(log, watched, *problems)


def test_problem_documents_repeat_no_question(log: Written, tmp_path: Path) -> None:
    watched = Watched()
    with watched.client(tmp_path) as client:
        for body in (*BODIES, {"question": QUESTION, "conversation_id": "x" * 300}, {"question": [QUESTION]}, {"question": QUESTION * 500}):
            for path in ("/v1/chat", "/v1/search", "/v1/feedback", "/v1/chat/completions"):
                response = client.post(path, json=body, headers=HEADERS)
                if response.status_code >= 400:
                    assert CANARY not in response.text, body
    assert_nothing_leaks(log, watched)


def test_no_database_fault_leaks(log: Written, tmp_path: Path) -> None:
    watched = Watched()
    with watched.client(tmp_path) as client:
        (tmp_path / "conversations.db").write_bytes(b"not a database, at all" * 1000)
        for suffix in ("-wal", "-shm"):
            (tmp_path / f"conversations.db{suffix}").unlink(missing_ok=True)
        responses = [client.post("/v1/chat", json={"question": QUESTION, "stream": stream}) for stream in (False, True)]
        assert [response.status_code for response in responses] == [503, 200]
    assert_nothing_leaks(log, watched, responses[0].text)


@pytest.mark.parametrize("fault", FAULTS[:2], ids=["answered", "broken"])
def test_slack_leaks_nothing(fault: Exception | None, log: Written, tmp_path: Path) -> None:
    watched = Watched()
    watched.assistant.replies.append(fault or answer(text=f"{ANSWER} [1]"))
    with serving_slack(tmp_path, watched.watch(watched.assistant, "slack"), around=watched.around) as service:
        service.people.say(ALEX, "D0ALEX", QUESTION)
        service.replies()
    assert [line["channel"] for line in log.lines() if line["event"] == "answer"] == ["slack"]
    assert "xox" not in log.getvalue()
    assert_nothing_leaks(log, watched)


@pytest.mark.parametrize("fault", FAULTS[:2], ids=["answered", "broken"])
def test_teams_leaks_nothing(fault: Exception | None, log: Written, tmp_path: Path) -> None:
    watched = Watched()
    watched.assistant.replies.append(fault or answer(text=f"{ANSWER} [1]"))
    with serving_teams(tmp_path, watched.watch(watched.assistant, "teams"), around=watched.around) as service:
        service.people.say(TEAMS_ALEX, QUESTION)
        service.settle()
    assert [line["channel"] for line in log.lines() if line["event"] == "answer"] == ["teams"]
    assert_nothing_leaks(log, watched)


@pytest.mark.parametrize("fault", FAULTS[:2], ids=["answered", "broken"])
async def test_the_model_context_protocol_leaks_nothing(fault: Exception | None, log: Written) -> None:
    from pc_assistant.adapters.stores.memory import MemoryConversations

    watched = Watched()
    watched.assistant.replies.append(fault or answer(text=f"{ANSWER} [1]"))
    server: MCPServer[Any] = make_server(watched.watch(watched.assistant, "mcp"), FakeLibrary(), MemoryConversations(), str)
    async with Client(server) as client:
        await client.call_tool("ask", {"question": QUESTION})
        await client.call_tool("search", {"query": QUERY})
        await client.call_tool("read_section", {"document_id": PATH, "section": PATH})
        await client.call_tool("ask", {"question": [QUESTION]})
    assert [line["channel"] for line in log.lines() if line["event"] == "answer"] == ["mcp"]
    assert_nothing_leaks(log, watched)
