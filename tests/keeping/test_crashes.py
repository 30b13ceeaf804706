"""What happens when: the real service as a process, and what it stands on taken away under load. The rows of docs/operations.md."""

import json
import random
import resource
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest

from tests.conftest import CommandLine
from tests.test_serving import QUESTION, free_port

DATABASE = "conversations.sqlite3"


@dataclass
class Service:
    """A service and all that it has acknowledged."""

    port: int
    process: "subprocess.Popen[str]"
    answers: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """The status and the body of a response."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")

    def ask(self) -> dict[str, Any]:
        """An answer, acknowledged."""
        status, answer = self.call("POST", "/v1/chat", {"question": QUESTION})
        assert status == 200, answer
        self.answers.append(answer)
        return answer

    def refused(self) -> str:
        """The one sentence with which a question is not answered; searching, which keeps nothing, goes on."""
        status, problem = self.call("POST", "/v1/chat", {"question": QUESTION})
        assert (status, problem["status"]) == (503, 503)
        assert problem["detail"].endswith(".") and "\n" not in problem["detail"]
        assert self.call("POST", "/v1/search", {"query": QUESTION})[0] == 200
        assert self.call("GET", "/healthz")[0] == 200
        return str(problem["detail"])

    def load(self) -> None:
        """Asks and gives feedback until the service is gone."""
        with suppress(OSError, HTTPException, ValueError):
            while True:
                comment = f"comment {random.random()}"  # only to tell one from the other
                answer = self.ask()
                status, _ = self.call("POST", "/v1/feedback", {"answer_id": answer["id"], "rating": "up", "comment": comment})
                if status == 201:
                    self.feedback.append(comment)

    def check(self, answers: list[dict[str, Any]], feedback: list[str], pc: CommandLine) -> None:
        """All of this is kept."""
        for answer in answers:
            status, receipt = self.call("GET", f"/v1/answers/{answer['id']}")
            assert (status, receipt.get("answer")) == (200, answer["answer"])
            status, kept = self.call("GET", f"/v1/conversations/{answer['conversation_id']}")
            assert [turn["content"] for turn in kept["turns"]] == [QUESTION, answer["answer"]]
        exported = pc("feedback", "export").stdout
        assert [comment for comment in feedback if comment not in exported] == []


@contextmanager
def started(pc: CommandLine, *arguments: str) -> Iterator[Service]:
    port = free_port()
    with pc.start("serve", "--port", str(port), *arguments) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), pc.log.read_text(encoding="utf-8")
            yield Service(port, process)
        finally:
            process.terminate()


@pytest.fixture
def service(indexed: CommandLine) -> Iterator[Service]:
    """A service that has given an answer."""
    with started(indexed) as service:
        service.ask()
        yield service


def test_what_was_acknowledged_before_the_service_was_killed_or_stopped_is_there_after_it(indexed: CommandLine) -> None:
    answers: list[dict[str, Any]] = []
    feedback: list[str] = []
    for end in (signal.SIGKILL, signal.SIGTERM):
        with started(indexed) as service:
            threads = [threading.Thread(target=service.load) for _ in range(4)]
            for thread in threads:
                thread.start()
            begun = time.monotonic()
            while len(service.answers) < 5 and time.monotonic() - begun < 60:  # however busy the machine is
                time.sleep(0.05)
            time.sleep(random.uniform(0, 1))
            service.process.send_signal(end)
            for thread in threads:
                thread.join()
        answers += service.answers
        feedback += service.feedback
    assert len(answers) > 8
    assert feedback
    with started(indexed) as service:
        service.check(answers, feedback, indexed)
        service.ask()
    assert "Traceback" not in indexed.log.read_text(encoding="utf-8")


def test_a_disk_without_room_refuses_questions_and_loses_nothing(indexed: CommandLine, service: Service) -> None:
    """The service may not make any file longer: as with a full disk, a write fails halfway."""
    size = (indexed.data / f"{DATABASE}-wal").stat().st_size
    before = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (size + 5000, resource.RLIM_INFINITY))
    assert "The database of conversations cannot be read or written" in service.refused()
    service.refused()
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, before)
    service.ask()
    service.check(service.answers, [], indexed)
    assert "Traceback" not in indexed.log.read_text(encoding="utf-8")


def test_a_database_that_another_holds_is_waited_for(indexed: CommandLine, service: Service) -> None:
    with closing(sqlite3.connect(indexed.data / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = threading.Thread(target=service.ask)
        asked.start()
        asked.join(1)
        assert asked.is_alive()
        other.rollback()
        asked.join()
    service.check(service.answers, [], indexed)
    assert len(service.answers) == 2


def test_a_database_that_is_gone_and_comes_back(indexed: CommandLine, service: Service) -> None:
    """What was written into a file that is no longer there would be acknowledged and lost."""
    for path in sorted(indexed.data.glob(f"{DATABASE}*")):
        path.rename(indexed.folder / path.name)
    assert "see that it is there" in service.refused()
    assert not (indexed.data / DATABASE).exists()
    for path in sorted(indexed.folder.glob(f"{DATABASE}*")):
        path.rename(indexed.data / path.name)
    service.ask()
    service.check(service.answers, [], indexed)


def test_a_database_that_is_damaged_while_it_serves_is_told_and_restored(indexed: CommandLine) -> None:
    with started(indexed) as service:
        service.ask()
        assert indexed("backup", "backup.tar.gz").returncode == 0
        for path in indexed.data.glob(f"{DATABASE}*"):
            path.unlink()
        (indexed.data / DATABASE).write_bytes(b"no longer what it was" * 5000)
        assert "is damaged: restore it with `pc-assistant restore`" in service.refused()
    refused = indexed("serve", "--port", str(free_port()))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert indexed("restore", "backup.tar.gz").returncode == 0
    with started(indexed) as again:
        again.check(service.answers, [], indexed)
