"""What is kept of the one who asks, over HTTP: theirs alone, and gone when they say so."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.people import DatabasePeople
from pc_assistant.web.access import Access
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary
from tests.keeping.walking import places
from tests.web.test_access import by_header

MINE, YOURS = {"x-role": "reader"}, {"x-role": "operator"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    store = open_conversations(tmp_path / "conversations.sqlite3")

    @asynccontextmanager
    async def lifespan(_app: object) -> Any:
        yield
        await store.close()

    people = DatabasePeople(store.engine, store.pseudonym)
    with TestClient(
        create_app(FakeAssistant(), FakeLibrary(), store, access=Access(by_header), people=people, lifespan=lifespan)
    ) as client:
        yield client


def test_everybody_gets_and_erases_their_own(client: TestClient, tmp_path: Path) -> None:
    asked = client.post("/v1/chat", json={"question": "The xylophone?"}, headers=MINE).json()
    client.post("/v1/feedback", json={"answer_id": asked["id"], "rating": "down", "comment": "No xylophone."}, headers=MINE)
    client.post("/v1/chat", json={"question": "The bassoon?"}, headers=YOURS)

    mine = client.get("/v1/me", headers=MINE).json()
    assert [turn["content"] for turn in mine["conversations"][0]["turns"]] == ["The xylophone?", asked["answer"]]
    assert [(answer["id"], answer["question"]) for answer in mine["answers"]] == [(asked["id"], "The xylophone?")]
    assert [said["comment"] for said in mine["feedback"]] == ["No xylophone."]

    assert client.delete("/v1/me", headers=MINE).json() == {
        "conversations": 1,
        "answers": 1,
        "feedback": 1,
        "events": 0,
        "keys": 0,
        "asides": 0,
    }
    assert places(tmp_path, ["xylophone"]) == set()
    assert client.get("/v1/me", headers=MINE).json()["conversations"] == []
    assert client.get(f"/v1/conversations/{asked['conversation_id']}", headers=MINE).status_code == 404
    assert [answer["question"] for answer in client.get("/v1/me", headers=YOURS).json()["answers"]] == ["The bassoon?"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_guest_has_nothing_and_nobody_is_nobody(client: TestClient, method: str, tmp_path: Path) -> None:
    assert client.request(method, "/v1/me").status_code == 401
    assert client.request(method, "/v1/me", headers={"x-role": "guest"}).status_code == 401
    open_to_all = TestClient(create_app(FakeAssistant(), FakeLibrary(), open_conversations(tmp_path / "other.sqlite3")))
    told = open_to_all.request(method, "/v1/me")
    assert (told.status_code, told.json()["detail"].partition(",")[0]) == (404, "Nobody has to say who they are here")
