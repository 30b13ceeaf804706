"""The command line, run as its users run it; what is wrong is told in one sentence and loses nothing."""

import contextlib
import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from pc_assistant import cli
from tests.conftest import NOTES, CommandLine

REBUILD = "pc-assistant ingest --rebuild"


def told(done: "subprocess.CompletedProcess[str]", status: int = 1) -> str:
    """The one sentence on standard error of a command that failed with `status`."""
    assert done.returncode == status, done
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith(".")
    return lines[0]


def test_ingest_then_ask_cites_the_words_of_the_document(pc: CommandLine) -> None:
    first, again = pc("ingest"), pc("ingest")
    assert (first.returncode, again.returncode) == (0, 0)
    assert "added     lighthouse" in first.stdout
    assert "2 documents: 2 unchanged." in again.stdout

    answered = pc("ask", "What does the lighthouse keeper do?", "--json")
    assert answered.returncode == 0, answered.stderr
    answer = json.loads(answered.stdout)
    assert answer["status"] == "answered"
    assert {c["document_id"] for c in answer["citations"]} == {"lighthouse"}
    assert "The lighthouse keeper trims the lamp twice a night." in answer["citations"][0]["quote"]
    assert answer["citations"][0]["quote"] in NOTES["lighthouse.md"]


def test_on_a_terminal_a_bar_shows_how_many_documents_are_done_and_which_is_read(pc: CommandLine) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        pc.words("ingest"), cwd=pc.folder, env={**pc.env, "TERM": "xterm", "COLUMNS": "100"}, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal ends
            while piece := os.read(ours, 10_000):
                shown += piece
    os.close(ours)
    screen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert "/2 " in screen and "━" in screen and "lighthouse" in screen.partition("added")[0]
    assert "added     lighthouse (1 passages)" in screen
    assert "2 documents: 2 added." in screen


def test_search_prints_the_nearest_passage_first(indexed: CommandLine) -> None:
    found = indexed("search", "morning boat to Lundy", "-k", "1", "--json")
    assert [p["document_id"] for p in json.loads(found.stdout)] == ["ferry-guide"]


@pytest.mark.parametrize("command", ["ingest", "setup"])
def test_an_empty_corpus_is_no_corpus(pc: CommandLine, command: str) -> None:
    for path in pc.corpus.iterdir():
        path.unlink()
    assert "corpus holds no documents" in told(pc(command), 2)


def test_an_empty_or_missing_corpus_drops_nothing(indexed: CommandLine) -> None:
    before = indexed("search", "lamp", "--json").stdout
    for path in indexed.corpus.iterdir():
        path.unlink()
    assert "corpus holds no documents" in told(indexed("ingest"), 2)
    indexed.corpus.rmdir()
    assert "There is nothing at corpus" in told(indexed("ingest"), 2)
    assert indexed("search", "lamp", "--json").stdout == before


def test_a_missing_path_is_named(pc: CommandLine) -> None:
    assert "There is nothing at minutes/2023" in told(pc("ingest", "minutes/2023"), 2)


def test_an_unreadable_file_is_told_and_the_others_go_on(pc: CommandLine) -> None:
    (pc.corpus / "broken.md").write_bytes(b"# Tides\n\nHigh water is at \xff\xfe noon.\n")
    done = pc("ingest")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["broken.md is not UTF-8 text (byte 26)."]
    assert "failed    broken" in done.stdout
    assert "3 documents: 2 added, 1 failed." in done.stdout
    assert "ferry-guide" in pc("search", "ferry").stdout


def test_a_file_that_becomes_unreadable_keeps_its_last_state(indexed: CommandLine) -> None:
    (indexed.corpus / "lighthouse.md").write_bytes(b"\xff")
    assert indexed("ingest").returncode == 1
    assert "The lamp is seen from 17 miles away." in indexed("search", "lamp").stdout


def test_a_data_directory_that_cannot_be_written(pc: CommandLine) -> None:
    pc.data.write_text("a file, not a folder", encoding="utf-8")
    assert "The data directory data cannot be written" in told(pc("ingest"))
    assert pc.data.read_text(encoding="utf-8") == "a file, not a folder"


def test_a_model_that_cannot_be_written(pc: CommandLine) -> None:
    (pc.folder / "models").write_text("a file, not a folder", encoding="utf-8")
    assert "cannot be written to models/all-MiniLM-L6-v2" in told(pc.with_env(PC_MODEL_DIR="models")("setup"))


def test_no_model_and_no_index_say_what_to_run(pc: CommandLine) -> None:
    assert "`pc-assistant setup`" in told(pc.with_env(PC_MODEL_DIR="elsewhere")("ask", "When does the ferry sail?"))
    assert "`pc-assistant ingest`" in told(pc("ask", "When does the ferry sail?"))


@pytest.mark.parametrize(
    "damaged",
    ["CURRENT", "1/index.json", "1/documents/lighthouse.json", "1/documents/lighthouse.npz", "1/chroma/chroma.sqlite3"],
)
def test_a_damaged_index_says_what_to_run_and_that_mends_it(indexed: CommandLine, damaged: str) -> None:
    path = indexed.data / "index" / damaged
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    assert REBUILD in told(indexed("ask", "When does the ferry sail?"))
    assert indexed("ingest", "--rebuild").returncode == 0
    assert indexed("ask", "When does the ferry to Lundy sail?").returncode == 0


@pytest.mark.parametrize(("question", "length"), [("ferry " * 500, "2,999"), ("   ", "0")])
def test_a_question_too_long_or_empty(pc: CommandLine, question: str, length: str) -> None:
    assert told(pc("ask", question), 2) == f"A question has 1 to 2,000 characters; this one has {length}."


def test_every_bad_setting_is_named(pc: CommandLine) -> None:
    said = told(pc.with_env(PC_FOO="1", PC_PORT="none")("ask", "When?"), 2)
    assert "PC_FOO is not a setting" in said
    assert "PC_PORT" in said


def test_a_command_used_wrongly(pc: CommandLine) -> None:
    done = pc("search", "ferry", "--mode", "guesswork")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_traceback_is_shown_only_for_debug(pc: CommandLine) -> None:
    done = pc("--debug", "ask", "When?")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "IndexMissing" in done.stderr


def test_what_nobody_foresaw_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nought")

    with pytest.raises(SystemExit) as ended:
        cli.main(["ask", "When?"], break_down)
    assert ended.value.code == 1
    with pytest.raises(ZeroDivisionError):
        cli.main(["--debug", "ask", "When?"], break_down)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "Something broke that should not (ZeroDivisionError: by nought): run it again with --debug to see where.\n"


def test_help_imports_nothing_heavy(pc: CommandLine) -> None:
    with pc.with_env(PYTHONPROFILEIMPORTTIME="1").start("--help") as process:
        assert "doctor" in process.communicate(timeout=60)[0]
    assert "pydantic" in pc.imported()
    assert pc.imported().isdisjoint({"chromadb", "fastapi", "onnxruntime", "torch"})


def test_doctor_finds_all_sound(indexed: CommandLine) -> None:
    done = indexed("doctor")
    assert done.returncode == 0, done.stdout
    assert [line.split(maxsplit=1) for line in done.stdout.splitlines()] == [
        ["ok", name] for name in ("data directory", "model", "index", "corpus", "database")
    ]


def test_doctor_names_what_is_wrong(indexed: CommandLine) -> None:
    (indexed.corpus / "ferry-guide.md").unlink()
    (indexed.corpus / "tides.md").write_text("# Tides\n\nHigh water is at noon.\n", encoding="utf-8")
    (indexed.data / "conversations.sqlite3").write_text("no database at all, but long enough to be taken for one" * 20, encoding="utf-8")
    done = indexed("doctor")
    assert done.returncode == 1
    assert "FAULT corpus: The index is behind the corpus (tides, ferry-guide): run `pc-assistant ingest`." in done.stdout
    assert "FAULT database: The database data/conversations.sqlite3 is damaged" in done.stdout
    assert "ok    index" in done.stdout


def test_doctor_goes_on_after_a_fault(pc: CommandLine) -> None:
    pc.data.write_text("a file, not a folder", encoding="utf-8")
    done = pc.with_env(PC_MODEL_DIR="elsewhere")("doctor")
    assert done.returncode == 1
    assert "FAULT data directory: The data directory data cannot be written" in done.stdout
    assert "FAULT model: The embedding model is not prepared" in done.stdout
    assert len(done.stdout.splitlines()) == 5


def test_serve_on_a_port_in_use(pc: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} of 127.0.0.1 is in use" in told(pc("serve", "--port", str(port)))
    assert not Path(pc.data).exists()


def test_a_reader_who_has_seen_enough_is_no_fault(indexed: CommandLine) -> None:
    with indexed.start("search", "ferry", "--json") as process:
        assert process.stdout is not None
        process.stdout.close()
    assert process.returncode == 1
    assert indexed.log.read_text(encoding="utf-8") == ""
