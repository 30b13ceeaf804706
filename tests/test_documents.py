"""Documents that are taken back, and an ingest that is cut short."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.test_serving import QUESTION, ask, request, serving


def cited(port: int) -> set[str]:
    """What several requests, whichever worker has them, find, answer from and list."""
    seen: set[str] = set()
    for _ in range(6):
        answer = ask(port, QUESTION)
        seen |= {c["document_id"] for c in [*answer["citations"], *answer["retrieved"]]}
        seen |= {p["document_id"] for p in request(port, "POST", "/v1/search", {"query": QUESTION})["passages"]}
    return seen


def test_a_document_held_or_removed_is_not_cited_from_the_next_request_on_in_any_worker(indexed: CommandLine) -> None:
    with serving(indexed, "--workers", "2") as port:
        assert cited(port) == {"ferry-guide", "lighthouse"}
        assert "not cited from now on" in indexed("documents", "hold", "lighthouse").stdout
        assert cited(port) == {"ferry-guide"}
        assert indexed("documents", "list").stdout.splitlines()[1].startswith("held     lighthouse")
        indexed("documents", "release", "lighthouse")
        assert cited(port) == {"ferry-guide", "lighthouse"}
        indexed("documents", "remove", "lighthouse")
        assert cited(port) == {"ferry-guide"}
    assert indexed("ingest").returncode == 0
    states = [line.split()[:2] for line in indexed("documents", "list").stdout.splitlines()]
    assert states == [["cited", "ferry-guide"], ["removed", "lighthouse"]]
    assert "Run `pc-assistant ingest`" in indexed("documents", "release", "lighthouse").stdout
    assert "added     lighthouse" in indexed("ingest").stdout


def test_the_text_of_a_removed_document_leaves_the_disk(indexed: CommandLine) -> None:
    assert indexed("documents", "remove", "lighthouse").returncode == 0
    current = indexed.data / "index" / (indexed.data / "index" / "CURRENT").read_text().strip()
    assert [path.name for path in sorted((current / "documents").glob("*.json"))] == ["ferry-guide.json"]


def test_an_unknown_document_is_named(indexed: CommandLine) -> None:
    done = indexed("documents", "hold", "atlas")
    assert (done.returncode, done.stderr) == (1, "There is no document atlas: `pc-assistant documents list` names them all.\n")


def test_a_list_of_withheld_documents_that_cannot_be_read_withholds_everything(indexed: CommandLine) -> None:
    (indexed.data / "index" / "WITHHELD").write_text("{", encoding="utf-8")
    done = indexed("ask", QUESTION)
    assert done.returncode == 1 and "WITHHELD cannot be read" in done.stderr


def of_another_chunker(pc: CommandLine) -> Path:
    index = pc.data / "index" / (pc.data / "index" / "CURRENT").read_text().strip() / "index.json"
    index.write_text(json.dumps({**json.loads(index.read_text()), "chunker": "0"}))
    return index


def test_serve_builds_an_outdated_index_anew(indexed: CommandLine) -> None:
    of_another_chunker(indexed)
    with serving(indexed) as port:
        assert ask(port, QUESTION)["citations"]
    assert "Indexing 2 documents." in indexed.log.read_text(encoding="utf-8")


def test_an_outdated_index_with_other_documents_is_not_thrown_away(indexed: CommandLine) -> None:
    other = indexed.folder / "other.txt"
    other.write_text("The buoy yard mends what floats.\n", encoding="utf-8")
    assert indexed("ingest", str(other)).returncode == 0
    of_another_chunker(indexed)
    done = indexed("ingest")
    assert done.returncode == 1 and "ingest --rebuild" in done.stderr


@pytest.mark.slow
def test_an_ingest_killed_at_any_point_goes_on_where_it_ended(pc: CommandLine) -> None:
    for number in range(12):
        words = "\n\n".join(f"Record {n} of port {number} tells of tides and winds and of {n * 7} boats." for n in range(40))
        (pc.corpus / f"port-{number}.md").write_text(f"# Port {number}\n\n{words}\n", encoding="utf-8")
    prepared = pc.data / "index" / "prepared"
    dice = random.Random(7)
    kept: dict[str, int] = {}
    for _ in range(3):
        process = subprocess.Popen(pc.words("ingest"), cwd=pc.folder, env=pc.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = len(kept)
        end = time.monotonic() + 60
        while len(list(prepared.glob("?" * 64))) <= before and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(dice.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = {path.name: path.stat().st_ino for path in prepared.glob("?" * 64)}
        assert kept.items() <= now.items()  # what was built is not built again
        kept = now
    assert len(kept) >= 3
    done = pc("ingest")
    assert done.returncode == 0 and "14 documents: 14 added" in done.stdout
    assert not prepared.exists()
    assert pc("doctor").returncode == 0
