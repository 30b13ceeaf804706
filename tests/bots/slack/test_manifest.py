"""The manifests of the Slack app fit the code: its routes, its events, its calls, and Slack's limits on manifests."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pc_assistant.bots.slack.bot import PATHS, PREFIX
from pc_assistant.bots.slack.standin.workspace import COMMAND
from pc_assistant.bots.slack.views import HOW

FOLDER = Path(__file__).parents[3] / "deploy" / "slack"
ADDRESS = "https://assistant.example.org"
SCOPES = {  # what Slack asks for each thing that the adapter does; views and auth.test need none
    "app_mentions:read": "the event app_mention",
    "chat:write": "chat.postMessage, chat.postEphemeral and the streaming methods",
    "commands": "the slash command",
    "im:history": "the event message.im",
    "im:write": "conversations.open, for an example that is clicked on the home of the app",
}


def manifest(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


@pytest.fixture(params=["manifest.yaml", "manifest-socket-mode.yaml"])
def either(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(request.param)


def test_no_more_is_asked_than_is_used(either: dict[str, Any]) -> None:
    assert either["oauth_config"] == {"scopes": {"bot": sorted(SCOPES)}}
    assert either["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened", "app_mention", "message.im"]


def test_what_slack_requires_of_a_manifest(either: dict[str, Any]) -> None:
    shown = either["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(either["features"]["bot_user"]["display_name"]) <= 80
    home = either["features"]["app_home"]
    assert (home["home_tab_enabled"], home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (True, True, False)
    (command,) = either["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == (COMMAND, False)
    assert f"`{COMMAND}`" in HOW
    assert either["settings"]["interactivity"]["is_enabled"]


def test_over_http_every_route_is_named() -> None:
    http = manifest("manifest.yaml")
    settings = http["settings"]
    named = [
        settings["event_subscriptions"]["request_url"],
        http["features"]["slash_commands"][0]["url"],
        settings["interactivity"]["request_url"],
    ]
    assert named == [f"{ADDRESS}{PREFIX}{path}" for path in PATHS]
    assert not settings["socket_mode_enabled"]


def test_in_socket_mode_there_is_no_address() -> None:
    text = (FOLDER / "manifest-socket-mode.yaml").read_text(encoding="utf-8")
    assert "http" not in text
    assert manifest("manifest-socket-mode.yaml")["settings"]["socket_mode_enabled"]


def test_every_permission_is_explained() -> None:
    page = (FOLDER.parents[1] / "docs" / "slack.md").read_text(encoding="utf-8")
    assert all(f"`{scope}`" in page for scope in SCOPES)
