"""From an answer that was served to its receipt, and from the receipt to what has changed since."""

import json

import pytest

from tests.conftest import CommandLine
from tests.test_serving import ask, request, serving

QUESTION = "What does the lighthouse keeper do?"


def test_a_served_answer_is_replayed_and_every_change_is_told(indexed: CommandLine) -> None:
    with serving(indexed) as port:
        first = ask(port, QUESTION)
        follow_up = request(port, "POST", "/v1/chat", {"question": "why?", "conversation_id": first["conversation_id"]})
        private = ask(port, f"{QUESTION} Write to ada@example.org.")
        receipt = request(port, "GET", f"/v1/answers/{first['id']}")
        removed = request(port, "GET", f"/v1/answers/{private['id']}")

    assert {name: receipt[name] for name in first} == first
    assert receipt["question"] == QUESTION
    assert [step["name"] for step in receipt["steps"]] == ["screen", "rewrite", "route", "retrieve", "answer", "verify", "annotate"]
    assert all(passage["sha256"] for passage in receipt["passages"] if passage["cited"])
    assert receipt["verification"][0]["kept"] is True
    assert set(receipt["made_with"]) == {"pc-assistant", "embedder"}
    assert "ada@" not in json.dumps(removed)

    shown = indexed("receipt", first["id"])
    assert (shown.returncode, json.loads(shown.stdout)) == (0, receipt)
    assert indexed("receipt", "nothing").stderr == "There is no answer with this id.\n"

    for answer in (first, follow_up, private):
        same = indexed("replay", answer["id"])
        assert (same.returncode, same.stderr) == (0, ""), same.stdout
        assert "The answer is the same." in same.stdout

    (indexed.corpus / "lighthouse.md").write_text("# Lamp\n\nThe lighthouse keeper trims the lamp every hour.\n", encoding="utf-8")
    assert indexed("ingest").returncode == 0
    changed = indexed("replay", first["id"])
    assert changed.returncode == 1
    assert "The lighthouse keeper trims the lamp every hour. [1]" in changed.stdout
    assert f"corpus version: {first['corpus_version']} → " in changed.stdout
    assert indexed("replay", "nothing").stderr == "There is no answer with this id.\n"
    as_json = indexed("replay", first["id"], "--json")
    assert as_json.returncode == 1
    told = json.loads(as_json.stdout)
    assert told["same"] is False
    assert "citations" in [difference["what"] for difference in told["answer"]]


@pytest.mark.parametrize("command", ["receipt", "replay"])
def test_an_answer_that_is_not_kept_cannot_be_told_of(indexed: CommandLine, command: str) -> None:
    done = indexed(command, "nothing")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "There is no answer with this id.\n")
    assert not (indexed.data / "conversations.sqlite3").exists()
