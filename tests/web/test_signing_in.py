"""Signing in with a browser: the whole way to a stand-in of an issuer and back, and every way that it must not go."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pydantic import SecretStr

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.bootstrap_access import make_access, session_secret
from pc_assistant.settings import Settings
from pc_assistant.web.access.signing_in import here
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary
from tests.stubs.identity import CLIENT, SECRET, Identity, identity

HOME = "https://assistant.example.org"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def running() -> Iterator[Identity]:
    with identity() as stub:
        yield stub


@pytest.fixture
def stub(running: Identity) -> Iterator[Identity]:
    yield running
    running.claims = {}


@pytest.fixture
async def visitor(stub: Identity, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    settings = Settings(
        data_dir=tmp_path,
        authentication=True,
        guests=True,
        oidc_issuer=stub.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        public_url=HOME,
    )
    kept = open_conversations(settings.database)
    app = create_app(FakeAssistant(), FakeLibrary(), kept, access=make_access(settings, kept))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HOME) as client:
        yield client
    await kept.close()


async def begin(visitor: httpx2.AsyncClient, wanted: str = "/documents") -> dict[str, str]:
    """What the issuer is asked."""
    begun = await visitor.get("/sign-in", params={"next": wanted})
    assert begun.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}


async def answered(visitor: httpx2.AsyncClient, stub: Identity, asked: dict[str, str]) -> str:
    """Where the issuer sends the browser back."""
    async with httpx2.AsyncClient() as outside:
        sent = await outside.get(f"{stub.url}/authorize", params=asked)
    assert sent.status_code == 302, sent.text
    return str(sent.headers["location"])


async def sign_in(visitor: httpx2.AsyncClient, stub: Identity) -> httpx2.Response:
    return await visitor.get(await answered(visitor, stub, await begin(visitor)))


async def test_somebody_signs_in_asks_and_signs_out(visitor: httpx2.AsyncClient, stub: Identity) -> None:
    assert "Sign in</a>" in (await visitor.get("/", headers=HTML)).text
    wanted = await visitor.get("/conversations/x", headers=HTML)
    assert wanted.status_code == 401 and '<a href="/sign-in?next=/conversations/x">' in wanted.text
    asked = await begin(visitor)
    assert asked["code_challenge_method"] == "S256" and asked["redirect_uri"] == f"{HOME}/sign-in/callback" and asked["nonce"]
    back = await visitor.get(await answered(visitor, stub, asked))
    assert (back.status_code, back.headers["location"]) == (303, "/documents")
    (cookie,) = [value for value in back.headers.get_list("set-cookie") if value.startswith("__Host-pc-session=")]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; ")) and "Max-Age=28800" in cookie
    page = await visitor.get("/", headers=HTML)
    assert "Signed in as Keeper" in page.text
    conversation = (await visitor.post("/v1/chat", json={"question": "When?"})).json()["conversation_id"]
    assert (await visitor.get(f"/v1/conversations/{conversation}")).status_code == 200
    token = {"Authorization": f"Bearer {stub.token()}"}
    assert (await visitor.get(f"/v1/conversations/{conversation}", headers=token)).status_code == 200  # the same person by a token
    other = {"Authorization": f"Bearer {stub.token({'sub': 's-2'})}"}
    assert (await visitor.get(f"/v1/conversations/{conversation}", headers=other)).status_code == 404
    foreign = {"Origin": "https://evil.example"}
    assert (await visitor.post("/sign-in/out", headers=foreign)).status_code == 403
    out = await visitor.post("/sign-in/out", headers={"Origin": HOME})
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in/out")
    assert "You are signed out" in (await visitor.get("/sign-in/out")).text
    assert (await visitor.get(f"/v1/conversations/{conversation}")).status_code == 401


async def test_signing_out_ends_the_session_and_no_other(visitor: httpx2.AsyncClient, stub: Identity) -> None:
    kept = []
    for _ in range(2):
        visitor.cookies.clear()
        await sign_in(visitor, stub)
        kept.append({"Cookie": f"__Host-pc-session={visitor.cookies['__Host-pc-session']}"})
    visitor.cookies.clear()
    one, other = kept
    for _ in range(2):  # who is signed out already may say so again
        assert (await visitor.post("/sign-in/out", headers=one | {"Origin": HOME})).status_code == 303
    assert (await visitor.get("/v1/conversations/x", headers=one)).status_code == 401
    assert (await visitor.get("/v1/conversations/x", headers=other)).status_code == 404


async def test_an_answer_counts_once(visitor: httpx2.AsyncClient, stub: Identity) -> None:
    asked = await begin(visitor)
    cookie = visitor.cookies["pc-sign-in"]
    back = await answered(visitor, stub, asked)
    assert (await visitor.get(back)).status_code == 303
    again = await visitor.get(await answered(visitor, stub, asked), headers={"Cookie": f"pc-sign-in={cookie}"})
    assert again.status_code == 401 and "set-cookie" not in again.headers


async def test_an_answer_to_the_sign_in_of_another_browser_is_refused(visitor: httpx2.AsyncClient, stub: Identity) -> None:
    theirs = await answered(visitor, stub, await begin(visitor))
    visitor.cookies.clear()
    assert (await visitor.get(theirs)).status_code == 401  # none was begun here
    await begin(visitor)
    refused = await visitor.get(theirs)
    assert refused.status_code == 401 and "Signing in did not work: begin again." in refused.text
    assert "__Host-pc-session" not in visitor.cookies


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
)
async def test_a_token_that_is_not_right_signs_nobody_in(visitor: httpx2.AsyncClient, stub: Identity, change: dict[str, Any]) -> None:
    stub.claims = change
    assert (await sign_in(visitor, stub)).status_code == 401
    assert "__Host-pc-session" not in visitor.cookies


async def test_without_the_verifier_of_this_browser_a_code_is_worth_nothing(visitor: httpx2.AsyncClient, stub: Identity) -> None:
    first, second = await begin(visitor), await begin(visitor)
    stolen = await answered(visitor, stub, {**second, "code_challenge": first["code_challenge"]})
    assert (await visitor.get(stolen)).status_code == 401
    async with httpx2.AsyncClient() as outside:
        unproven = {name: value for name, value in first.items() if not name.startswith("code_challenge")}
        assert (await outside.get(f"{stub.url}/authorize", params=unproven)).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["", "?error=access_denied&state=x", "?code=x", "?code=x&state=é", "?state={state}", "?code=x&state={state}&iss=https://evil.example"],
)
async def test_a_callback_that_is_not_whole_is_refused(visitor: httpx2.AsyncClient, query: str) -> None:
    asked = await begin(visitor)
    assert (await visitor.get("/sign-in/callback" + query.format(state=asked["state"]))).status_code == 401


async def test_who_has_no_role_is_told_so(visitor: httpx2.AsyncClient, stub: Identity) -> None:
    stub.claims = {"roles": ["gardener"]}
    refused = await sign_in(visitor, stub)
    assert refused.status_code == 403 and "have no role here" in refused.text


@pytest.mark.parametrize("cookie", ["x", "e30.x.y", ""])
async def test_a_cookie_that_was_not_signed_here_is_nobodys(visitor: httpx2.AsyncClient, stub: Identity, cookie: str) -> None:
    await sign_in(visitor, stub)
    right = visitor.cookies["__Host-pc-session"]
    visitor.cookies.clear()
    for forged in (cookie, right[:-6] + ("A" if right[-6] != "A" else "B") + right[-5:]):
        refused = await visitor.get("/v1/conversations/x", headers={"Cookie": f"__Host-pc-session={forged}"})
        assert refused.status_code == 401
    assert (await visitor.get("/v1/conversations/x", headers={"Cookie": f"__Host-pc-session={right}"})).status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "x",
        "/a\r\nb",
        "http://[",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(wanted: str) -> None:
    assert here(wanted) == "/"
    assert here("/conversations/x?question=When%3F") == "/conversations/x?question=When%3F"


def test_the_secret_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    made = session_secret(settings)
    assert len(made) == 64 and session_secret(settings) == made
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert session_secret(Settings(data_dir=tmp_path, session_secret=SecretStr("s" * 32))) == "s" * 32
