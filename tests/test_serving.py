"""A served process: it prepares what is missing, says where it answers, and holds no torch."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest

from pc_assistant.serving import at_once
from pc_assistant.settings import read_settings
from tests.chroma import Server as ChromaServer
from tests.conftest import CommandLine
from tests.postgres import Server

QUESTION = "What does the lighthouse keeper do?"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(pc: CommandLine, *arguments: str) -> Iterator[int]:
    """The port of a service that has said that it answers; it is ended with SIGTERM."""
    port = free_port()
    with pc.start("serve", "--port", str(port), *arguments) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"pc-assistant answers on http://127.0.0.1:{port}\n", pc.log.read_text(encoding="utf-8")
            yield port
        finally:
            process.terminate()


def ask(port: int, question: str) -> dict[str, Any]:
    return request(port, "POST", "/v1/chat", {"question": question})


def request(port: int, method: str, path: str, body: object = None) -> dict[str, Any]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 200
        reply: dict[str, Any] = json.loads(response.read())
        return reply


def test_serve_builds_the_index_and_answers_without_torch(pc: CommandLine) -> None:
    with serving(pc.with_env(PYTHONPROFILEIMPORTTIME="1")) as port:
        answer = ask(port, QUESTION)
    assert "The lighthouse keeper trims the lamp twice a night." in answer["citations"][0]["quote"]
    assert "Indexing 2 documents." in pc.log.read_text(encoding="utf-8")
    assert {"onnxruntime", "chromadb", "fastapi"} <= pc.imported()
    assert pc.imported().isdisjoint(
        {
            "torch",
            "transformers",
            "sentence_transformers",
            "slack_bolt",
            "slack_sdk",
            "limits",
            "authlib",
            "itsdangerous",
            "jwt",
            "redis",
            "microsoft_teams",
            "langchain_core",
            "mcp",
            "openai",
            "asyncpg",
        }
    )


def test_more_is_asked_at_once_only_where_a_language_model_is_waited_for() -> None:
    assert at_once(read_settings()) == 2
    assert at_once(read_settings(llm="ollama:harbour")) == 32
    assert at_once(read_settings(llm="ollama:harbour", questions_at_once=5)) == at_once(read_settings(questions_at_once=5)) == 5


def test_serve_takes_in_what_has_changed(indexed: CommandLine) -> None:
    (indexed.corpus / "lighthouse.md").write_text("# Lamp\n\nThe lighthouse keeper trims the lamp every hour.\n", encoding="utf-8")
    with serving(indexed) as port:
        assert "every hour" in ask(port, QUESTION)["answer"]


def test_a_connection_is_there_still_when_somebody_has_thought_for_some_seconds(indexed: CommandLine) -> None:
    with serving(indexed) as port, closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for thinking in (6, 0):  # uvicorn itself closes after five
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
            time.sleep(thinking)


def test_serve_goes_on_with_its_index_where_the_corpus_is_gone(indexed: CommandLine) -> None:
    for path in indexed.corpus.iterdir():
        path.unlink()
    with serving(indexed) as port:
        assert "twice a night" in ask(port, QUESTION)["answer"]
    assert indexed.log.read_text(encoding="utf-8").startswith("corpus holds no documents")


@pytest.mark.postgres
def test_workers_share_a_postgresql_database_and_make_no_file(indexed: CommandLine, postgres: Server) -> None:
    kept_there = indexed.with_env(PC_LOG_LEVEL="warning", PC_DATABASE_URL=postgres.new_database())
    with serving(kept_there, "--workers", "2") as port:
        answers = [ask(port, QUESTION) for _ in range(6)]
        for answer in answers:  # by whichever worker takes the connection
            kept = request(port, "GET", f"/v1/conversations/{answer['conversation_id']}")
            assert [turn["content"] for turn in kept["turns"]] == [QUESTION, answer["answer"]]
    assert kept_there.log.read_text(encoding="utf-8") == ""
    assert not (indexed.data / "conversations.sqlite3").exists()
    done = kept_there("replay", answers[0]["id"])
    assert done.returncode == 0, done.stderr


def test_workers_share_a_chroma_server_and_take_up_what_another_process_has_ingested(indexed: CommandLine, chroma: ChromaServer) -> None:
    served = indexed.with_env(PC_CHROMA_URL=chroma.url)
    with serving(served, "--workers", "2") as port:  # the vectors that were in a folder are brought to the server
        assert not (indexed.data / "index" / "2" / "chroma").exists()
        assert all("twice a night" in ask(port, QUESTION)["answer"] for _ in range(4))
        for words in ("every hour", "at dusk", "at dawn"):
            (indexed.corpus / "lighthouse.md").write_text(f"# Lamp\n\nThe lighthouse keeper trims the lamp {words}.\n", encoding="utf-8")
            done = served("ingest")
            assert done.returncode == 0, done.stderr
        assert all("at dawn" in ask(port, QUESTION)["answer"] for _ in range(4))


def test_a_database_that_is_not_there_is_one_sentence_without_its_password(indexed: CommandLine) -> None:
    done = indexed.with_env(PC_DATABASE_URL="postgresql://me:secret@127.0.0.1:1/pc")("serve", "--port", str(free_port()))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The database pc at 127.0.0.1 cannot be reached: see that the server runs")
    assert "secret" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_conversations_outlive_the_process_and_its_workers(indexed: CommandLine) -> None:
    with serving(indexed.with_env(PC_LOG_LEVEL="warning"), "--workers", "2") as port:
        first = ask(port, QUESTION)
    assert indexed.log.read_text(encoding="utf-8") == ""
    with serving(indexed) as port:
        kept = request(port, "GET", f"/v1/conversations/{first['conversation_id']}")
    assert [turn["content"] for turn in kept["turns"]] == [QUESTION, first["answer"]]


@pytest.mark.parametrize("damaged", ["index/1/index.json", "conversations.sqlite3"])
def test_serve_does_not_start_on_damaged_state(indexed: CommandLine, damaged: str) -> None:
    (indexed.data / damaged).write_text("no longer what it was" * 100, encoding="utf-8")
    done = indexed("serve", "--port", str(free_port()))
    assert (done.returncode, done.stdout) == (1, "")
    assert "damaged" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_serve_without_a_corpus_says_so(pc: CommandLine) -> None:
    done = pc.with_env(PC_CORPUS_DIR="elsewhere")("serve", "--port", str(free_port()))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is nothing at elsewhere: name a file or a folder of documents.\n"
