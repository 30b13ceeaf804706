"""What people do in Slack, and what comes of it: the real adapter, the real SDK, signed requests, and the stand-in's Web API."""

import asyncio
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from pc_assistant.bots import desk as desks
from pc_assistant.bots.slack import views
from pc_assistant.bots.slack.rendering import HELPFUL, NOT_HELPFUL, SOURCES
from pc_assistant.bots.slack.standin.workspace import ALEX, BOT, GENERAL, SAM, Fault, Json, Said
from pc_assistant.bots.work import Work
from pc_assistant.channels import words
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question
from tests.bots.slack.conftest import Start
from tests.bots.slack.service import Service, serving
from tests.fakes import WORDS, FakeAssistant, answer

DIRECT = "D0ALEX"


class Slow(FakeAssistant):
    """Answers when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        await asyncio.to_thread(self.let_go.wait, 2)
        return answer(len(self.asked))


def say(slack: Service, channel: str, text: str, thread: str = "", user: str = ALEX) -> Said:
    """Says something; the reply."""
    before = len(slack.said())
    slack.people.say(user, channel, text, thread)
    return slack.replies(before + 1)[-1]


def element(said: Said, action: str) -> Json:
    """A button of a message."""
    found: Json = next(e for block in said.blocks if block["type"] == "actions" for e in block["elements"] if e["action_id"] == action)
    return found


def settle(slack: Service, text: str = "settled") -> list[Question]:
    """All that was asked, once a question asked after everything else is answered."""
    say(slack, slack.standin.workspace.direct(SAM), text, user=SAM)
    asked: list[Question] = slack.assistant.asked
    return asked


# Where it answers, and where it does not


def test_a_mention_is_answered_to_the_person_alone(slack: Service) -> None:
    before = len(slack.said())
    asked = slack.people.say(ALEX, GENERAL, "@assistant When does the ferry sail?")
    reply = slack.replies(before + 1)[-1]
    assert (reply.seen_by, reply.thread) == (ALEX, "")  # Slack shows a private message in a thread only once the thread has begun
    assert WORDS in reply.text
    reply = say(slack, GENERAL, "@assistant And in winter?", thread=asked.ts)
    assert (reply.seen_by, reply.thread) == (ALEX, asked.ts)
    assert [turn.content for turn in slack.assistant.asked[-1].history] == ["When does the ferry sail?", f"{WORDS} [1]"]


def test_what_is_told_privately_is_no_part_of_anothers_conversation(slack: Service) -> None:
    before = len(slack.said())
    asked = slack.people.say(ALEX, GENERAL, "@assistant When does the ferry sail?")
    slack.replies(before + 1)
    reply = say(slack, GENERAL, "@assistant And in winter?", thread=asked.ts, user=SAM)
    assert reply.seen_by == SAM
    assert slack.assistant.asked[-1].history == ()


def test_in_the_open_a_thread_is_one_conversation_of_all(start: Start) -> None:
    slack = start(private_replies=False)
    asked = slack.people.say(ALEX, GENERAL, "@assistant When does the ferry sail?")
    reply = slack.replies()[-1]
    assert (reply.seen_by, reply.thread) == ("", asked.ts)
    assert [call["unfurl_links"] for call in slack.called("chat.postMessage")] == [False]
    say(slack, GENERAL, "@assistant And in winter?", thread=asked.ts, user=SAM)
    assert len(slack.assistant.asked[-1].history) == 2


def test_a_direct_message_is_answered_in_its_thread_and_grows(slack: Service) -> None:
    slack.assistant.replies.append(answer(7, "\n\n".join([f"{WORDS} [1]"] * 40)))
    before = len(slack.called("chat.appendStream"))
    asked = slack.people.say(ALEX, DIRECT, "When does the ferry sail?")
    reply = slack.standin.workspace.wait(lambda: next((said for said in slack.said() if said.thread == asked.ts), None))
    assert reply.markdown.startswith("**Answer.** From 1 passage in 1 document.\n\n" + WORDS)
    assert reply.markdown.count(WORDS) == 40
    assert len(slack.called("chat.appendStream")) > before
    say(slack, DIRECT, "And in winter?", thread=asked.ts)
    assert len(slack.assistant.asked[-1].history) == 2
    say(slack, DIRECT, "When does the ferry sail?")
    assert slack.assistant.asked[-1].history == ()


def test_streaming_can_be_off(start: Start) -> None:
    slack = start(streaming=False)
    reply = say(slack, DIRECT, "When does the ferry sail?")
    assert (reply.markdown, slack.called("chat.startStream")) == ("", [])
    assert WORDS in reply.text


def test_where_streaming_fails_the_answer_is_posted(slack: Service) -> None:
    slack.standin.workspace.faults["chat.startStream"] = slack_faults({"ok": False, "error": "unknown_method"})
    reply = say(slack, DIRECT, "When does the ferry sail?")
    assert reply.markdown == ""
    assert WORDS in reply.text


EVENTS: dict[str, Json] = {
    "said in a channel": {"type": "message", "channel_type": "channel", "channel": GENERAL},
    "said in a group": {"type": "message", "channel_type": "mpim", "channel": "G0GROUP"},
    "by a bot in a direct message": {"type": "message", "channel_type": "im", "channel": DIRECT, "bot_id": "B0OTHER"},
    "by ourselves": {"type": "message", "channel_type": "im", "channel": DIRECT, "user": BOT, "bot_id": "B0ASSISTANT"},
    "by a bot that mentions": {"type": "app_mention", "channel": GENERAL, "bot_id": "B0OTHER"},
    "edited": {"type": "message", "channel_type": "im", "channel": DIRECT, "subtype": "message_changed"},
    "joined": {"type": "message", "channel_type": "im", "channel": DIRECT, "subtype": "channel_join"},
    "mentioned in a direct message": {"type": "app_mention", "channel": DIRECT},
    "something else": {"type": "reaction_added", "channel": GENERAL},
}


@pytest.mark.parametrize("name", EVENTS)
def test_it_never_answers_where_it_was_not_addressed(slack: Service, name: str) -> None:
    event = {"user": ALEX, "text": f"Unasked: {name}", "ts": slack.standin.workspace.next_ts()} | EVENTS[name]
    assert slack.people.deliver(event).status == 200
    assert f"Unasked: {name}" not in [question.text for question in settle(slack)]


def test_what_is_edited_is_not_answered_again(slack: Service) -> None:
    before = len(slack.said())
    said = slack.people.say(ALEX, GENERAL, "@assistant When does the boat sail?")
    slack.replies(before + 1)
    (event,) = slack.people.events_of(said)
    slack.people.deliver({**event, "text": f"<@{BOT}> When does the boat sail, please?", "edited": {"ts": "2"}})
    assert [question.text for question in settle(slack) if "boat" in question.text] == ["When does the boat sail?"]


# What it says


def test_it_can_stay_silent_where_it_has_no_citation(start: Start) -> None:
    slack = start(silent_without_citations=True)
    refusal = Answer(id="r", status="refused", answer="No.", reason="not_covered")
    slack.assistant.replies.extend(
        [refusal, refusal.model_copy(update={"id": "r2"}), refusal.model_copy(update={"id": "g", "reason": "greeting"})]
    )
    slack.people.say(ALEX, GENERAL, "@assistant What is the capital of France?")
    assert "Not in the documents" in say(slack, DIRECT, "What is the capital of France?").markdown  # a direct message is always answered
    assert "Hello" in say(slack, GENERAL, "@assistant Hello").text
    assert len(slack.said()) == 2


def test_a_slash_command_is_acknowledged_at_once_and_answered_privately(start: Start) -> None:
    slow = Slow()
    slack = start(assistant=slow)
    before = time.monotonic()
    done = slack.people.command(ALEX, GENERAL, "When does the ferry sail?")
    assert time.monotonic() - before < 1
    assert (done.status, done.json["response_type"], done.json["text"]) == (200, "ephemeral", "Looking in the documents …")
    slow.let_go.set()
    reply = slack.replies(2)[-1]
    assert reply.seen_by == ALEX
    assert WORDS in reply.text


@pytest.mark.parametrize("text", ["", " ", "help", "Help"])
def test_a_command_without_a_question_tells_how_to_ask(slack: Service, text: str) -> None:
    assert slack.people.command(ALEX, GENERAL, text).json["text"] == views.HOW


def test_a_mention_without_a_question_tells_how_to_ask(slack: Service) -> None:
    assert "Ask me" in say(slack, GENERAL, "@assistant").text


def test_events_are_acknowledged_while_the_answer_is_still_awaited(start: Start) -> None:
    slow = Slow()
    slack = start(assistant=slow)
    before = time.monotonic()
    said = slack.people.say(ALEX, GENERAL, "@assistant When does the ferry sail?")
    assert time.monotonic() - before < 1
    assert slack.said() == []
    slow.let_go.set()
    assert slack.replies()[-1].ts > said.ts


def test_a_question_that_cannot_be_asked_is_told_to_the_person(slack: Service) -> None:
    assert say(slack, GENERAL, "@assistant " + "a" * 2001).text == "Shorten your question to 2,000 characters or fewer."


def test_a_fault_is_told_without_its_insides(slack: Service) -> None:
    slack.assistant.replies.append(ValueError("/var/secret"))
    assert say(slack, DIRECT, "When?").text == desks.FAILED


def test_who_asks_too_often_is_told_to_wait_and_others_are_not(start: Start) -> None:
    slack = start(per_minute=2)
    said = [say(slack, GENERAL, f"@assistant Question {number}?") for number in range(3)]
    assert [desks.TOO_OFTEN in one.text for one in said] == [False, False, True]
    assert said[-1].seen_by == ALEX
    assert WORDS in say(slack, GENERAL, "@assistant When?", user=SAM).text
    assert len(slack.assistant.asked) == 3


def test_where_too_much_is_running_it_says_so(start: Start) -> None:
    slow = Slow()
    slack = start(assistant=slow, work=Work(most=1))
    slack.people.say(ALEX, GENERAL, "@assistant One?")
    assert desks.BUSY in say(slack, GENERAL, "@assistant Two?", user=SAM).text
    slow.let_go.set()
    assert WORDS in slack.replies(2)[-1].text


def test_a_service_that_stops_finishes_or_apologises(tmp_path: Path) -> None:
    slow = Slow()
    with serving(tmp_path, slow, work=Work(drain_seconds=0.05)) as slack:
        slack.people.say(ALEX, GENERAL, "@assistant One?")
        while not slow.asked:
            time.sleep(0.005)
        slack.stop()
        assert slack.replies()[-1].text == desks.STOPPING


def test_a_call_that_slack_asks_to_repeat_later_is_repeated(slack: Service) -> None:
    slack.standin.workspace.faults["chat.postEphemeral"] = slack_faults({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})
    assert WORDS in say(slack, GENERAL, "@assistant When?").text


# What can be clicked


def test_an_answer_is_found_helpful(start: Start) -> None:
    slack = start()
    reply = say(slack, GENERAL, "@assistant When does the ferry sail?")
    assert slack.people.click(ALEX, reply, element(reply, HELPFUL)).status == 200
    assert slack.replies(2)[-1].text == words.THANKS
    ((feedback, question),) = [(kept.feedback, kept.about.question) for kept in slack.feedback()]
    assert (feedback.rating, feedback.reasons, question) == ("up", (), "When does the ferry sail?")


def test_an_answer_is_found_not_helpful_and_why(start: Start) -> None:
    slack = start()
    reply = say(slack, DIRECT, "When does the ferry sail?")
    slack.people.click(ALEX, reply, element(reply, NOT_HELPFUL))
    view = slack.standin.workspace.wait(lambda: slack.standin.workspace.modals.get(ALEX))
    assert [option["text"]["text"] for option in view["blocks"][0]["element"]["options"]] == list(words.REASONS.values())
    done = slack.people.submit(ALEX, ["wrong", "out_of_date", "unheard_of"], " It sails at ten. ")
    assert done.json["view"]["blocks"][0]["text"]["text"] == words.THANKS
    (feedback,) = [kept.feedback for kept in slack.feedback()]
    assert feedback.model_dump() == {
        "answer_id": "answer-1",
        "rating": "down",
        "comment": "It sails at ten.",
        "reasons": ("wrong", "out_of_date"),
    }


def test_a_comment_that_cannot_be_kept_is_told_beside_its_field(slack: Service) -> None:
    reply = say(slack, DIRECT, "When does the ferry sail?")
    slack.people.click(ALEX, reply, element(reply, NOT_HELPFUL))
    slack.standin.workspace.wait(lambda: slack.standin.workspace.modals.get(ALEX))
    done = slack.people.submit(ALEX, [], "a\x00b")
    assert done.json["response_action"] == "errors"
    assert "control character" in done.json["errors"]["comment"]


def test_all_sources_with_their_quotes_open_beside(slack: Service) -> None:
    slack.standin.workspace.modals.clear()
    reply = say(slack, GENERAL, "@assistant When does the ferry sail?")
    slack.people.click(ALEX, reply, element(reply, SOURCES))
    view = slack.standin.workspace.wait(lambda: slack.standin.workspace.modals.get(ALEX))
    assert f">{WORDS}" in [block["text"]["text"] for block in view["blocks"]]


def test_an_answer_that_is_not_kept_any_more_says_so(slack: Service) -> None:
    reply = say(slack, GENERAL, "@assistant When does the ferry sail?")
    for action in (HELPFUL, SOURCES):
        before = len(slack.said())
        slack.people.click(ALEX, reply, {**element(reply, action), "value": "forgotten"})
        assert slack.replies(before + 1)[-1].text == words.NOT_KEPT
    slack.people.click(ALEX, reply, {**element(reply, NOT_HELPFUL), "value": "forgotten"})
    slack.standin.workspace.wait(lambda: slack.standin.workspace.modals.get(ALEX, {}).get("private_metadata") == "forgotten")
    done = slack.people.submit(ALEX, [], "")
    assert done.json["view"]["blocks"][0]["text"]["text"] == words.NOT_KEPT


def test_the_home_shows_examples_that_are_asked_with_a_click(slack: Service) -> None:
    slack.people.open_home(SAM)
    home = slack.standin.workspace.wait(lambda: slack.standin.workspace.homes.get(SAM))
    buttons = [block["accessory"] for block in home["blocks"] if "accessory" in block]
    assert [button["value"] for button in buttons] == [question for _, questions in words.EXAMPLES for question in questions]
    before = len(slack.said())
    slack.people.click(SAM, None, buttons[0])
    asked, reply = slack.replies(before + 2)[-2:]
    assert asked.text == f"You asked: {buttons[0]['value']}"
    assert (reply.thread, reply.channel) == (asked.ts, "D0SAM")
    assert slack.assistant.asked[-1].text == buttons[0]["value"]


# Socket Mode


def test_socket_mode_needs_no_route(start: Start) -> None:
    slack = start(socket_mode=True)
    reply = say(slack, GENERAL, "@assistant When does the ferry sail?")
    assert WORDS in reply.text
    assert slack.people.command(ALEX, GENERAL, "When?").json["text"] == "Looking in the documents …"
    slack.people.click(ALEX, reply, element(reply, NOT_HELPFUL))
    slack.standin.workspace.wait(lambda: slack.standin.workspace.modals.get(ALEX))
    assert slack.people.submit(ALEX, ["wrong"], "").json["response_action"] == "update"
    assert [kept.feedback.reasons for kept in slack.feedback()] == [("wrong",)]
    assert slack.standin.http.send("/events", b"{}").status in (404, 405)


def slack_faults(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    """A queue with one fault."""
    return deque([Fault(status, body, headers or {})])
