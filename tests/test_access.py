"""Who may ask, end to end: the command line makes keys, the process asks for them, and every client of ours sends one."""

import json
import re
from contextlib import nullcontext
from pathlib import Path

import httpx2
import openai
import pytest
from click.testing import Result
from fastapi.routing import APIRoute
from mcp import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from typer.testing import CliRunner

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.bootstrap_access import check_open_door, make_access
from pc_assistant.cli import app
from pc_assistant.client import Client
from pc_assistant.domain.access import Caller
from pc_assistant.domain.errors import NotFound, NotSignedIn, UsageError
from pc_assistant.settings import RoleWord, Settings, read_settings
from pc_assistant.web.access import Operator
from pc_assistant.web.app import create_app
from tests.conftest import CommandLine
from tests.fakes import FakeAssistant, FakeLibrary
from tests.test_serving import QUESTION, free_port, serving

CASE = {"id": "lamp", "category": "fact", "question": QUESTION, "history": [], "expect": "answer", "key_facts": [["twice a night"]]}


def make_key(pc: CommandLine, name: str, *options: str) -> str:
    done = pc("keys", "create", name, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_service_that_others_reach_wants_to_know_who_asks(pc: CommandLine) -> None:
    done = pc("serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Serving on 0.0.0.0 lets others in who need not say who they are: set PC_AUTHENTICATION=true, so that they must, "
        "or PC_OPEN_TO_ALL=reader, where whoever reaches this machine may read and ask.\n"
    )


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"PC_GUESTS": "true"}, "PC_GUESTS needs PC_AUTHENTICATION=true"),
        ({"PC_AUTHENTICATION": "true", "PC_OPEN_TO_ALL": "reader"}, "PC_OPEN_TO_ALL is for a service without authentication"),
        ({"PC_AUTHENTICATION": "true", "PC_OIDC_ISSUER": "https://id.example.org"}, "PC_OIDC_ISSUER needs PC_OIDC_AUDIENCE"),
        ({"PC_OIDC_CLIENT_ID": "x"}, "PC_OIDC_CLIENT_ID needs PC_OIDC_ISSUER"),
        ({"PC_SESSION_SECRET": "short"}, "PC_SESSION_SECRET"),
    ],
)
def test_settings_that_do_not_fit_are_told(env: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=said):
        read_settings()


@pytest.mark.parametrize(("host", "shut"), [("127.0.0.1", False), ("localhost", False), ("::1", False), ("::", True), ("192.0.2.7", True)])
def test_only_this_machine_is_let_in_unless_somebody_says_otherwise(host: str, shut: bool) -> None:
    with pytest.raises(UsageError) if shut else nullcontext():
        check_open_door(Settings(host=host))
    check_open_door(Settings(host=host, open_to_all="reader"))
    check_open_door(Settings(host=host, authentication=True))


def test_keys_are_made_listed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PC_DATA_DIR", str(tmp_path))

    def keys(*words: str) -> Result:
        return CliRunner().invoke(app, ["keys", *words])

    made = keys("create", "the intranet", "--role", "operator", "--days", "90")
    assert re.fullmatch(r"pca_[0-9a-f]{10}_[\w-]{43}\n", made.stdout)
    identity = made.stdout[4:14]
    assert f"The key {identity} for the intranet is good until " in made.stderr and made.stdout.strip() not in made.stderr
    listed = keys("list").stdout
    assert re.fullmatch(rf"{identity}  valid    operator  made [\d-]+  ends [\d-]+  used -           the intranet\n", listed)
    assert keys("revoke", identity).stdout == f"The key {identity} is revoked.\n"
    assert f"{identity}  revoked" in keys("list").stdout
    assert str(keys("revoke", "0000000000").exception) == "There is no key 0000000000: `pc-assistant keys list` names them all."
    assert str(keys("create", " ").exception) == "The name of a key has 1 to 100 letters."


async def test_every_client_of_ours_says_who_it_is(indexed: CommandLine, tmp_path: Path) -> None:
    reader, other = make_key(indexed, "one"), make_key(indexed, "another", "--role", "admin")
    with serving(indexed.with_env(PC_AUTHENTICATION="true", PC_MCP="true", PYTHONPROFILEIMPORTTIME="1")) as port:
        url = f"http://127.0.0.1:{port}"
        with Client(url, key=reader) as client, Client(url, key=other) as stranger, Client(url) as nobody, Client(url, key="x") as wrong:
            answer = client.ask(QUESTION)
            assert client.conversation(str(answer.conversation_id)).turns
            with pytest.raises(NotFound):
                stranger.conversation(str(answer.conversation_id))
            for shut in (nobody, wrong):
                with pytest.raises(NotSignedIn):
                    shut.ask(QUESTION)
        assert httpx2.get(f"{url}/v1/documents", headers={"X-API-Key": reader}).status_code == 200

        with openai.OpenAI(base_url=f"{url}/v1", api_key=reader) as asked:
            said = asked.chat.completions.create(model="pc-assistant-extractive", messages=[{"role": "user", "content": QUESTION}])
            assert "twice a night" in (said.choices[0].message.content or "")
        with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-wrong") as asked, pytest.raises(openai.AuthenticationError, match="not valid"):
            asked.models.list()

        hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert httpx2.post(f"{url}/mcp", json=hello, headers={"Accept": "application/json, text/event-stream"}).status_code == 401
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {reader}"}) as http,
            McpClient(streamable_http_client(f"{url}/mcp", http_client=http)) as mcp,
        ):
            told = await mcp.call_tool("ask", {"question": QUESTION})
        receipt = f"{url}/v1/answers/{(told.structured_content or {})['id']}"
        assert [httpx2.get(receipt, headers={"X-API-Key": key}).status_code for key in (reader, other)] == [200, 404]

        cases = tmp_path / "cases.jsonl"
        cases.write_text(json.dumps(CASE) + "\n", encoding="utf-8")
        words = ("eval", "run", "--dataset", str(cases), "--target", url, "--out")
        assert "gave 401" in indexed(*words, "shut").stderr + (indexed.folder / "shut" / "results.jsonl").read_text(encoding="utf-8")
        ran = indexed.with_env(PC_API_KEY=reader)(*words, "run")
        assert ran.returncode == 0, ran.stderr
        assert "twice a night" in (indexed.folder / "run" / "results.jsonl").read_text(encoding="utf-8")
    assert indexed.imported().isdisjoint({"authlib", "itsdangerous", "redis"})


def test_without_authentication_only_this_machine_is_served(indexed: CommandLine) -> None:
    with serving(indexed.with_env(PC_PUBLIC_URL="https://assistant.example.org")) as port:
        url = f"http://127.0.0.1:{port}"
        for host, status in (("evil.example", 421), ("assistant.example.org", 200), (f"localhost:{port}", 200)):
            assert httpx2.get(f"{url}/v1/documents", headers={"Host": host}).status_code == status
        foreign = httpx2.post(f"{url}/v1/chat", json={"question": QUESTION}, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403


@pytest.mark.parametrize(("opened", "status"), [("reader", 403), ("operator", 200)])
async def test_where_it_is_open_to_all_everybody_has_the_role_that_was_named(tmp_path: Path, opened: RoleWord, status: int) -> None:
    kept = open_conversations(tmp_path / "kept.sqlite3")
    access = make_access(Settings(open_to_all=opened, host="0.0.0.0"), kept)
    service = create_app(FakeAssistant(), FakeLibrary(), kept, access=access)

    async def for_operators(caller: Operator) -> Caller:
        return caller

    service.routes.append(APIRoute("/tried", for_operators))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(service), base_url="http://10.0.0.1:8000") as client:
        assert (await client.get("/tried")).status_code == status
        asked = (await client.post("/v1/chat", json={"question": "When?"})).json()
        assert (await client.get(f"/v1/conversations/{asked['conversation_id']}")).status_code == 200
    await kept.close()
