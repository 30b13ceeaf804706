"""The bot in Teams, from a person's message to what they see: the real service, with the stand-in playing Teams."""

import asyncio
import json
import threading
import time
from pathlib import Path

import httpx2
import pytest

from pc_assistant.bots import desk as desks
from pc_assistant.bots.teams.message import said as sentence
from pc_assistant.bots.teams.standin.organisation import ALEX, BOT, CHANNEL, GROUP, SAM, Fault, Json, Said
from pc_assistant.bots.work import Work
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question
from tests.bots.teams.service import PUBLIC, Service, serving
from tests.fakes import WORDS, FakeAssistant

ASKED = "When does the ferry sail?"


def infos(service: Service) -> list[tuple[str, str, int | None]]:
    """Type of activity, type and number of part of every part of a stream that was sent."""
    sent = [call["activity"] for call in service.standin.organisation.calls]
    streamed = [(one["type"], entity) for one in sent for entity in one.get("entities", ()) if entity["type"] == "streaminfo"]
    return [(kind, info["streamType"], info.get("streamSequence")) for kind, info in streamed]


def buttons(said: Said, kind: str) -> list[Json]:
    assert said.card is not None
    sets = [part for part in said.card["body"] if part["type"] == "ActionSet"]
    sets += [item for part in said.card["body"] for item in part.get("items", ()) if item["type"] == "ActionSet"]
    return [action for one in sets for action in one["actions"] if action["type"] == kind]


def test_a_personal_chat_is_answered_by_a_stream_with_citations_the_label_and_a_card(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        service.people.say(ALEX, ASKED)
        (reply,) = service.replies()
        assert infos(service) == [("typing", "informative", 1), ("typing", "streaming", 2), ("message", "final", None)]
    assert (reply.conversation, reply.text) == (ALEX.chat, f"**Answer.** From 1 passage in 1 document.\n\n{WORDS} [1]")
    (entity,) = [one for one in reply.activity["entities"] if one["type"] == "https://schema.org/Message"]
    assert entity["additionalType"] == ["AIGeneratedContent"]
    (claim,) = entity["citation"]
    link = f"{PUBLIC}/documents/ferry-guide?passage=0123456789abcdef#mornings"
    assert (claim["position"], claim["appearance"]["url"]) == (1, link)
    assert [action["url"] for action in buttons(reply, "Action.OpenUrl")] == [link]
    assert reply.activity["channelData"]["feedbackLoop"] == {"type": "custom"}
    assert reply.activity["summary"] == f"Answer: {WORDS}"


def test_a_request_is_acknowledged_before_the_answer_is_there(tmp_path: Path) -> None:
    assistant = Slow()
    with serving(tmp_path, assistant) as service:
        begun = time.perf_counter()
        done = service.people.deliver(service.people.message(ALEX, ASKED))
        assert (done.status, done.json) == (200, {})
        assert time.perf_counter() - begun < 5
        assert service.standin.organisation.of_bot() == []
        assistant.let()
        service.replies()


def test_the_route_is_described(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        described = httpx2.get(f"{service.url}/openapi.json", trust_env=False).json()["paths"]["/integrations/teams/messages"]
    assert described["post"]["operationId"] == "teams_messages"


def test_in_a_channel_and_a_group_chat_a_mention_is_answered_whole_and_in_its_place(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        for place in (CHANNEL, GROUP):
            said = service.people.say(ALEX, f"@Collaboratives {ASKED}", place)
            (reply,) = service.replies(1, said.conversation)
            assert reply.conversation == said.conversation
            assert f"{WORDS} [1]" in reply.text
        assert infos(service) == []
    assert [question.text for question in service.assistant.asked] == [ASKED, ASKED]


def test_what_is_not_said_to_the_bot_is_none_of_its_business(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        for place in (CHANNEL, GROUP):
            assert service.people.deliver(service.people.message(ALEX, ASKED, place)).status == 200
            other = [{"type": "mention", "text": "<at>Sam</at>", "mentioned": {"id": "29:sam", "name": "Sam"}}]
            assert service.people.deliver(service.people.message(ALEX, f"<at>Sam</at> {ASKED}", place) | {"entities": other}).status == 200
        for kind in ("messageReaction", "messageUpdate", "conversationUpdate", "typing", "event", "unheardOf"):
            assert service.people.deliver(service.people.message(ALEX, ASKED) | {"type": kind}).status == 200
        assert service.work.running == 0
    assert service.assistant.asked == []
    assert service.standin.organisation.calls == []


def test_the_thread_of_a_channel_and_the_day_of_a_chat_are_conversations(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        first = service.people.say(ALEX, f"@Collaboratives {ASKED}", CHANNEL)
        service.replies(1)
        service.people.say(SAM, "@Collaboratives And in winter?", CHANNEL, first.id)
        service.replies(2)
        service.people.say(SAM, "@Collaboratives And on Lundy?", CHANNEL)
        service.replies(3)
        for number, question in enumerate(("When?", "And in summer?"), 4):
            service.people.say(ALEX, question)
            service.replies(number)
        service.today.append(service.today[0].replace(day=22))
        service.people.say(ALEX, "And today?")
        service.replies(6)
    before = [[turn.content for turn in asked.history[::2]] for asked in service.assistant.asked]
    assert before == [[], [ASKED], [], [], ["When?"], []]


def test_a_button_asks_in_whatever_place_it_stands(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        service.people.install(ALEX, CHANNEL)
        (welcome,) = service.replies()
        action = buttons(welcome, "Action.Submit")[0]
        service.people.press(SAM, welcome, action)
        service.replies(2)
    assert [question.text for question in service.assistant.asked] == [action["title"]]


@pytest.mark.parametrize("said", ["help", " Help ", ""])
def test_who_asks_for_help_is_welcomed(tmp_path: Path, said: str) -> None:
    with serving(tmp_path) as service:
        service.people.deliver(service.people.message(ALEX, said))
        (reply,) = service.replies()
    assert reply.card is not None
    assert len(buttons(reply, "Action.Submit")) == 4
    assert "from named documents" in reply.card["fallbackText"]
    assert service.assistant.asked == []


def test_thumbs_are_kept_as_the_feedback_of_the_pages(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        for number, question in enumerate((ASKED, "And in winter?"), 1):
            service.people.say(ALEX, question)
            service.replies(number)
        first, second = service.replies(2)
        service.settle()
        assert service.people.thumb(ALEX, first, liked=True).status == 200
        assert "reasons" not in json.dumps(service.standin.organisation.forms["alex"][2])
        assert service.people.submit(ALEX, {"comment": ""}).json == {}
        service.people.thumb(ALEX, second, liked=False)
        given = {"reasons": "incomplete,wrong,invented", "comment": " The toolkit says more. ", "answer_id": "answer-1"}
        assert service.people.submit(ALEX, given).json == {}
        assert service.people.feed_back(ALEX, first, "dislike", json.dumps({"feedbackText": "In Teams' own form."})).json == {}
        for broken in ("", "no json", "[]", '{"comment": 5}', json.dumps({"comment": "a\x00b"}), json.dumps({"comment": "x" * 9000})):
            assert service.people.feed_back(ALEX, first, "like", broken).status == 200
        unknown = Said(ALEX.chat, "1", BOT, {})
        assert service.people.feed_back(ALEX, unknown, "like", "{}").json == {}
        elsewhere = Said(SAM.chat, first.id, BOT, {})
        assert service.people.feed_back(SAM, elsewhere, "like", "{}").json == {}
    kept = [one.feedback for one in service.feedback()]
    assert [(one.answer_id, one.rating, one.comment, one.reasons) for one in kept[:3]] == [
        ("answer-1", "up", "", ()),
        ("answer-2", "down", "The toolkit says more.", ("wrong", "incomplete")),
        ("answer-1", "down", "In Teams' own form.", ()),
    ]
    assert [len(one.comment) for one in kept[3:]] == [0, 0, 0, 0, 0, 2000]


def test_an_invoke_that_is_not_known_is_told_so(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        activity = service.people.message(ALEX, "") | {"type": "invoke", "name": "task/fetch", "value": {}}
        assert service.people.deliver(activity).status == 501


def test_where_teams_allows_no_stream_the_answer_comes_whole(tmp_path: Path) -> None:
    refused = {"error": {"code": "ContentStreamNotAllowed", "message": "Content stream is not allowed"}}
    with serving(tmp_path) as service:
        service.standin.organisation.faults.append(Fault(403, refused))
        service.people.say(ALEX, ASKED)
        (reply,) = service.replies()
        assert f"{WORDS} [1]" in reply.text
        assert len(infos(service)) == 1


def test_a_stream_that_breaks_at_its_end_is_sent_again_whole(tmp_path: Path) -> None:
    late = {"error": {"code": "ContentStreamNotAllowed", "message": "Content stream finished due to exceeded streaming time."}}
    assistant = Slow()
    with serving(tmp_path, assistant) as service:
        service.people.say(ALEX, ASKED)
        service.standin.organisation.wait(lambda: len(service.standin.organisation.calls) == 1)
        service.standin.organisation.faults.append(Fault(403, late))
        assistant.let()
        (reply,) = service.replies()
        assert f"{WORDS} [1]" in reply.text
        assert "streaminfo" not in json.dumps(reply.activity)


def test_a_busy_teams_is_asked_again_as_it_says(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        service.standin.organisation.faults += [Fault(429, headers={"Retry-After": "0"}), Fault(503, headers={"Retry-After": "0"})]
        service.people.say(ALEX, f"@Collaboratives {ASKED}", GROUP)
        service.replies()
        assert len(service.standin.organisation.calls) == 3


def test_a_fault_is_told_without_its_insides(tmp_path: Path) -> None:
    assistant = FakeAssistant()
    assistant.replies.append(ValueError("/var/secret"))
    with serving(tmp_path, assistant) as service:
        service.people.say(ALEX, ASKED)
        assert service.replies()[0].text == sentence(desks.FAILED)["text"]
        service.people.say(ALEX, "x" * 2001)
        assert service.replies(2)[1].text == "Shorten your question to 2,000 characters or fewer."
        service.people.say(ALEX, ASKED)
        assert f"{WORDS} [1]" in service.replies(3)[2].text


def test_more_than_can_be_worked_on_is_told_at_once(tmp_path: Path) -> None:
    assistant = Slow()
    with serving(tmp_path, assistant, work=Work(most=1)) as service:
        service.people.say(ALEX, ASKED)
        service.people.say(SAM, ASKED)
        assert service.replies(1, SAM.chat)[0].text == desks.BUSY
        assistant.let()
        service.replies(1, ALEX.chat)


def test_a_service_that_stops_finishes_what_it_can_and_apologises_for_the_rest(tmp_path: Path) -> None:
    quick, endless = Slow(), Slow()
    with serving(tmp_path / "a", quick) as service:
        service.people.say(ALEX, ASKED)
        assert quick.begun.wait(10)
        threading.Timer(0.3, quick.let).start()
    assert f"{WORDS} [1]" in service.replies()[0].text
    with serving(tmp_path / "b", endless, work=Work(drain_seconds=0.2)) as service:
        service.people.say(ALEX, ASKED)
        assert endless.begun.wait(10)
    assert service.replies()[0].text == desks.STOPPING


class Slow(FakeAssistant):
    """Answers once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def ask(self, question: Question) -> Answer:
        gate = asyncio.Event()
        self._waiting.append((asyncio.get_running_loop(), gate))
        self.begun.set()
        await gate.wait()
        return await super().ask(question)

    def let(self) -> None:
        assert self.begun.wait(10)
        for loop, gate in self._waiting:
            loop.call_soon_threadsafe(gate.set)
