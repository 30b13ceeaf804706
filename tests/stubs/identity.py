"""A server that stands in for an OpenID Connect issuer: it signs in whoever comes, but holds the service to the rules."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from fastapi import FastAPI, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.served import served

CLIENT = "pc-assistant"
SECRET = "a secret of the client"
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Identity:
    """One issuer with one person. What it signs and says can be changed; what it was asked is in `authorised` and `fetched`."""

    def __init__(self) -> None:
        self.url = ""
        self.key: PrivateKeyTypes = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.elliptic = ec.generate_private_key(ec.SECP256R1())
        self.key_id = "first"
        self.claims: dict[str, Any] = {}
        self.issuer: str | None = None
        self.is_down = False
        self.fetched = 0
        self.authorised: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def public(self) -> Any:
        return self.key.public_key()

    def token(self, claims: Mapping[str, Any] | None = None, **signing: Any) -> str:
        """A right token but for `claims` (one that is None is left out) and `signing`: `key`, `algorithm`, `headers`."""
        now = int(time.time())
        right = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "s-1",
            "iat": now,
            "nbf": now,
            "exp": now + 600,
            "name": "Keeper",
            "roles": ["reader"],
        }
        payload = {name: value for name, value in {**right, **self.claims, **(claims or {})}.items() if value is not None}
        return jwt.encode(payload, **{"key": self.key, "algorithm": "RS256", "headers": {"kid": self.key_id}, **signing})

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def metadata() -> Response:
            self.fetched += 1
            if self.is_down:
                return Response(status_code=503)
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return JSONResponse({"issuer": self.issuer or self.url, **{name: f"{self.url}/{path}" for name, path in ends.items()}})

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            rs = jwt.algorithms.RSAAlgorithm.to_jwk(self.public, as_dict=True) | {"kid": self.key_id, "use": "sig"}
            es = jwt.algorithms.ECAlgorithm.to_jwk(self.elliptic.public_key(), as_dict=True) | {"kid": "elliptic", "use": "sig"}
            shared = {"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(b"x" * 32).decode().rstrip("=")}
            return {"keys": [rs, es, shared, {"kty": "RSA", "kid": "broken", "n": "?", "e": "?"}]}

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            self.authorised.append(asked)
            if asked.get("response_type") != "code" or asked.get("client_id") != CLIENT or "openid" not in asked.get("scope", "").split():
                return Response("not a request to sign in", 400)
            if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
                return Response("PKCE is needed", 400)
            code = secrets.token_hex(8)
            self._codes[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.url})}", 302)

        @app.post("/token")
        def token(
            request: Request,
            grant_type: str = Form(),
            code: str = Form(),
            redirect_uri: str = Form(),
            code_verifier: str = Form(""),
        ) -> Response:
            given = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            asked = self._codes.pop(code, None)  # a code is good once
            challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
            if (
                asked is None
                or grant_type != "authorization_code"
                or request.headers.get("authorization") != f"Basic {given}"
                or challenge != asked["code_challenge"]
                or redirect_uri != asked["redirect_uri"]
            ):
                return JSONResponse({"error": "invalid_grant"}, 400)
            id_token = self.token({"nonce": asked["nonce"], **self.claims})
            return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "expires_in": 600, "id_token": id_token})

        return app


@contextmanager
def identity() -> Iterator[Identity]:
    """An issuer on a free port."""
    stub = Identity()
    with served(stub.app()) as url:
        stub.url = url
        yield stub
