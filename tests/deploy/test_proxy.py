"""The proxy: a real nginx with our configuration, ports and paths aside, before a real service."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pc_assistant.web.envelope import MAX_BODY, SLOW_SECONDS
from tests.conftest import CommandLine
from tests.deploy.parsed import DEPLOY, default, seconds
from tests.test_serving import QUESTION, free_port, serving

CONFIGURATION = (DEPLOY / "compose" / "nginx.conf").read_text(encoding="utf-8")
DIRECTIVES = re.compile(r"(?m)^\s+(\w+) ([^;{]+);$")
UPLOADS = dict(DIRECTIVES.findall(CONFIGURATION.partition("location = /v1/documents {")[2].partition("}")[0]))
SAID = dict(DIRECTIVES.findall(CONFIGURATION.partition("location = /v1/documents {")[0]))
NAME = "assistant.example.org"


def test_sizes_and_times_are_in_step_with_the_service() -> None:
    assert MAX_BODY < int(SAID["client_max_body_size"].removesuffix("k")) * 1024 < 2 * MAX_BODY
    assert seconds(SAID["client_header_timeout"]) == seconds(SAID["client_body_timeout"]) == SLOW_SECONDS == default("slow_seconds")
    assert default("upload_mb") < int(UPLOADS["client_max_body_size"].removesuffix("m")) < default("upload_mb") + 10
    assert seconds(UPLOADS["proxy_read_timeout"]) > default("read_seconds")
    assert default("question_seconds") < seconds(SAID["proxy_read_timeout"]) <= default("question_seconds") + 30


def certificate(folder: Path) -> None:
    """A certificate that signs itself, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME), x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tls-certificate").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "tls-key").write_bytes(key.private_bytes(*plain))


@dataclass(frozen=True)
class Proxy:
    """nginx before a service that lets guests ask twice a minute."""

    http: int
    https: int
    tls: ssl.SSLContext

    def ask(self, method: str, path: str, body: object = None, source: str = "127.0.0.1", **headers: str) -> tuple[HTTPResponse, bytes]:
        named = {"Host": NAME, "Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = HTTPSConnection("localhost", self.https, timeout=30, context=self.tls, source_address=(source, 0))
        with closing(connection):
            connection.request(method, path, json.dumps(body) if body is not None else None, named)
            response = connection.getresponse()
            return response, response.read()


@pytest.fixture(scope="module")
def proxy(ingested: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    tool = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert tool, "nginx is not installed: run the tests by ./run test, which sees to it."
    folder = tmp_path_factory.mktemp("nginx")
    certificate(folder)
    http, https = free_port(), free_port()
    access = {"PC_AUTHENTICATION": "true", "PC_GUESTS": "true", "PC_QUESTIONS_PER_MINUTE": "2", "PC_PUBLIC_URL": f"https://{NAME}"}
    data = {"PC_DATA_DIR": str(tmp_path_factory.mktemp("proxied") / "data")}
    with serving(ingested.with_env(FORWARDED_ALLOW_IPS="127.0.0.1", **access, **data)) as port:
        text = CONFIGURATION
        for old, new in {
            "/tmp/": f"{folder}/",  # before further paths of /tmp come in
            "listen 8080;": f"listen 127.0.0.1:{http};",
            "listen 8443 ssl;": f"listen 127.0.0.1:{https} ssl;",
            "/run/secrets/": f"{folder}/",
            "http://service:8000": f"http://127.0.0.1:{port}",
            "/dev/stdout": f"{folder}/access.log",
            "/dev/stderr": f"{folder}/error.log",
        }.items():
            assert old in text
            text = text.replace(old, new)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        directives = "daemon off;" + ("user root;" if os.geteuid() == 0 else "")
        words = [tool, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-g", directives]
        tried = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        assert "warn" not in tried.stderr
        with subprocess.Popen(words) as process:
            try:
                for _ in range(100):
                    with socket.socket() as probe:
                        if probe.connect_ex(("127.0.0.1", https)) == 0:
                            break
                    time.sleep(0.05)
                yield Proxy(http, https, ssl.create_default_context(cafile=str(folder / "tls-certificate")))
            finally:
                process.terminate()


@pytest.mark.nginx
def test_answers_come_over_tls_and_stream(proxy: Proxy) -> None:
    asked = {"question": QUESTION, "stream": True}
    response, body = proxy.ask("POST", "/v1/chat", asked, source="127.0.0.9", Origin=f"https://{NAME}", Sec_Fetch_Site="same-origin")
    assert response.status == 200, body
    assert response.headers["content-type"].startswith("text/event-stream")
    assert b"twice a night" in body
    assert response.headers["strict-transport-security"] == "max-age=31536000"
    assert "/" not in response.headers["server"]


@pytest.mark.nginx
def test_who_asks_is_the_address_that_nginx_sees_and_not_what_a_client_claims(proxy: Proxy) -> None:
    def status(source: str, claimed: str) -> int:
        forwarded = {"X_Forwarded_For": claimed, "Forwarded": f"for={claimed}"}
        return proxy.ask("POST", "/v1/search", {"query": "lamp"}, source=source, **forwarded)[0].status

    assert [status("127.0.0.2", f"192.0.2.{number}") for number in range(4)] == [200, 200, 429, 429]
    assert status("127.0.0.3", "192.0.2.1") == 200


@pytest.mark.nginx
def test_what_is_too_large_is_refused_by_the_service_first_and_by_the_proxy_where_it_is_far_too_large(proxy: Proxy) -> None:
    response, _ = proxy.ask("POST", "/v1/chat", {"question": "?" * (MAX_BODY + 1000)}, source="127.0.0.4")
    assert (response.status, response.headers["content-type"]) == (413, "application/problem+json")
    response, _ = proxy.ask("POST", "/v1/chat", {"question": "?" * (2 * MAX_BODY)}, source="127.0.0.4")
    assert (response.status, response.headers["content-type"]) == (413, "text/html")
    response, _ = proxy.ask("POST", "/v1/documents", {"file": "?" * (2 * MAX_BODY)}, source="127.0.0.4")
    assert response.headers["content-type"] == "application/problem+json"  # let through, and refused as guests may not


@pytest.mark.nginx
def test_figures_stay_within_and_plain_http_is_sent_to_tls(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/metrics")[0].status == 404
    assert proxy.ask("GET", "/healthz")[0].status == 200
    with closing(HTTPConnection("127.0.0.1", proxy.http, timeout=10)) as connection:
        connection.request("GET", "/documents?q=1", headers={"Host": NAME})
        response = connection.getresponse()
        assert (response.status, response.headers["location"]) == (308, f"https://{NAME}/documents?q=1")
