"""What people do with the service, for locust: of ten requests seven ask, two search, one reads a document, with time to think between them.

`./run load` runs it. Every request becomes one line of JSON in the file that LOAD_ROWS names, at the end: what it was, its status (0 where there was no
response), its milliseconds, and the seconds of Retry-After where it was told to wait, which it then does. LOAD_THINK is the time to think, on
average, in seconds.
"""

import json
import os
import time
from pathlib import Path
from random import Random
from typing import Any

from locust import FastHttpUser, between, events, task

THINK = float(os.environ.get("LOAD_THINK", "5"))
GOES_ON = 0.3  # of the questions are asked within the conversation before
LONGEST_WAIT = 60
BUSY = (429, 503)
CASES = [json.loads(line) for file in sorted(Path("eval/datasets").glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
QUESTIONS = sorted({case["question"] for case in CASES if not case.get("history")})
ROWS: list[dict[str, Any]] = []


@events.quit.add_listener
def end(**_: object) -> None:
    """Writes what was met with."""
    Path(os.environ.get("LOAD_ROWS", "load.jsonl")).write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")


class Person(FastHttpUser):
    """One person, who reads what they get before they go on."""

    wait_time = between(THINK / 2, THINK * 3 / 2)
    chance = Random(0)

    def on_start(self) -> None:
        """Nobody has asked anything yet."""
        self.conversation: str | None = None
        self.documents: list[str] = []

    @task(7)
    def ask(self) -> None:
        """A question, at times one that goes on."""
        body: dict[str, Any] = {"question": self.chance.choice(QUESTIONS)}
        if self.conversation and self.chance.random() < GOES_ON:
            body["conversation_id"] = self.conversation
        reply = self.send("ask", "POST", "/v1/chat", json=body)
        self.conversation = reply.json().get("conversation_id") if reply.status_code == 200 else None

    @task(2)
    def search(self) -> None:
        """A look for passages."""
        self.send("search", "POST", "/v1/search", json={"query": self.chance.choice(QUESTIONS)})

    @task(1)
    def read(self) -> None:
        """A document in the reader."""
        if not self.documents:
            reply = self.send("list", "GET", "/v1/documents")
            self.documents = [one["id"] for one in reply.json()["documents"]] if reply.status_code == 200 else []
        if self.documents:
            self.send("read", "GET", f"/documents/{self.chance.choice(self.documents)}")

    def send(self, what: str, method: str, path: str, **given: Any) -> Any:
        """One request, written down."""
        begun = time.perf_counter()
        with self.client.request(method, path, name=what, catch_response=True, **given) as reply:
            milliseconds = 1000 * (time.perf_counter() - begun)
            told = reply.headers.get("Retry-After") if reply.headers else None
            if reply.status_code in BUSY:
                reply.success()  # told apart in the rows: no fault where it says when to come again
        status = reply.status_code or 0
        ROWS.append({"what": what, "at": time.time(), "status": status, "ms": milliseconds, "retry_after": float(told) if told else None})
        if status in BUSY and told:
            time.sleep(min(float(told), LONGEST_WAIT))
        return reply
