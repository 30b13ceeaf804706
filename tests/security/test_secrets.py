"""No secret of the settings is told by anything that the service says of itself."""

import asyncio
import inspect
import socket
from pathlib import Path
from types import UnionType
from typing import get_args

import httpx2
import pytest
from pydantic import SecretStr

from pc_assistant.adapters.stores import keys
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.domain.errors import UsageError
from pc_assistant.settings import Settings, read_settings
from tests.conftest import CommandLine
from tests.test_access import make_key
from tests.test_serving import serving

CANARY = "Kanarienvogel"
GUID = "11111111-1111-4111-8111-111111111111"


def secret_names() -> set[str]:
    """Every setting that is typed as a secret."""
    found = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {
        name for name, kind in found.items() if kind is SecretStr or SecretStr in get_args(kind if isinstance(kind, UnionType) else None)
    }


def shut_port() -> int:
    """A port at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def canaries(port: int) -> dict[str, str]:
    """A value for every secret, with a word in it that nothing may tell."""
    return {
        "database_url": f"postgresql+asyncpg://pc:{CANARY}-database@127.0.0.1:{port}/pc",
        "people_secret": f"{CANARY}-people-{'x' * 32}",
        "oidc_client_secret": f"{CANARY}-oidc",
        "session_secret": f"{CANARY}-session-{'x' * 32}",
        "redis_url": f"redis://:{CANARY}-redis@127.0.0.1:{port}/0",
        "api_key": f"{CANARY}-api",
        "slack_bot_token": f"xoxb-{CANARY}-bot",
        "slack_signing_secret": f"{CANARY}-signing",
        "slack_app_token": f"xapp-{CANARY}-app",
        "teams_app_secret": f"{CANARY}-teams",
        "llm_key": f"{CANARY}-llm",
    }


def settings_of(port: int, *left_out: str) -> dict[str, str]:
    """The environment in which all of that is on, and nothing of it answers."""
    given = {f"PC_{name.upper()}": value for name, value in canaries(port).items() if name not in left_out}
    return given | {
        "PC_AUTHENTICATION": "true",
        "PC_LOG_LEVEL": "debug",
        "PC_LLM": "compatible:model",
        "PC_LLM_URL": f"http://127.0.0.1:{port}/v1",
        "PC_LLM_ATTEMPTS": "1",
        "PC_OIDC_ISSUER": f"http://127.0.0.1:{port}",
        "PC_OIDC_CLIENT_ID": "client",
        "PC_TEAMS_APP_ID": GUID,
        "PC_TEAMS_TENANT_ID": GUID,
        "PC_SLACK_API_URL": f"http://127.0.0.1:{port}/api",
        "PC_SLACK_WORKSPACES": "T0EXAMPLE",
    }


def test_every_secret_has_its_canary() -> None:
    assert secret_names() == set(canaries(1))
    telling = ("secret", "token", "password", "key", "url")
    plain = {name for name in Settings.model_fields if name.endswith(telling)} - secret_names()
    assert plain == {"chroma_url", "public_url", "slack_api_url", "llm_url"}  # addresses, which take no password


def test_a_secret_is_not_shown_where_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings_of(1, "slack_app_token").items():
        monkeypatch.setenv(name, value)
    found = read_settings()
    for shown in (repr(found), str(found), str(found.model_dump()), found.model_dump_json(), repr(vars(found))):
        assert CANARY not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_secret", CANARY),
        ("people_secret", CANARY),
        ("llm_url", f"http://user:{CANARY}@host/v1"),
        ("chroma_url", f"http://:{CANARY}@host"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_not_told(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PC_{name.upper()}", value)
    with pytest.raises(UsageError, match=f"PC_{name.upper()}") as caught:
        read_settings()
    assert CANARY.lower() not in str(caught.value).lower()


def test_doctor_tells_no_secret(indexed: CommandLine) -> None:
    done = indexed.with_env(**settings_of(shut_port(), "slack_app_token"))("--debug", "doctor")
    assert done.returncode == 1 and "language model" in done.stdout + done.stderr
    assert CANARY not in done.stdout + done.stderr


def test_a_service_with_every_secret_tells_none(indexed: CommandLine) -> None:
    key = make_key(indexed, "operator", "--role", "operator")
    pc = indexed.with_env(**settings_of(shut_port(), "database_url", "redis_url", "slack_app_token"))
    said = []
    with serving(pc) as port, httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-API-Key": key}, timeout=60) as client:
        asked = client.post("/v1/chat", json={"question": "What does the lighthouse keeper do?"})
        assert asked.status_code == 200 and asked.json()["answerer"] == "extractive"  # the language model does not answer
        for path in (
            "/metrics",
            "/openapi.json",
            "/readyz",
            "/v1/operations",
            "/operator",
            "/",
            "/about",
            "/privacy",
            f"/v1/answers/{asked.json()['id']}",
        ):
            response = client.get(path)
            assert response.status_code == 200, (path, response.text)
            assert "server" not in response.headers  # nor what serves
            said.append(f"{response.headers} {response.text}")
        said += [client.get("/sign-in").text, client.get("/sign-in/callback?code=x&state=y").text]
        said.append(client.post("/integrations/slack/events", json={"type": "url_verification"}).text)
        said.append(client.post("/integrations/teams/messages", json={}).text)
        wrong = client.get("/v1/documents", headers={"X-API-Key": f"{key}x"})
        assert wrong.status_code == 401
        said.append(wrong.text)
    log = pc.log.read_text(encoding="utf-8")
    assert '"event":' in log.replace('": ', '":') and key not in log
    assert CANARY not in log + "".join(said)


def test_a_key_is_looked_up_and_never_compared() -> None:
    """What takes as long as its first letters are right would tell a key letter by letter. Only its hash is looked up, equal or not there."""
    source = inspect.getsource(keys.DatabaseKeys.caller)
    assert "tables.keys.c.sha256 == digest" in source and "given ==" not in source and "== given" not in source
    assert "sha256" in inspect.getsource(keys._digest)


def test_two_keys_that_differ_in_one_letter_have_nothing_in_common_where_they_are_kept(tmp_path: Path) -> None:
    async def made() -> str:
        conversations = open_conversations(tmp_path / "keys.sqlite3")
        store = keys.DatabaseKeys(conversations.engine)
        given = [(await store.create(str(number), keys.Role.READER))[1] for number in range(2)]
        callers = [await store.caller(one) for one in (given[0], given[0][:-1] + ("A" if given[0][-1] != "A" else "B"))]
        await conversations.close()
        assert callers[0] is not None and callers[1] is None
        return given[0]

    key = asyncio.run(made())
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert key.encode() not in kept and key[-20:].encode() not in kept
