"""What one person has said, in every channel: handed out whole, and erased so that nothing of it is found anywhere."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.people import DatabasePeople
from pc_assistant.bots.slack.rendering import NOT_HELPFUL
from pc_assistant.bots.slack.standin import workspace as slack
from pc_assistant.bots.teams.standin import organisation as teams
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.retention import Exported, Removed
from pc_assistant.domain.traces import Check, Trace
from pc_assistant.web.app import create_app
from tests.bots.slack.service import serving as serving_slack
from tests.bots.teams.service import serving as serving_teams
from tests.fakes import CITATION, FakeAssistant, FakeLibrary
from tests.keeping.walking import places

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ME = "key:0123456789"
CANARY = "xylophone"
OTHER = "bassoon"


class Echo(FakeAssistant):
    """Says back what it was asked, in every field that can hold it."""

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        return Answer(
            id=uuid4().hex,
            asked=question.text,
            status="answered",
            answer=f"You said: {question.text} [1]",
            citations=(CITATION,),
            standalone_question=question.text,
            suggestions=(question.text,),
            trace=Trace(steps=("screen",), checks=(Check(text=question.text, kept=True, why="it was asked"),)),
        )


def ask_on_the_web(data: Path) -> None:
    """By the API, the page, OpenAI's shape and the streams, with feedback: as a caller whose own things these are."""
    store = open_conversations(data / "conversations.sqlite3")
    with TestClient(create_app(Echo(), FakeLibrary(), store.of(ME))) as client:
        first = client.post("/v1/chat", json={"question": f"{CANARY} by the API?"}).json()
        client.post("/v1/chat", json={"question": f"{CANARY} again?", "conversation_id": first["conversation_id"]})
        client.post("/v1/chat", json={"question": f"{CANARY} streamed?", "stream": True})
        client.post("/v1/chat", json={"question": f"{CANARY} without a conversation?", "history": []})
        client.post("/", data={"question": f"{CANARY} by the page?"})
        message = [{"role": "user", "content": f"{CANARY} by OpenAI's shape?"}]
        client.post("/v1/chat/completions", json={"model": "pc-assistant-extractive", "messages": message})
        for path, send in (("/v1/feedback", "json"), ("/feedback", "data")):
            said = {"answer_id": first["id"], "rating": "down", "comment": f"{CANARY}!"}
            assert client.post(path, **{send: said}).status_code < 400
    asyncio.run(store.close())


def ask_in_slack(data: Path) -> None:
    """In a thread that two people share, in a direct message and by a command, with a reason for a thumb down."""
    with serving_slack(data, Echo(), private_replies=False) as service:
        said = service.people.say(slack.ALEX, slack.GENERAL, f"@assistant {CANARY} in Slack?")
        answer = service.replies(1)[-1]
        service.people.say(slack.SAM, slack.GENERAL, f"@assistant {OTHER} in Slack?", said.ts)
        service.replies(2)
        service.people.say(slack.ALEX, service.standin.workspace.direct(slack.ALEX), f"{CANARY} directly?")
        service.replies(3)
        buttons = [element for block in answer.blocks if block["type"] == "actions" for element in block["elements"]]
        service.people.click(slack.ALEX, answer, next(button for button in buttons if button["action_id"] == NOT_HELPFUL))
        service.standin.workspace.wait(lambda: service.standin.workspace.modals.get(slack.ALEX))
        service.people.submit(slack.ALEX, ["wrong"], f"{CANARY}?!")
        assert f"{CANARY}?!" in {given.feedback.comment for given in service.feedback()}


def ask_in_teams(data: Path) -> None:
    """In a channel that two people share and in a personal chat, with a thumb."""
    with serving_teams(data, Echo()) as service:
        said = service.people.say(teams.ALEX, f"@Collaboratives {CANARY} in Teams?", teams.CHANNEL)
        answer = service.replies(1, said.conversation)[-1]
        service.people.say(teams.SAM, f"@Collaboratives {OTHER} in Teams?", teams.CHANNEL, said.id)
        service.replies(2, said.conversation)
        service.people.say(teams.ALEX, f"{CANARY} personally?")
        service.replies(1, teams.ALEX.chat)
        service.settle()
        service.people.feed_back(teams.ALEX, answer, "dislike", json.dumps({"comment": f"{CANARY}!!"}))
        assert any(given.feedback.comment == f"{CANARY}!!" for given in service.feedback())


PEOPLE = {
    "web": ME,
    "slack": f"slack:{slack.TEAM}:{slack.ALEX}",
    "teams": f"teams:{teams.TENANT}:{teams.ALEX.directory_id}",
}


def done(data: Path, work: Any) -> Any:
    """What `work` gives, of the store and of the people in it."""

    async def run() -> Any:
        store = open_conversations(data / "conversations.sqlite3")
        try:
            return await work(store, DatabasePeople(store.engine, store.pseudonym))
        finally:
            await store.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which somebody has asked in every channel, and others beside them."""
    data = tmp_path_factory.mktemp("data")
    ask_on_the_web(data)
    ask_in_slack(data)
    ask_in_teams(data)
    return data


def test_what_a_person_has_said_is_handed_out_whole(said: Path) -> None:
    async def export(_: DatabaseConversations, people: DatabasePeople) -> dict[str, Exported]:
        return {channel: await people.export(person, NOW) for channel, person in PEOPLE.items()}

    found: dict[str, Exported] = done(said, export)
    texts = {channel: json.dumps(one.model_dump(mode="json")) for channel, one in found.items()}
    assert all(OTHER not in text for text in texts.values())
    for words in ("by the API", "again", "streamed", "without a conversation", "by the page", "by OpenAI's shape", "!"):
        assert f"{CANARY} {words}".replace(" !", "!") in texts["web"]
    assert [len(one.answers) for one in found.values()] == [6, 2, 2]
    assert [len(one.feedback) for one in found.values()] == [2, 1, 1]
    assert f"{CANARY}?!" in texts["slack"]
    assert {turn["role"] for one in found["slack"].conversations for turn in one["turns"]} == {"user", "assistant"}


def test_no_id_of_a_person_or_of_a_place_is_kept(said: Path) -> None:
    """Neither whose it is, nor where it was said: a direct message's place is a person's."""
    ids = [
        slack.ALEX,
        slack.SAM,
        slack.GENERAL,
        slack.TEAM,
        teams.ALEX.directory_id,
        f"29:{teams.ALEX.key}",
        teams.ALEX.chat,
        teams.TENANT,
        ME,
    ]
    assert places(said, [CANARY]) >= {"answers.question", "turns.content", "answers.answer", "answers.trace", "feedback.comment"}
    assert places(said, ids) == set()


def test_of_what_was_erased_nothing_is_found_anywhere(said: Path) -> None:
    async def erase(store: DatabaseConversations, people: DatabasePeople) -> tuple[Removed, Removed]:
        removed = [await people.erase(person) for person in PEOPLE.values()]
        left = [await people.export(person, NOW) for person in PEOPLE.values()]
        assert [(one.conversations, one.answers, one.feedback) for one in left] == [((), (), ())] * 3
        assert places(said, [CANARY]) == set()  # while the database is open, so in its log, too
        return removed[0], await people.erase(PEOPLE["web"])

    first, again = done(said, erase)
    assert (first.conversations, first.answers, first.feedback) == (3, 6, 2)
    assert again.total == 0
    assert places(said, [CANARY]) == set()
    assert places(said, [OTHER]) >= {"turns.content", "answers.question"}  # what others have said in the same threads stays
