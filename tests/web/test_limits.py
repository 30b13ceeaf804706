"""How much may be asked: how often, how much at once, how long, and how slowly."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.channels.bounded import Bounded
from pc_assistant.channels.limiting import PerMinute
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question
from pc_assistant.web.access import Access
from pc_assistant.web.app import create_app
from pc_assistant.web.patience import impatient
from tests.fakes import FakeAssistant, FakeLibrary
from tests.served import served
from tests.web.test_access import by_header, role

ASKED = {"question": "When?"}


def limited(most: int) -> TestClient:
    access = Access(by_header, count=PerMinute(most).count)
    return TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), access=access))


def test_whoever_asks_too_often_is_told_when_they_may_again() -> None:
    client = limited(3)
    first = client.post("/v1/chat", json=ASKED, headers=role("reader"))
    assert first.headers["ratelimit-policy"] == '"questions";q=3;w=60'
    assert first.headers["ratelimit"] == '"questions";r=2;t=60'
    client.post("/v1/search", json={"query": "ferry"}, headers=role("reader"))
    client.post("/v1/chat", json=ASKED | {"stream": True}, headers=role("reader"))
    refused = client.post("/v1/chat", json=ASKED, headers=role("reader"))
    assert refused.status_code == 429 and refused.json()["type"] == "urn:pc-assistant:problem:too-often"
    assert 55 <= int(refused.headers["retry-after"]) <= 60
    assert (
        refused.json()["detail"] == f"At most 3 questions may be asked in a minute: ask again in {refused.headers['retry-after']} seconds."
    )
    assert refused.headers["ratelimit"].startswith('"questions";r=0;t=')
    assert client.post("/v1/chat", json=ASKED, headers=role("admin")).status_code == 200  # each has their own
    assert client.get("/v1/documents", headers=role("reader")).status_code == 200  # to read is not to ask
    shaped = client.post("/v1/chat/completions", json={}, headers=role("reader"))
    assert (shaped.status_code, shaped.json()["error"]["type"]) == (429, "invalid_request_error")
    page = client.post("/", data=ASKED, headers=role("reader") | {"accept": "text/html"})
    assert page.status_code == 429 and "You have asked many questions in a short time" in page.text


def test_without_a_limit_nothing_is_counted() -> None:
    client = TestClient(create_app(FakeAssistant(), FakeLibrary(), MemoryConversations()))
    assert "ratelimit" not in client.post("/v1/chat", json=ASKED).headers


class Slow(FakeAssistant):
    async def ask(self, question: Question) -> Answer:
        await asyncio.sleep(0.3)
        return await super().ask(question)


def bounded(at_once: int, waiting: int, seconds: float) -> FastAPI:
    assistant = Bounded(Slow(), at_once, waiting, seconds)
    return create_app(assistant, FakeLibrary(), MemoryConversations(), room=assistant.check)


async def test_beyond_a_short_queue_everybody_is_told_to_come_again() -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(bounded(1, 1, 60)), base_url="http://localhost") as client:
        asked = await asyncio.gather(*(client.post("/v1/chat", json=ASKED) for _ in range(4)))
        busy = asyncio.gather(*(client.post("/v1/chat", json=ASKED) for _ in range(2)))
        await asyncio.sleep(0.1)
        streamed = await client.post("/v1/chat", json=ASKED | {"stream": True})
        await busy
    assert sorted(reply.status_code for reply in asked) == [200, 200, 503, 503]
    for refused in (*(reply for reply in asked if reply.status_code == 503), streamed):  # a stream, too, before it begins
        assert refused.status_code == 503 and refused.headers["retry-after"] == "1"
        assert refused.json()["type"] == "urn:pc-assistant:problem:busy"


async def test_an_answer_that_takes_too_long_is_given_up() -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(bounded(1, 1, 0.1)), base_url="http://localhost") as client:
        refused = await client.post("/v1/chat", json=ASKED)
        streamed = await client.post("/v1/chat", json=ASKED | {"stream": True})
    assert refused.status_code == 504 and refused.json()["type"] == "urn:pc-assistant:problem:too-slow"
    assert "event: error" in streamed.text and '"status":504' in streamed.text.replace(" ", "")


@contextmanager
def patient_for(seconds: float) -> Iterator[tuple[str, int]]:
    app = create_app(FakeAssistant(), FakeLibrary(), MemoryConversations(), slow_seconds=seconds)
    with served(app, http=impatient(seconds)) as url:
        yield url, int(url.rpartition(":")[2])


HEAD = b"POST /v1/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n"


def dripped(port: int, before: bytes, drops: bytes, every: float) -> tuple[bytes, float]:
    """What came back to a client that sends the last of a request in drops, and when the connection was closed."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as connection:
        begun = time.monotonic()
        connection.sendall(before)
        got = b""
        connection.settimeout(every)
        for drop in drops:
            try:
                connection.sendall(bytes([drop]))
                got += (piece := connection.recv(10_000))
                if not piece:
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        return got, time.monotonic() - begun


def test_a_client_that_drips_is_cut_off_and_one_that_is_slow_but_whole_is_not() -> None:
    with patient_for(0.5) as (url, port):
        got, seconds = dripped(port, HEAD, b'{"question": "When?"', 0.2)
        assert got.startswith(b"HTTP/1.1 408 ") and b"The body did not arrive in time." in got and seconds < 3
        got, seconds = dripped(port, b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"x" * 30, 0.2)
        assert got == b"" and seconds < 3
        answered = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        got, seconds = dripped(port, answered + b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"x" * 30, 0.2)  # on a connection that is kept, too
        assert got.startswith(b"HTTP/1.1 200 ") and seconds < 3
        got, _ = dripped(port, HEAD, b'{"question": "When?"}', 0.01)
        assert got.startswith(b"HTTP/1.1 200 ")
        with httpx2.Client() as client:
            for pause in (0.0, 0.8, 0.8):
                time.sleep(pause)
                assert client.post(f"{url}/v1/chat", json=ASKED).status_code == 200
