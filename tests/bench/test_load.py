import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import cycle

import pytest

from bench.load import load
from tests.served import listening


class Handler(BaseHTTPRequestHandler):
    """Fails on the question `break`; keeps its connections."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"]
        self.send_response(500 if question == "break" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with listening(Handler) as address:
        yield address


async def test_it_asks_as_often_as_it_is_told_and_counts_failures_apart(url: str) -> None:
    tally = await load(url, 3, cycle(["ask", "break", "ask"]), most=12)
    assert (len(tally.times), tally.failed) == (8, 4)
    assert 0 < max(tally.times) <= tally.seconds


async def test_it_stops_when_the_time_is_over(url: str) -> None:
    tally = await load(url, 2, cycle(["ask"]), seconds=0.2)
    assert tally.times
    assert 0.2 <= tally.seconds < 5


async def test_a_service_that_is_gone_is_a_failure_not_a_crash() -> None:
    tally = await load("http://127.0.0.1:1", 1, cycle(["ask"]), most=2)
    assert (tally.times, tally.failed) == ([], 2)
