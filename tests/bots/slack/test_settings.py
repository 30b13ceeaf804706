"""Slack by its settings: whole or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pc_assistant import bootstrap_bots
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.bots.channel import Channel
from pc_assistant.domain.errors import UsageError
from pc_assistant.settings import read_settings
from tests.fakes import FakeAssistant, FakeLibrary

TOKEN = "xoxb-secret"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DatabaseConversations]:
    store = open_conversations(tmp_path / "conversations.sqlite3")
    yield store
    await store.close()


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def made(store: DatabaseConversations, **given: object) -> list[Channel]:
    return bootstrap_bots.make_channels(read_settings(**given), lambda _: FakeAssistant(), FakeLibrary(), store)


async def test_slack_is_off_unless_it_has_a_token(store: DatabaseConversations) -> None:
    assert made(store) == []
    assert made(store, slack_signing_secret="s", slack_workspaces="T1") == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"slack_workspaces": "T1"}, "Slack needs either PC_SLACK_SIGNING_SECRET"),
        ({"slack_workspaces": "T1", "slack_signing_secret": "s", "slack_app_token": "t"}, "Slack needs either PC_SLACK_SIGNING_SECRET"),
        ({"slack_signing_secret": "s"}, "Slack needs PC_SLACK_WORKSPACES"),
    ],
)
async def test_half_the_settings_are_refused(store: DatabaseConversations, given: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        made(store, slack_bot_token=TOKEN, **given)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("token", ["xoxp-of-a-person", "secret", "0123456789abcdef"])
async def test_the_token_of_anything_but_a_bot_is_refused(store: DatabaseConversations, token: str) -> None:
    with pytest.raises(UsageError, match="begins with xoxb-") as refused:
        made(store, slack_bot_token=token, slack_signing_secret="s", slack_workspaces="T1")
    assert token not in str(refused.value)


async def test_what_would_make_the_sdk_ignore_the_token_is_refused(store: DatabaseConversations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "2")
    with pytest.raises(UsageError, match="unset them"):
        made(store, slack_bot_token=TOKEN, slack_signing_secret="s", slack_workspaces="T1")


async def test_over_http_it_has_its_routes_and_in_socket_mode_none(store: DatabaseConversations) -> None:
    (http,) = made(store, slack_bot_token=TOKEN, slack_signing_secret="s", slack_workspaces="T1 T2")
    (socket,) = made(store, slack_bot_token=TOKEN, slack_app_token="t", slack_workspaces="T1")
    assert [getattr(route, "path", "") for route in http.router.routes] == [
        "/integrations/slack/events",
        "/integrations/slack/commands",
        "/integrations/slack/interactions",
    ]
    assert socket.router.routes == []


def test_secrets_are_shown_nowhere() -> None:
    settings = read_settings(slack_bot_token=TOKEN, slack_signing_secret="s3cret", slack_app_token="t0ken")
    assert not any(secret in repr(settings) + str(settings) for secret in (TOKEN, "s3cret", "t0ken"))
