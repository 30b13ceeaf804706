"""POST /v1/chat as server-sent events."""

import asyncio
import json
from typing import Any

from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.errors import IndexMissing
from pc_assistant.web.streaming import Told, deltas, events
from tests.fakes import FakeAssistant, answer

TEXT = "The ferry sails at nine, e.g. on Mondays. [1] It carries no. 4 buses. [1] [2]\n\nBring:\n\n- a ticket [1]\n- a coat\n"


def ask(client: TestClient, question: str = "When?") -> list[tuple[str, Any]]:
    """The events of a streamed answer with their data."""
    response = client.post("/v1/chat", json={"question": question, "stream": True})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    blocks = [block for block in response.text.split("\n\n") if block]
    pairs = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [(pair["event"], json.loads(pair["data"])) for pair in pairs]


def test_the_deltas_joined_are_the_answer(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(answer(text=TEXT))
    found = ask(client)
    assert [name for name, _ in found] == ["status", "status", *["delta"] * 7, "citation", "done"]
    whole = found[-1][1]
    assert "".join(data["text"] for name, data in found if name == "delta") == whole["answer"] == TEXT
    assert [data for name, data in found if name == "citation"] == whole["citations"]
    assert client.get("/v1/conversations/conversation-1").json()["turns"][1]["content"] == TEXT


def test_streamed_and_plain_answers_are_the_same(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.extend([answer(text=TEXT), answer(text=TEXT)])
    plain = client.post("/v1/chat", json={"question": "When?"}).json()
    assert ask(client)[-1][1] | {"conversation_id": plain["conversation_id"]} == plain


def test_a_failure_ends_the_stream_with_a_problem(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(IndexMissing("There is no index yet."))
    name, problem = ask(client)[-1]
    assert (name, problem["status"], problem["detail"]) == ("error", 503, "There is no index yet.")
    assert client.get("/v1/conversations/conversation-1").status_code == 404
    assistant.replies.append(RuntimeError("insides"))
    name, problem = ask(client)[-1]
    assert (name, problem["status"]) == ("error", 500)
    assert "insides" not in str(problem)


def test_a_request_that_is_wrong_is_refused_before_the_stream(client: TestClient) -> None:
    response = client.post("/v1/chat", json={"question": "When?", "conversation_id": "nobody", "stream": True})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_sentences_and_lines_stay_whole() -> None:
    assert list(deltas(TEXT)) == [
        "The ferry sails at nine, e.g. on Mondays. [1] ",
        "It carries no. 4 buses. [1] [2]\n",
        "\n",
        "Bring:\n",
        "\n",
        "- a ticket [1]\n",
        "- a coat\n",
    ]


def test_markers_stay_with_their_sentence() -> None:
    assert list(deltas("He said ‘we sail’. [1] Was it ‘we land?’ [2] [3] Next. [4]")) == [
        "He said ‘we sail’. [1] ",
        "Was it ‘we land?’ [2] [3] ",
        "Next. [4]",
    ]
    assert list(deltas("Was it?’ [1] Next one. [2]")) == ["Was it?’ [1] ", "Next one. [2]"]


@given(st.text() | st.text(alphabet="aB.!? [12]\n\t-"))
@example("")
@example("One. [1] [2]")
def test_no_character_is_lost(text: str) -> None:
    parts = list(deltas(text))
    assert "".join(parts) == text
    assert "" not in parts


async def kept(answer: Answer) -> None:
    """Keeps nothing."""


async def test_the_first_sentence_does_not_wait_until_the_answer_is_kept() -> None:
    names: list[str | None] = []

    async def ready() -> Answer:
        return answer(text=TEXT)

    async def keep(answer: Answer) -> None:
        names.append("kept")

    async for event in events(ready, keep, "request-1"):
        names.append(event.event)
    assert names == ["status", "status", *["delta"] * 7, "citation", "kept", "done"]


async def test_an_answer_that_cannot_be_kept_is_not_done() -> None:
    async def ready() -> Answer:
        return answer()

    async def keep(answer: Answer) -> None:
        raise IndexMissing("The disk is full.")

    found = [event async for event in events(ready, keep, "request-1")]
    assert [event.event for event in found] == ["status", "status", "delta", "citation", "error"]
    assert "The disk is full." in (found[-1].raw_data or "")


async def test_what_has_passed_is_told_while_the_rest_is_written() -> None:
    first, go = "The ferry sails at nine, e.g. on Mondays. [1]", asyncio.Event()
    told = Told()

    async def writing() -> Answer:
        await asyncio.to_thread(told.say, first)
        await go.wait()
        return answer(text=TEXT)

    source = events(writing, kept, "request-1", told=told)
    begun = [await anext(source) for _ in range(3)]
    assert [event.event for event in begun] == ["status", "status", "delta"]
    assert first in (begun[-1].raw_data or "")
    go.set()
    rest = [event async for event in source]
    texts = [json.loads(event.raw_data or "")["text"] for event in (*begun, *rest) if event.event == "delta"]
    assert "".join(texts) == TEXT
    assert [event.event for event in rest][-2:] == ["citation", "done"]
    assert "status" not in [event.event for event in rest]


async def test_a_long_wait_is_filled_with_comments() -> None:
    go = asyncio.Event()

    async def slow() -> Answer:
        await go.wait()
        return answer()

    source = events(slow, kept, "request-1", heartbeat=0.01)
    assert (await anext(source)).event == "status"
    assert (await anext(source)).comment == "still searching"
    assert (await anext(source)).comment == "still searching"
    go.set()
    rest = [event.event async for event in source if event.event]
    assert rest == ["status", "delta", "citation", "done"]


async def test_a_reader_who_leaves_stops_the_asking() -> None:
    stopped = asyncio.Event()

    async def slow() -> Answer:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()
        return answer()

    source = events(slow, kept, "request-1", heartbeat=0.01)
    await anext(source)
    await anext(source)
    await source.aclose()
    assert await asyncio.wait_for(stopped.wait(), 5)
