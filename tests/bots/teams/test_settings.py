"""Teams by its settings: whole or not at all, and never with its door open."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import dotenv
import pytest

from pc_assistant import bootstrap_bots
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.bots.channel import Channel
from pc_assistant.bots.teams.channel import OPEN_DOOR, PATH
from pc_assistant.bots.teams.standin.organisation import APP_ID, TENANT
from pc_assistant.domain.errors import SetupError, UsageError
from pc_assistant.settings import Settings, read_settings
from tests.conftest import CommandLine
from tests.fakes import FakeAssistant, FakeLibrary
from tests.test_serving import free_port

WHOLE = {"teams_app_id": APP_ID, "teams_app_secret": "s3cret", "teams_tenant_id": TENANT}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DatabaseConversations]:
    store = open_conversations(tmp_path / "conversations.sqlite3")
    yield store
    await store.close()


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(OPEN_DOOR, raising=False)


def made(store: DatabaseConversations, **given: object) -> list[Channel]:
    return bootstrap_bots.make_channels(read_settings(**given), lambda _: FakeAssistant(), FakeLibrary(), store)


async def test_teams_is_off_unless_it_has_an_app(store: DatabaseConversations) -> None:
    assert made(store, teams_app_secret="s3cret", teams_tenant_id=TENANT) == []
    (channel,) = made(store, **WHOLE)
    assert [getattr(route, "path", "") for route in channel.router.routes] == [PATH]
    async with channel.running():
        pass


@pytest.mark.parametrize("missing", ["teams_app_secret", "teams_tenant_id"])
async def test_half_the_settings_are_refused(store: DatabaseConversations, missing: str) -> None:
    with pytest.raises(UsageError, match="Microsoft Teams needs PC_TEAMS_APP_ID, PC_TEAMS_APP_SECRET and PC_TEAMS_TENANT_ID") as refused:
        made(store, **{name: value for name, value in WHOLE.items() if name != missing})
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("given", [{"teams_app_id": "bot"}, {"teams_tenant_id": "contoso.example"}, {"teams_tenants": f"{TENANT} *"}])
def test_ids_are_ids(given: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="PC_TEAMS_"):
        read_settings(**given)


def test_tenants_are_those_named_in_whatever_case() -> None:
    assert read_settings(teams_tenants=f" {TENANT.upper()}  {APP_ID}").teams_tenants == (TENANT, APP_ID)
    assert "s3cret" not in repr(read_settings(**WHOLE))


@pytest.mark.parametrize("value", ["true", "false", ""])
async def test_an_open_door_is_refused_wherever_it_is_named(
    store: DatabaseConversations, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    dotenv.set_key(".env", OPEN_DOOR, value)
    with pytest.raises(UsageError, match=OPEN_DOOR):
        made(store, **WHOLE)
    dotenv.unset_key(".env", OPEN_DOOR)
    monkeypatch.setenv(OPEN_DOOR, value)
    with pytest.raises(UsageError, match=OPEN_DOOR):
        made(store, **WHOLE)
    assert made(store) == []


def test_every_setting_is_on_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "teams.md").read_text(encoding="utf-8")
    assert all(f"`PC_{name.upper()}`" in page for name in Settings.model_fields if name.startswith("teams_"))


def test_the_service_does_not_start_with_its_door_open(indexed: CommandLine) -> None:
    env = {f"PC_{name.upper()}": given for name, given in WHOLE.items()}
    done = indexed.with_env(**env, **{OPEN_DOOR: "true"})("serve", "--port", str(free_port()))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{OPEN_DOOR} is set, which asks to let anybody speak as Microsoft Teams")


async def test_without_the_packages_of_the_extra_it_is_told_which(store: DatabaseConversations, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("pc_assistant.bots.teams")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "microsoft_teams", None)
    for name in [name for name in sys.modules if name.startswith("microsoft_teams.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(SetupError, match="install pc-assistant with its extra"):
        made(store, **WHOLE)
