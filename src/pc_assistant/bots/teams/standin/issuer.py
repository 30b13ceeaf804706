"""Tokens of the stand-in, signed as the Bot Framework signs those of Teams, and the keys to check them by."""

import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import APIRouter, HTTPException

from pc_assistant.bots.teams.sdk import PUBLIC, CloudEnvironment, with_overrides
from pc_assistant.bots.teams.standin.organisation import APP_ID

ISSUER = "https://standin.invalid"
LIFETIME = 3600
KEY_ID = "standin-1"
METADATA = "/.well-known/openidconfiguration"


class Issuer:
    """Signs with a key that is made anew each time; `address` is where the stand-in is reached."""

    def __init__(self, address: str) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.address = address
        self.fetched = 0
        self.delay = 0.0  # seconds until keys are given
        self.is_down = False

    @property
    def cloud(self) -> CloudEnvironment:
        """Where the bot finds keys and whom it trusts."""
        return with_overrides(PUBLIC, openid_metadata_url=f"{self.address}{METADATA}", token_issuer=ISSUER)

    def token(self, claims: Mapping[str, Any] | None = None, **signing: Any) -> str:
        """A token as Teams sends one; a claim that is None is left out. `signing` replaces `key`, `algorithm` and `headers`."""
        now = int(time.time())
        right = {"iss": ISSUER, "aud": APP_ID, "iat": now, "nbf": now, "exp": now + LIFETIME, "serviceurl": self.address}
        payload = {name: value for name, value in {**right, **(claims or {})}.items() if value is not None}
        return jwt.encode(payload, **{"key": self.key, "algorithm": "RS256", "headers": {"kid": KEY_ID}, **signing})

    async def for_bot(self, *_: object) -> str:
        """The token with which the bot speaks to the stand-in."""
        return self.token({"aud": "https://api.botframework.com", "appid": APP_ID, "serviceurl": None})

    def is_from_bot(self, authorization: str) -> bool:
        """Whether a request bears that token."""
        try:
            jwt.decode(authorization.removeprefix("Bearer "), self.key.public_key(), ["RS256"], audience="https://api.botframework.com")
        except jwt.PyJWTError:
            return False
        return True

    def router(self) -> APIRouter:
        """Where keys are fetched."""
        router = APIRouter()

        @router.get(METADATA)
        def metadata() -> dict[str, Any]:
            return {"issuer": ISSUER, "jwks_uri": f"{self.address}/.well-known/keys", "id_token_signing_alg_values_supported": ["RS256"]}

        @router.get("/.well-known/keys")
        def keys() -> dict[str, Any]:
            self.fetched += 1
            time.sleep(self.delay)
            if self.is_down:
                raise HTTPException(503)
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

        return router
