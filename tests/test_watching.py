"""Folders that are watched: every change is taken in, whatever it is, until the watch is stopped."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pc_assistant.adapters.stores.generations import Generations
from tests.conftest import CommandLine
from tests.test_serving import QUESTION, ask, serving


@contextmanager
def watching(pc: CommandLine, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """`ingest --watch`, its standard output a pipe and its errors in `watch.log`; killed where a test has left it running."""
    with (pc.folder / "watch.log").open("w", encoding="utf-8") as log:
        words = pc.words("ingest", "--watch", *arguments)
        with subprocess.Popen(words, cwd=pc.folder, env=pc.env, stdout=subprocess.PIPE, stderr=log, text=True) as process:
            try:
                yield process
            finally:
                process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().partition(" Corpus version")[0]


def stopped(process: "subprocess.Popen[str]", by: signal.Signals) -> str:
    """What it says at its end, which is a good one."""
    process.send_signal(by)
    left = process.communicate(timeout=30)[0]
    assert process.returncode == 0
    return left


def test_a_running_service_answers_from_what_the_watch_has_taken_in(indexed: CommandLine) -> None:
    with serving(indexed) as port, watching(indexed) as process:
        assert said(process) == "2 documents: 2 unchanged."
        (indexed.corpus / "lighthouse.md").write_text("# Lamp\n\nThe lighthouse keeper trims the lamp every hour.\n", encoding="utf-8")
        assert said(process) == "2 documents: 1 changed (lighthouse), 1 unchanged."
        assert "every hour" in ask(port, QUESTION)["answer"]
        (indexed.corpus / "broken.md").write_bytes(b"\xff\xfe")
        assert said(process) == "3 documents: 2 unchanged, 1 failed (broken)."
        (indexed.corpus / "broken.md").unlink()
        (indexed.corpus / "deep").mkdir()
        (indexed.corpus / "deep" / "tides.txt").write_text("High water is at noon.\n", encoding="utf-8")
        (indexed.corpus / "ferry-guide.md").unlink()
        assert said(process) == "3 documents: 1 added (tides), 1 gone (ferry-guide), 1 unchanged."
        assert stopped(process, signal.SIGTERM) == "No longer watching.\n"
    assert (indexed.folder / "watch.log").read_text(encoding="utf-8") == "broken.md is not UTF-8 text (byte 0).\n"


def test_a_watch_waits_for_another_ingest_and_can_be_stopped_meanwhile(indexed: CommandLine) -> None:
    with watching(indexed) as process:
        assert said(process) == "2 documents: 2 unchanged."
        with Generations(indexed.data / "index").lock():
            assert "Another ingest is writing this index" in indexed("ingest").stderr
            (indexed.corpus / "tides.txt").write_text("High water is at noon.\n", encoding="utf-8")
            wait_for_the_lock(process.pid)
        assert said(process) == "3 documents: 1 added (tides), 2 unchanged."
        with Generations(indexed.data / "index").lock():
            (indexed.corpus / "tides.txt").write_text("High water is at one.\n", encoding="utf-8")
            wait_for_the_lock(process.pid)
            assert stopped(process, signal.SIGINT) == "No longer watching.\n"


def wait_for_the_lock(pid: int) -> None:
    """Until a process waits in flock(2)."""
    while not any("->" in line and str(pid) in line.split() for line in Path("/proc/locks").read_text(encoding="utf-8").splitlines()):
        time.sleep(0.05)


def test_what_cannot_be_read_as_a_whole_is_told_and_the_watch_goes_on(indexed: CommandLine) -> None:
    with watching(indexed) as process:
        said(process)
        (indexed.corpus / "manifest.yaml").write_text("no manifest", encoding="utf-8")
        while not (log := (indexed.folder / "watch.log").read_text(encoding="utf-8")):
            assert process.poll() is None
            time.sleep(0.05)
        assert log == "corpus/manifest.yaml is not a manifest: it needs a list under `documents:`.\n"
        (indexed.corpus / "manifest.yaml").unlink()
        assert said(process) == "2 documents: 2 unchanged."
        assert indexed("documents", "list").stdout.count("cited") == 2


@pytest.mark.parametrize(("arguments", "reason"), [(["corpus/lighthouse.md"], "is not a folder"), (["--rebuild"], "do not go together")])
def test_what_cannot_be_watched_is_told(pc: CommandLine, arguments: list[str], reason: str) -> None:
    done = pc("ingest", "--watch", *arguments)
    assert done.returncode == 2 and reason in done.stderr and len(done.stderr.splitlines()) == 1
