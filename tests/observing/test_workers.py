"""Several workers: their figures add up, whichever is asked, also when one has gone."""

import os
import signal
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from pc_assistant.observing.looking import living
from tests.conftest import CommandLine
from tests.test_serving import QUESTION, ask, request, serving

QUESTIONS = 12
CANARY = "Kanarienvogel"


def scraped(port: int) -> dict[str, float]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        assert response.status == 200
        families = list(text_string_to_metric_families(response.read().decode()))
    return {
        name: sum(sample.value for family in families for sample in family.samples if sample.name == name)
        for name in ("pc_answers_total", "pc_answer_seconds_count", "pc_index_documents", "pc_workers", "process_resident_memory_bytes")
    }


def test_the_figures_of_all_workers_add_up_and_stay_when_one_has_gone(indexed: CommandLine, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    with serving(indexed.with_env(TMPDIR=str(shared)), "--workers", "2") as port:
        for _ in range(QUESTIONS):
            ask(port, QUESTION)
        request(port, "GET", f"/v1/documents?question={CANARY}")
        (folder,) = shared.glob("pc-assistant-metrics-*")
        while len(workers := living(folder)) < 2:
            time.sleep(0.1)
        seen = [scraped(port) for _ in range(4)]
        assert {found["pc_answers_total"] for found in seen} == {QUESTIONS}
        assert {found["pc_answer_seconds_count"] for found in seen} == {QUESTIONS}
        assert {found["pc_index_documents"] for found in seen} == {2}
        assert {found["pc_workers"] for found in seen} == {2}
        assert seen[0]["process_resident_memory_bytes"] > 100e6
        os.kill(workers[0], signal.SIGKILL)
        while workers[0] in living(folder):
            time.sleep(0.1)
        assert scraped(port)["pc_answers_total"] == QUESTIONS
    assert list(shared.glob("pc-assistant-metrics-*")) == []
    log = indexed.log.read_text(encoding="utf-8")
    assert log.count('"route": "/v1/chat"') == QUESTIONS
    assert CANARY not in log
