"""`./run load`: locust really plays people at a server, and what they met with is counted rightly."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import count

import pytest

from bench.loading import Load, Sample, play
from bench.service import Service
from tests.served import listening

NUMBERS = count()


class Handler(BaseHTTPRequestHandler):
    """Answers; every fourth question is told to come again in a tenth of a second, every search fails."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply(200, {"documents": [{"id": "ferry-guide"}]})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "query" in sent:
            self.reply(500, {})
        elif next(NUMBERS) % 4 == 3:
            self.reply(503, {}, {"Retry-After": "0.1"})
        else:
            self.reply(200, {"conversation_id": "c", "answer": "At nine."})

    def reply(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    with listening(Handler) as url:
        yield Service(url, os.getpid(), 0.0)


def test_people_ask_search_and_read_and_wait_when_they_are_told_to(service: Service) -> None:
    load = play(service, users=4, seconds=4, think=0.05, every=1)
    kinds = Counter(row["what"] for row in load.rows)
    assert kinds["ask"] > kinds["search"] > 0
    assert kinds["read"] > 0
    told = [row for row in load.rows if row["status"] == 503]
    assert told
    assert {row["retry_after"] for row in told} == {0.1}
    assert {row["status"] for row in load.rows if row["what"] == "search"} == {500}
    assert len(load.memory) >= 3
    assert all(sample.mb > 10 for sample in load.memory)


def test_the_table_counts_errors_and_those_told_to_wait_apart() -> None:
    rows = [{"what": "ask", "status": 200, "ms": float(ms), "retry_after": None} for ms in range(1, 101)]
    rows += [{"what": "ask", "status": 429, "ms": 1.0, "retry_after": 7.0}, {"what": "ask", "status": 503, "ms": 1.0, "retry_after": None}]
    rows += [{"what": "read", "status": 0, "ms": 9.0, "retry_after": None}]
    memory = [Sample(float(second), 300 + second) for second in range(0, 1000, 5)]
    load = Load(users=3, seconds=1000, think=5, rows=rows, memory=memory)
    asked, over_time = load.parts()
    assert asked.title == "3 people"
    counted = ("errors", "429", "503", "with Retry-After")
    told = {row.what: (row.n, *(row.figures[name].value for name in counted)) for row in asked.rows}
    assert told == {"ask": (102, 0, 1, 1, 1), "read": (1, 1, 0, 0, 0), "all": (103, 1, 1, 1, 1)}
    assert [asked.rows[0].figures[f"p{share}, ms"].value for share in (50, 95, 99)] == pytest.approx([50, 95, 99], abs=1)
    assert "p50, ms" not in asked.rows[1].figures  # nothing was given
    shown = load.shown()
    assert (len(shown), shown[0], shown[-1]) == (12, memory[0], memory[-1])
    assert (over_time.rows[-1].what, over_time.rows[-1].figures["resident, MB"].value) == ("16.6 minutes", 1295)
    assert len(Load(users=3, seconds=10, think=5, rows=rows, memory=memory).parts()) == 1
