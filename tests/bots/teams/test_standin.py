"""The stand-in as people use it: `pc-assistant dev teams`, its page, and that it refuses what Teams refuses."""

import re
import signal
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pc_assistant.bots.teams.message import message
from pc_assistant.bots.teams.standin.connector import Refused, check, take
from pc_assistant.bots.teams.standin.organisation import ALEX, CHANNEL, Organisation
from pc_assistant.bots.teams.standin.preview import card_html, text_html
from tests.bots.teams.cases import HOSTILE, address
from tests.bots.teams.service import serving
from tests.channels.script import ANSWERS
from tests.conftest import CommandLine
from tests.test_serving import free_port


def test_a_person_chats_through_the_real_adapter(indexed: CommandLine) -> None:
    behind = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:9")
    with indexed.with_env(**behind).start("dev", "teams", "--port", str(free_port()), "--teams-port", "0") as process:
        try:
            assert process.stdout is not None
            url = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert url, indexed.log.read_text(encoding="utf-8")
            assert "answers on" in process.stdout.readline()
            with httpx2.Client(base_url=url[0], follow_redirects=True, timeout=20, trust_env=False) as page:
                page.post("/say", data={"who": "alex", "place": "chat", "text": "What does the lighthouse keeper do?"})
                with page.stream("GET", "/changes") as changes:
                    for _ in changes.iter_lines():
                        shown = page.get("/").text
                        if "Open source 1 in the reader" in shown:
                            break
            assert "The lighthouse keeper trims the lamp twice a night." in shown
        finally:
            process.send_signal(signal.SIGINT)


def test_a_port_that_is_taken_is_told(indexed: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = indexed("dev", "teams", "--teams-port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "The stand-in cannot be served on port" in done.stderr


def test_the_page_shows_answers_welcomes_and_forms(tmp_path: Path) -> None:
    with (
        serving(tmp_path) as service,
        httpx2.Client(base_url=service.standin.url, follow_redirects=True, timeout=20, trust_env=False) as page,
    ):
        page.post("/install", data={"who": "alex", "place": "general"})
        (welcome,) = service.replies()
        shown = page.get("/", params={"place": "general"}).text
        assert "Try one of these" in shown
        example = re.search(r'<button name="action" value="([^"]+)"', shown)
        assert example
        page.post("/press", data={"who": "sam", "place": "general", "message": welcome.id, "action": example[1]})
        reply = service.replies(2)[1]
        service.settle()
        shown = page.post("/thumb", data={"who": "sam", "place": "general", "message": reply.id, "liked": "no"}).text
        assert "What was the matter?" in shown
        page.post("/submit", data={"who": "sam", "place": "general", "reasons": ["wrong", "incomplete"], "comment": "More."})
        page.post("/say", data={"who": "alex", "place": "chat", "text": "When does the <b>ferry</b> sail?"})
        service.replies(3)
        assert "When does the &lt;b&gt;ferry&lt;/b&gt; sail?" in page.get("/").text
        assert [question.text for question in service.assistant.asked] == [example[1], "When does the <b>ferry</b> sail?"]
    assert [(one.feedback.rating, one.feedback.reasons, one.feedback.comment) for one in service.feedback()] == [
        ("down", ("wrong", "incomplete"), "More.")
    ]


def test_nothing_of_an_answer_becomes_markup_on_the_page() -> None:
    activity = message(HOSTILE, address)
    shown = str(text_html(activity) + card_html(activity["attachments"][0]["content"]["body"], lambda action: action["title"]))
    assert "<script" not in shown
    assert "evil.example" not in re.sub(r">[^<]*<", "><", shown)
    assert shown.count('class="mark"') == 1


def broken(**change: Any) -> dict[str, Any]:
    return {**message(ANSWERS["answered"], address), **change}


@pytest.mark.parametrize(
    ("activity", "size", "status"),
    [
        (broken(), 28_001, 413),
        (broken(text="No marks."), 100, 400),
        (broken(type="typing"), 100, 400),
        (broken(entities=[*broken()["entities"]] * 2), 100, 400),
        (broken(attachments=[{"content": {"type": "AdaptiveCard", "body": [{"type": "Marquee"}]}}]), 100, 400),
    ],
    ids=["too large", "citations without marks", "a card in a part of a stream", "two entities", "an unknown part of a card"],
)
def test_what_teams_would_refuse_is_refused(activity: dict[str, Any], size: int, status: int) -> None:
    check(broken(), 100)
    with pytest.raises(Refused) as refused:
        check(activity, size)
    assert refused.value.status == status


def test_a_stream_is_for_one_person_and_only_grows() -> None:
    organisation = Organisation()

    def part(kind: str, text: str, **more: Any) -> dict[str, Any]:
        return {"type": "typing", "text": text, "entities": [{"type": "streaminfo", "streamType": kind, **more}]}

    with pytest.raises(Refused, match="not allowed"):
        take(organisation, CHANNEL, part("informative", "Looking", streamSequence=1))
    said = take(organisation, ALEX.chat, part("informative", "Looking", streamSequence=1))
    for wrong in ({"streamSequence": 3}, {}):
        with pytest.raises(Refused, match="PreCondition"):
            take(organisation, ALEX.chat, part("streaming", "It", streamId=said.id, **wrong))
    take(organisation, ALEX.chat, part("streaming", "It", streamId=said.id, streamSequence=2))
    with pytest.raises(Refused, match="only grows"):
        take(organisation, ALEX.chat, part("streaming", "At", streamId=said.id, streamSequence=3))
    take(organisation, ALEX.chat, part("final", "It sails.", streamId=said.id))
    with pytest.raises(Refused, match="completed"):
        take(organisation, ALEX.chat, part("streaming", "It sails. More.", streamId=said.id, streamSequence=3))
    assert (said.text, said.streaming) == ("It sails.", False)
