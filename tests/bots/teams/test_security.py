"""Who may not speak to the bot: every request here is sent over HTTP to the real service, and none of them makes it do anything."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pc_assistant.bots import desk as desks
from pc_assistant.bots.teams.standin.issuer import KEY_ID
from pc_assistant.bots.teams.standin.organisation import ALEX, APP_ID, SAM, TENANT
from pc_assistant.bots.teams.standin.people import Delivered
from tests.bots.teams.service import Service, serving

FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_APP = "99999999-9999-4999-8999-999999999999"
OTHER_TENANT = "88888888-8888-4888-8888-888888888888"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("teams")) as service:
        yield service


@pytest.fixture(autouse=True)
def nothing_is_done(request: pytest.FixtureRequest) -> Iterator[None]:
    """No question is asked, and nothing is said to Teams."""
    yield
    if "service" in request.fixturenames:
        service: Service = request.getfixturevalue("service")
        assert (len(service.assistant.asked), service.standin.organisation.calls, service.work.running) == (0, [], 0)


def post(service: Service, token: str | None, body: Any = None) -> Delivered:
    activity = service.people.message(ALEX, "When does the ferry sail?") if body is None else body
    raw = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    return service.people.send(raw, {"authorization": f"Bearer {token}"} if token is not None else {})


def refused(done: Delivered, status: int) -> str:
    assert done.status == status, done.body
    problem = done.json
    assert problem["status"] == status
    return str(problem["detail"])


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": OTHER_APP}, id="for another bot"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"iss": "https://api.botframework.com.evil.example"}, id="of another issuer"),
        pytest.param({"iss": None}, id="of nobody"),
        pytest.param({"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "tid": TENANT, "azp": APP_ID}, id="of Entra"),
        pytest.param({"exp": int(time.time()) - 600, "iat": int(time.time()) - 4200}, id="expired"),
        pytest.param({"nbf": int(time.time()) + 3000}, id="not yet valid"),
        pytest.param({"serviceurl": "https://smba.trafficmanager.net/uk/"}, id="for another service"),
        pytest.param({"serviceurl": None}, id="for no service"),
    ],
)
def test_claims_that_are_not_right_are_refused(service: Service, claims: dict[str, Any]) -> None:
    token = service.standin.issuer.token(claims)
    assert refused(post(service, token), 401) == "The request does not come from Microsoft Teams."


@pytest.mark.parametrize(
    "signing",
    [
        pytest.param({"key": FOREIGN}, id="foreign key under a known id"),
        pytest.param({"key": FOREIGN, "headers": {"kid": "unknown"}}, id="unknown key"),
        pytest.param({"headers": {}}, id="no key id"),
        pytest.param({"key": "", "algorithm": "none"}, id="algorithm none"),
        pytest.param({"key": "x" * 32, "algorithm": "HS256"}, id="another algorithm"),
    ],
)
def test_signatures_that_are_not_right_are_refused(service: Service, signing: dict[str, Any]) -> None:
    assert refused(post(service, service.standin.issuer.token(**signing)), 401)


def test_the_public_key_is_no_secret_to_sign_with(service: Service) -> None:
    public = service.standin.issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _, payload, _ = service.standin.issuer.token().split(".")
    head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": KEY_ID}).encode())
    signature = hmac.new(public, f"{head}.{payload}".encode(), hashlib.sha256).digest()
    assert refused(post(service, f"{head}.{payload}.{_encoded(signature)}"), 401)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_signature_that_was_cut_or_swapped_is_refused(service: Service) -> None:
    head, payload, signature = service.standin.issuer.token().split(".")
    other = service.standin.issuer.token({"aud": OTHER_APP}).split(".")
    for token in (f"{head}.{payload}.", f"{head}.{payload}", f"{head}.{other[1]}.{signature}", f"{head}.{payload}.{other[2]}"):
        assert refused(post(service, token), 401)


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic dGVhbXM6dGVhbXM=", "bearer x"])
def test_without_a_token_the_body_is_not_even_read(service: Service, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    assert refused(service.people.send(b"{", headers), 401)


@pytest.mark.parametrize("token", ["not-a-token", "...", "a.b.c", "x" * 10_000])
def test_what_is_no_token_is_refused(service: Service, token: str) -> None:
    assert refused(post(service, token), 401)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"type": "message"} {}'])
def test_what_is_no_json_is_refused(service: Service, body: bytes) -> None:
    assert refused(post(service, service.standin.issuer.token(), body), 400) == "The body is not valid JSON."


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"serviceUrl": None}, id="no service"),
        pytest.param({"serviceUrl": ""}, id="empty service"),
        pytest.param({"serviceUrl": 5}, id="a number for a service"),
        pytest.param({"conversation": None}, id="no conversation"),
        pytest.param({"conversation": {"id": "x" * 501}}, id="an endless id"),
        pytest.param({"from": {}}, id="no sender"),
        pytest.param({"recipient": None}, id="no recipient"),
        pytest.param({"type": None}, id="no type"),
        pytest.param({"text": ["a"]}, id="a list for a text"),
        pytest.param({"entities": "a"}, id="a text for a list"),
    ],
)
def test_what_is_no_activity_is_refused(service: Service, change: dict[str, Any]) -> None:
    activity = {name: value for name, value in {**service.people.message(ALEX, "When?"), **change}.items() if value is not None}
    assert refused(post(service, service.standin.issuer.token(), activity), 400).startswith("The body is not an activity (")


@pytest.mark.parametrize("body", [b"[]", b'"message"', b"null", b"5"])
def test_json_that_is_no_object_is_refused(service: Service, body: bytes) -> None:
    assert refused(post(service, service.standin.issuer.token(), body), 400)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://smba.trafficmanager.net.evil.example/uk/",
        "https://smba.trafficmanager.net@evil.example/uk/",
        "https://evil.example/?smba.trafficmanager.net",
        "file://127.0.0.1/etc/passwd",
        "http://[::1",
        "smba.trafficmanager.net",
    ],
)
def test_a_service_elsewhere_is_refused_though_the_token_names_it(service: Service, url: str) -> None:
    token = service.standin.issuer.token({"serviceurl": url})
    activity = {**service.people.message(ALEX, "When?"), "serviceUrl": url}
    assert refused(post(service, token, activity), 403) == "The activity names a serviceUrl that this service does not speak to."


def test_a_body_that_is_too_large_is_refused(service: Service) -> None:
    activity = {**service.people.message(ALEX, "When?"), "more": "x" * 300_000}
    assert refused(post(service, service.standin.issuer.token(), activity), 413)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            {"channelData": {"tenant": {"id": OTHER_TENANT}}, "conversation": {"id": "a:alex", "tenantId": OTHER_TENANT}}, id="unknown"
        ),
        pytest.param({"channelData": {"tenant": {"id": OTHER_TENANT}}}, id="two that differ"),
        pytest.param({"channelData": None, "conversation": {"id": "a:alex"}}, id="none"),
    ],
)
def test_a_tenant_that_is_not_served_is_refused(service: Service, change: dict[str, Any]) -> None:
    activity = {**service.people.message(ALEX, "When?"), **change}
    assert refused(post(service, service.standin.issuer.token(), activity), 403) == "This assistant does not serve your organisation."


def test_what_is_delivered_again_is_acknowledged_and_dropped(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        said = service.people.say(ALEX, "When does the ferry sail?")
        service.replies()
        again = [service.people.deliver(said.activity) for _ in range(3)]
        assert [(done.status, done.json) for done in again] == [(200, {})] * 3
        service.people.say(ALEX, "And in winter?")
        service.replies(2)
    assert [question.text for question in service.assistant.asked] == ["When does the ferry sail?", "And in winter?"]


def test_a_person_over_the_limit_is_told_and_others_are_answered(tmp_path: Path) -> None:
    with serving(tmp_path, per_minute=2) as service:
        for number in range(4):
            service.people.say(ALEX, f"Question {number}?")
            service.replies(number + 1)
        told = [said.text for said in service.replies(4, ALEX.chat)]
        assert told[2:] == [desks.TOO_OFTEN] * 2
        service.people.say(SAM, "Question?")
        assert "ferry" in service.replies(1, SAM.chat)[0].text
    assert len(service.assistant.asked) == 3


def test_pages_answer_while_the_keys_are_fetched(tmp_path: Path) -> None:
    with serving(tmp_path) as service, ThreadPoolExecutor(1) as thread:
        service.standin.issuer.delay = 3.0
        delivered = thread.submit(service.people.deliver, service.people.message(ALEX, "When?"))
        deadline = time.monotonic() + 20
        while not service.standin.issuer.fetched and time.monotonic() < deadline:
            time.sleep(0.01)
        assert httpx2.get(f"{service.url}/healthz", trust_env=False).status_code == 200
        assert not delivered.done()
        assert delivered.result(20).status == 200
        service.replies()


def test_where_the_keys_cannot_be_had_nobody_is_let_in(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        service.standin.issuer.is_down = True
        assert refused(service.people.deliver(service.people.message(ALEX, "When?")), 503) == "The keys of the Bot Framework cannot be had."
        service.standin.issuer.is_down = False
        service.people.say(ALEX, "When?")
        service.replies()


def test_keys_are_fetched_once(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        for number in range(3):
            service.people.say(ALEX, f"Question {number}?")
        service.replies(3)
        assert service.standin.issuer.fetched == 1
