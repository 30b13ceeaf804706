"""The stand-in as people use it: `pc-assistant dev slack`, its page, and that it refuses what Slack refuses."""

import re
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pc_assistant.bots.slack.standin.preview import markdown_html, mrkdwn_html
from pc_assistant.bots.slack.standin.server import standing_in
from pc_assistant.bots.slack.standin.workspace import ALEX, GENERAL
from tests.bots.slack.service import TOKEN, Service
from tests.conftest import CommandLine
from tests.test_serving import free_port


@pytest.mark.parametrize("mode", [(), ("--socket-mode",)], ids=["http", "socket mode"])
def test_a_person_chats_through_the_real_adapter(indexed: CommandLine, mode: tuple[str, ...]) -> None:
    with indexed.start("dev", "slack", "--port", str(free_port()), "--slack-port", "0", *mode) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", told)
            assert url, indexed.log.read_text(encoding="utf-8")
            assert "answers on" in process.stdout.readline()
            with httpx2.Client(base_url=url[0], follow_redirects=True, timeout=60) as page:
                page.post("/say", data={"user": ALEX, "channel": GENERAL, "text": "@assistant What does the lighthouse keeper do?"})
                with page.stream("GET", "/changes") as changes:
                    for _ in changes.iter_lines():
                        shown = page.get("/", params={"user": ALEX, "channel": GENERAL}).text
                        if "only you can see this" in shown:
                            break
            assert "The lighthouse keeper trims the lamp twice a night." in shown
            assert "only you can see this" in shown
            with closing(sqlite3.connect(indexed.folder / "data" / "conversations.sqlite3")) as kept:
                assert kept.execute("SELECT question FROM answers").fetchall() == [("What does the lighthouse keeper do?",)]
        finally:
            process.send_signal(signal.SIGINT)


def test_a_port_that_is_taken_is_told(indexed: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = indexed("dev", "slack", "--slack-port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "The stand-in cannot be served on port" in done.stderr


def test_the_page_shows_answers_buttons_and_modals(slack: Service) -> None:
    with httpx2.Client(base_url=slack.standin.url, follow_redirects=True, timeout=60) as page:
        page.post("/say", data={"user": ALEX, "channel": "D0ALEX", "text": "When does the <b>ferry</b> sail?"})
        reply = slack.replies()[-1]
        direct = {"user": ALEX, "channel": "D0ALEX"}
        shown = page.get("/", params=direct).text
        assert "When does the &lt;b&gt;ferry&lt;/b&gt; sail?" in shown
        assert "The ferry sails at nine. [1]" in shown
        page.post("/click", data={**direct, "action": "pc_not_helpful", "value": "answer-1", "ts": reply.ts})
        slack.standin.workspace.wait(lambda: slack.standin.workspace.modals.get(ALEX))
        shown = page.get("/", params=direct).text
        assert "<dialog open" in shown
        assert 'name="reasons" value="wrong"' in shown
        assert "Thank you." in page.post("/submit", data={**direct, "reasons": ["wrong"], "comment": "No."}).text
        assert "<dialog" not in page.post("/close", data=direct).text
        page.get("/", params={"user": ALEX, "channel": "home"})
        slack.standin.workspace.wait(lambda: slack.standin.workspace.homes.get(ALEX))
        assert "Questions to begin with" in page.get("/", params={"user": ALEX, "channel": "home"}).text
    assert [kept.feedback.comment for kept in slack.feedback()] == ["No."]


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "no such channel": ("chat.postMessage", {"channel": "C9", "text": "x"}, "channel_not_found"),
    "no such thread": ("chat.postMessage", {"channel": GENERAL, "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
    "too long": (
        "chat.postMessage",
        {"channel": GENERAL, "text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]},
        "invalid_blocks",
    ),
    "used trigger": ("views.open", {"trigger_id": "t", "view": {"type": "modal", "blocks": []}}, "exchanged_trigger_id"),
    "not streaming": ("chat.appendStream", {"channel": GENERAL, "ts": "1.0", "chunks": []}, "message_not_in_streaming_state"),
    "no such method": ("chat.shout", {}, "unknown_method"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_refuses_what_slack_refuses(name: str, tmp_path: Path) -> None:
    method, arguments, error = WRONG[name]
    with standing_in("http://127.0.0.1:9", "secret", TOKEN) as standin:
        done = httpx2.post(f"{standin.api_url}/{method}", json=arguments, headers={"Authorization": f"Bearer {TOKEN}"}).json()
        assert (done["ok"], done["error"]) == (False, error)
        assert httpx2.post(f"{standin.api_url}/{method}", json=arguments).json()["error"] == "invalid_auth"
        assert standin.workspace.said == []


def test_markup_is_shown_and_nothing_else_is_markup() -> None:
    assert str(mrkdwn_html("*a* &lt;b&gt; <https://x.example/?a=1&amp;b=2|[1]>\n>q\n>r `c`")) == (
        '<b>a</b> &lt;b&gt; <a href="https://x.example/?a=1&amp;b=2" rel="noreferrer">[1]</a><br><q>q<br>r <code>c</code></q>'
    )
    assert "<script>" not in mrkdwn_html("<script>alert(1)</script> &lt;script&gt;")
    assert str(markdown_html("**a** <b>\n\n- c")) == "<p><b>a</b> &lt;b&gt;</p><ul><li>c</li></ul>"
