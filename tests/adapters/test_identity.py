"""Tokens of an issuer: those that are right say whose they are, and no other opens anything."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pc_assistant.adapters.identity.issuer import AGAIN_SECONDS, KEPT_SECONDS, Issuer
from pc_assistant.adapters.identity.tokens import LEEWAY, Tokens
from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.errors import NotAllowed, SetupError
from tests.stubs.identity import CLIENT, OTHER_KEY, Identity, identity


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
def running() -> Iterator[Identity]:
    with identity() as stub:
        yield stub


@pytest.fixture
def stub(running: Identity) -> Iterator[Identity]:
    running.fetched = 0
    yield running
    running.is_down, running.issuer, running.key_id = False, None, "first"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(stub: Identity, clock: Clock) -> Tokens:
    return Tokens(Issuer(stub.url, clock), [CLIENT])


async def test_a_token_says_whose_it_is(stub: Identity, tokens: Tokens) -> None:
    assert await tokens.caller(stub.token()) == Caller(id=f"oidc:{stub.url}:s-1", name="Keeper", role=Role.READER)
    entra = await tokens.caller(
        stub.token({"oid": "o-1", "roles": ["reader", "admin", "gardener"], "name": None, "preferred_username": "k@x"})
    )
    assert entra == Caller(id=f"oidc:{stub.url}:o-1", name="k@x", role=Role.ADMIN)
    assert await tokens.caller(stub.token(algorithm="PS256"))
    assert await tokens.caller(stub.token(key=stub.elliptic, algorithm="ES256", headers={"kid": "elliptic"}))
    assert stub.fetched == 1


def unsigned(stub: Identity) -> str:
    return jwt.encode(jwt.decode(stub.token(), options={"verify_signature": False}), key=None, algorithm="none", headers={"kid": "first"})


def by_public_key(stub: Identity) -> str:
    """Signed with the public key as if it were a shared secret; made by hand, since PyJWT refuses to."""
    pem = stub.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "first"}).encode()).rstrip(b"=")
    signed = head + b"." + stub.token().split(".")[1].encode()
    return (signed + b"." + base64.urlsafe_b64encode(hmac.new(pem, signed, hashlib.sha256).digest()).rstrip(b"=")).decode()


def with_claims(**claims: Any) -> Any:
    return lambda stub: stub.token(claims)


def moved(token: str) -> str:
    """The same signature under other claims."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "==")) | {"roles": ["admin"]}
    return ".".join((head, base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("="), signature))


LONG_AGO = int(time.time()) - LEEWAY - 100
WRONG = {
    "unsigned": unsigned,
    "signed with the public key": by_public_key,
    "signed with a shared secret": lambda stub: stub.token(key="x" * 32, algorithm="HS256", headers={"kid": "shared"}),
    "an algorithm that is not accepted": lambda stub: stub.token(algorithm="RS512"),
    "a foreign key": lambda stub: stub.token(key=OTHER_KEY),
    "an unknown key": lambda stub: stub.token(key=OTHER_KEY, headers={"kid": "other"}),
    "no key named": lambda stub: stub.token(headers={}),
    "a key of another sort": lambda stub: stub.token(headers={"kid": "elliptic"}),
    "a key that cannot be read": lambda stub: stub.token(headers={"kid": "broken"}),
    "changed after it was signed": lambda stub: moved(stub.token()),
    "for somebody else": with_claims(aud="another"),
    "for nobody": with_claims(aud=None),
    "from another issuer": with_claims(iss="https://evil.example"),
    "from nobody": with_claims(iss=None),
    "expired": with_claims(exp=LONG_AGO),
    "without an end": with_claims(exp=None),
    "not valid yet": with_claims(nbf=int(time.time()) + 1000),
    "made in the future": with_claims(iat=int(time.time()) + 1000),
    "without a beginning": with_claims(iat=None),
    "about nobody": with_claims(sub=None),
    "no token": lambda stub: "x.y.z",
    "nothing": lambda stub: "",
    "half a token": lambda stub: stub.token().rpartition(".")[0],
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_token_that_is_not_right_opens_nothing(what: str, stub: Identity, tokens: Tokens) -> None:
    assert await tokens.caller(WRONG[what](stub)) is None
    assert await tokens.caller(stub.token()) is not None


async def test_clocks_may_differ_by_half_a_minute(stub: Identity, tokens: Tokens) -> None:
    assert await tokens.caller(stub.token({"exp": int(time.time()) - LEEWAY + 10}))


async def test_whoever_has_no_role_is_told_so_and_may_be_given_one(stub: Identity, tokens: Tokens) -> None:
    for roles in (None, [], ["gardener"], {"reader": True}, ["guest"]):
        with pytest.raises(NotAllowed, match="You are signed in, but have no role here"):
            await tokens.caller(stub.token({"roles": roles}))
    lenient = Tokens(Issuer(stub.url), [CLIENT], default_role=Role.READER)
    found = await lenient.caller(stub.token({"roles": None}))
    assert found is not None and found.role is Role.READER


@pytest.mark.parametrize(
    ("claim", "held"), [("groups", {"groups": "operator"}), ("realm_access.roles", {"realm_access": {"roles": ["operator"]}})]
)
async def test_roles_may_stand_in_another_claim(claim: str, held: dict[str, Any], stub: Identity) -> None:
    found = await Tokens(Issuer(stub.url), [CLIENT], claim).caller(stub.token({"roles": ["admin"], **held}))
    assert found is not None and found.role is Role.OPERATOR


async def test_an_answer_to_a_sign_in_answers_that_very_one(stub: Identity, tokens: Tokens) -> None:
    assert await tokens.caller(stub.token({"nonce": "n"}), "n", CLIENT)
    assert await tokens.caller(stub.token({"nonce": "other"}), "n", CLIENT) is None
    assert await tokens.caller(stub.token(), "n", CLIENT) is None


async def test_new_keys_are_found_and_strangers_cannot_make_it_ask_all_the_time(stub: Identity, tokens: Tokens, clock: Clock) -> None:
    assert await tokens.caller(stub.token())
    stub.key_id = "second"
    for _ in range(5):
        assert await tokens.caller(stub.token(headers={"kid": "invented"})) is None
    assert await tokens.caller(stub.token()) is None and stub.fetched == 1
    clock.seconds += AGAIN_SECONDS
    assert await tokens.caller(stub.token()) and stub.fetched == 2


async def test_keys_outlast_a_failure_of_the_issuer(stub: Identity, tokens: Tokens, clock: Clock) -> None:
    stub.is_down = True
    with pytest.raises(SetupError, match="cannot be asked who signs in"):
        await tokens.caller(stub.token())
    stub.is_down = False
    clock.seconds += AGAIN_SECONDS
    assert await tokens.caller(stub.token())
    stub.is_down = True
    clock.seconds += KEPT_SECONDS
    assert await tokens.caller(stub.token())


async def test_an_issuer_that_calls_itself_something_else_is_not_believed(stub: Identity, tokens: Tokens) -> None:
    stub.issuer = "https://evil.example"
    with pytest.raises(SetupError):
        await tokens.caller(stub.token())
