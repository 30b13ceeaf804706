"""Who may send what: every way in which a request to Slack's routes can be wrong, and that nothing comes of it."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from pc_assistant.bots.slack.standin.people import sign
from pc_assistant.bots.slack.standin.workspace import ALEX, BOT, GENERAL, TEAM
from tests.bots.slack.conftest import Start
from tests.bots.slack.service import SECRET, Service

EVENT = {"type": "app_mention", "user": ALEX, "text": f"<@{BOT}> Unwanted?", "ts": "1.000001", "channel": GENERAL, "team": TEAM}
BODY = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0", "event_id": "Ev0", "event_time": 1, "event": EVENT}
RAW = json.dumps(BODY).encode()


def stamped(seconds: float = 0, secret: str = SECRET, raw: bytes = RAW) -> dict[str, str]:
    """Headers signed so many seconds from now."""
    timestamp = str(int(time.time() + seconds))
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": sign(secret, timestamp, raw)}


def nothing_came_of_it(slack: Service) -> bool:
    """Whether only the question asked now was asked."""
    slack.people.say(ALEX, "D0ALEX", "The last question?")
    slack.standin.workspace.wait(lambda: slack.assistant.asked and slack.assistant.asked[-1].text == "The last question?")
    return not any("Unwanted" in question.text for question in slack.assistant.asked)


REFUSED: dict[str, Callable[[], Mapping[str, str | bytes]]] = {  # made when they are used, since they age
    "no signature": lambda: {"x-slack-signature": ""},
    "another secret": lambda: stamped(secret="another"),
    "signature of another body": lambda: stamped(raw=RAW + b" "),
    "signature that is not ASCII": lambda: {"x-slack-signature": b"v0=\xe9"},
    "signature without its version": lambda: {"x-slack-signature": stamped()["x-slack-signature"].removeprefix("v0=")},
    "no timestamp": lambda: {"x-slack-request-timestamp": ""},
    "timestamp that is no number": lambda: {"x-slack-request-timestamp": "yesterday"},
    "timestamp that was not signed": lambda: {"x-slack-request-timestamp": str(int(time.time()) + 5)},
    "stale": lambda: stamped(-301),
    "of the future": lambda: stamped(+330),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("path", ["/events", "/commands", "/interactions"])
def test_what_is_not_signed_is_refused_before_it_is_read(slack: Service, path: str, name: str) -> None:
    refused = slack.standin.http.send(path, RAW, headers=REFUSED[name]())
    assert (refused.status, refused.json["status"]) == (401, 401)


def test_nothing_came_of_what_was_not_signed(slack: Service) -> None:
    assert nothing_came_of_it(slack)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"[1]", b'"x"', b"null", b"12", b"\xff\xfe", b'{"event": "x"}', b'{"event": [1]}', b"payload=x", b"payload=[1]"],
)
def test_a_malformed_body_is_refused_even_when_it_is_signed(slack: Service, raw: bytes) -> None:
    status = 401 if raw.startswith(b"\xff") else 400  # what is no text cannot have been signed
    assert slack.standin.http.send("/events", raw).status == status
    assert slack.standin.http.send("/events", raw, headers={"x-slack-signature": "v0=0"}).status == 401
    done = slack.standin.http.send("/interactions", raw, "application/x-www-form-urlencoded")
    assert done.status == status or (done.status, done.body) == (200, "")  # a form that names no workspace is dropped


def test_an_oversized_body_is_refused(slack: Service) -> None:
    raw = json.dumps({**BODY, "padding": "x" * 256_001}).encode()
    assert slack.standin.http.send("/events", raw).status == 413


def test_only_post_is_answered(slack: Service) -> None:
    assert httpx2.get(f"{slack.url}/integrations/slack/events").status_code == 405


def test_a_delivery_that_is_repeated_or_replayed_is_done_once(slack: Service) -> None:
    event = EVENT | {"text": f"<@{BOT}> Wanted once?", "ts": "2.000001"}
    raw = json.dumps({**BODY, "event_id": "Ev1", "event": event}).encode()
    headers = stamped(raw=raw)
    answered = [slack.standin.http.send("/events", raw, headers=headers).status for _ in range(2)]
    for number in (1, 2, 3):
        retry = {**stamped(raw=raw), "x-slack-retry-num": str(number), "x-slack-retry-reason": "http_timeout"}
        answered.append(slack.standin.http.send("/events", raw, headers=retry).status)
    assert answered == [200] * 5
    assert nothing_came_of_it(slack)
    assert [question.text for question in slack.assistant.asked].count("Wanted once?") == 1


def test_a_command_that_is_replayed_is_done_once(slack: Service) -> None:
    form = {"team_id": TEAM, "channel_id": GENERAL, "user_id": ALEX, "command": "/c", "text": "Once only?", "trigger_id": "t.1"}
    form["response_url"] = f"{slack.standin.url}/responses/none"
    raw = urlencode(form).encode()
    done = [slack.standin.http.send("/commands", raw, "application/x-www-form-urlencoded") for _ in range(2)]
    assert [one.status for one in done] == [200, 200]
    assert ["Looking" in one.body for one in done] == [True, False]


FOREIGN: dict[str, dict[str, Any]] = {
    "the app's workspace": {"team_id": "T0OTHER"},
    "the person's workspace": {"event": EVENT | {"team": "T0OTHER"}},
    "the person's workspace in a shared channel": {"event": EVENT | {"user_team": "T0OTHER"}},
    "no workspace": {"team_id": None, "event": {key: value for key, value in EVENT.items() if key != "team"}},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_an_unknown_workspace_is_not_served(slack: Service, name: str, caplog: pytest.LogCaptureFixture) -> None:
    raw = json.dumps({**BODY, "event_id": f"Ev {name}", **FOREIGN[name]}).encode()
    dropped = slack.standin.http.send("/events", raw)
    assert (dropped.status, dropped.body) == (200, "")
    assert nothing_came_of_it(slack)
    assert "workspace that is not served" in caplog.text


def test_a_command_or_click_from_an_unknown_workspace_is_not_served(slack: Service) -> None:
    form = {"team_id": "T0OTHER", "channel_id": GENERAL, "user_id": "U9", "command": "/c", "text": "Unwanted?", "trigger_id": "t.9"}
    done = slack.standin.http.send("/commands", urlencode(form).encode(), "application/x-www-form-urlencoded")
    assert (done.status, done.body) == (200, "This assistant does not serve your workspace.")
    click: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U9", "team_id": "T0OTHER"},
        "trigger_id": "t.10",
    }
    click["actions"] = [{"type": "button", "action_id": "pc_ask", "block_id": "b", "value": "Unwanted?", "action_ts": "1"}]
    raw = urlencode({"payload": json.dumps(click)}).encode()
    assert slack.standin.http.send("/interactions", raw, "application/x-www-form-urlencoded").body == ""
    assert nothing_came_of_it(slack)


def test_headers_that_no_signature_covers_change_nothing(slack: Service) -> None:
    raw = json.dumps({**BODY, "event_id": "Ev7", "event": EVENT | {"ts": "7.1", "text": f"<@{BOT}> Lazily?"}}).encode()
    lazy = {**stamped(raw=raw), "x-slack-bolt-lazy-only": "1", "x-slack-bolt-lazy-function-name": "mentioned"}
    assert slack.standin.http.send("/events", raw, headers=lazy).status == 200
    slack.standin.workspace.wait(lambda: "Lazily?" in [question.text for question in slack.assistant.asked])


def test_the_address_is_verified_for_slack(slack: Service) -> None:
    raw = json.dumps({"type": "url_verification", "token": "x", "challenge": "the challenge"}).encode()
    assert "the challenge" in slack.standin.http.send("/events", raw).body
    assert slack.standin.http.send("/events", raw, headers=stamped(secret="another", raw=raw)).status == 401


def test_an_ssl_check_is_signed_like_everything_else(slack: Service) -> None:
    assert (
        slack.standin.http.send("/events", b"ssl_check=1", "application/x-www-form-urlencoded", {"x-slack-signature": "v0=0"}).status == 401
    )


def test_a_wrong_bot_token_is_no_secret_told_to_anybody(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    slack = start(bot_token="xoxb-wrong-token")
    slack.people.say(ALEX, GENERAL, "@assistant Unwanted?")
    slack.standin.workspace.wait(lambda: slack.called("auth.test"))
    assert slack.assistant.asked == []
    assert "xoxb-wrong-token" not in caplog.text


def test_the_routes_are_described(slack: Service) -> None:
    paths = httpx2.get(f"{slack.url}/openapi.json").json()["paths"]
    described = {path: methods["post"] for path, methods in paths.items() if path.startswith("/integrations/")}
    assert [operation["operationId"] for operation in described.values()] == ["slack_events", "slack_commands", "slack_interactions"]
    assert all(
        operation["summary"] and operation["description"] and "default" in operation["responses"] for operation in described.values()
    )
