"""Backup and restore as their users run them: while the service answers and an ingest publishes."""

import json
import threading
from collections.abc import Callable
from typing import Any

from tests.conftest import CommandLine
from tests.test_serving import QUESTION, ask, request, serving

FERRY = "When does the ferry to Lundy sail?"


def load(stop: threading.Event, work: Callable[[int], object]) -> threading.Thread:
    """`work` over and over, in a thread."""

    def run() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            work(number)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_backup_under_load_holds_every_answer_acknowledged_before(indexed: CommandLine) -> None:
    elsewhere = indexed.with_env(PC_DATA_DIR="restored")
    given: list[dict[str, Any]] = []
    stop = threading.Event()

    def change(number: int) -> None:
        """An ingest that publishes while answers are given and the backup is made."""
        text = f"# Lamp\n\nThe lighthouse keeper trims the lamp twice a night.\n\nThe lamp is seen from {number} miles away.\n"
        (indexed.corpus / "lighthouse.md").write_text(text, encoding="utf-8")
        indexed("ingest")

    with serving(indexed) as port:
        threads = [load(stop, lambda _: given.append(ask(port, FERRY))), load(stop, change)]
        try:
            while len(given) < 10:
                assert threads[0].is_alive()
                stop.wait(0.05)
            acknowledged = list(given)
            done = indexed("backup", "backup.tar.gz")
            assert done.returncode == 0, done.stderr
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        in_use = indexed("restore", "backup.tar.gz")
        assert (in_use.returncode, in_use.stderr.count("\n")) == (1, 1)
        assert "stop the service" in in_use.stderr

    done = elsewhere("restore", "backup.tar.gz")
    assert done.returncode == 0, done.stderr
    assert "Restored the state of" in done.stdout
    with serving(elsewhere) as port:
        for answer in acknowledged:
            receipt = request(port, "GET", f"/v1/answers/{answer['id']}")
            assert {name: receipt[name] for name in answer if name in receipt} == answer
            kept = request(port, "GET", f"/v1/conversations/{answer['conversation_id']}")
            assert [turn["content"] for turn in kept["turns"]] == [FERRY, answer["answer"]]
        again = ask(port, FERRY)
        assert [again[name] for name in ("status", "answer", "citations")] == [given[0][name] for name in ("status", "answer", "citations")]


def test_a_restore_brings_back_what_was_there_and_says_where_the_rest_is(indexed: CommandLine) -> None:
    assert indexed("backup", "backup.tar.gz").returncode == 0
    assert indexed("documents", "hold", "lighthouse").returncode == 0
    done = indexed("restore", "backup.tar.gz")
    assert done.returncode == 0, done.stderr
    aside = done.stdout.split("What was there before is in ")[1].split(":")[0]
    assert json.loads((indexed.folder / aside / "index" / "WITHHELD").read_text(encoding="utf-8")) == {"lighthouse": "held"}
    assert json.loads(indexed("ask", QUESTION, "--json").stdout)["citations"][0]["document_id"] == "lighthouse"


def test_an_archive_that_is_none_is_one_sentence(indexed: CommandLine) -> None:
    (indexed.folder / "none.tar.gz").write_text("no archive", encoding="utf-8")
    done = indexed("restore", "none.tar.gz")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "none.tar.gz cannot be restored: it is not a backup, is damaged, or ends too early. Nothing was changed.\n"
