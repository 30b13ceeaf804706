"""What an issuer says of itself: where it signs people in, and the keys by which its tokens are checked."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx2
import jwt

from pc_assistant.domain.errors import SetupError

METADATA = "/.well-known/openid-configuration"
KEPT_SECONDS = 3600.0
AGAIN_SECONDS = 30.0  # between two attempts, whatever strangers send
TIMEOUT = 5.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

logger = logging.getLogger(__name__)


class Issuer:
    """Fetches what the issuer at `url` says, keeps it for an hour, and longer where the issuer cannot be reached."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic, timeout: float = TIMEOUT) -> None:
        self.url = url
        self._clock = clock
        self._timeout = timeout
        self._lock = asyncio.Lock()
        self._metadata: dict[str, str] = {}
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._tried = -KEPT_SECONDS

    async def metadata(self) -> dict[str, str]:
        """The issuer's name as its tokens have it, and its endpoints. Raises SetupError where it cannot be had."""
        if self._clock() - self._fetched >= KEPT_SECONDS:
            await self._fetch()
        if not self._metadata:
            raise SetupError(f"{self.url} cannot be asked who signs in: try again in a minute.")
        return self._metadata

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of this id; None where the issuer has none. Raises SetupError."""
        await self.metadata()
        if key_id not in self._keys:
            await self._fetch()
        return self._keys.get(key_id)

    async def _fetch(self) -> None:
        """Asks the issuer, unless it was asked within the last half minute. What was known stays where that fails."""
        async with self._lock:
            if self._clock() - self._tried < AGAIN_SECONDS:
                return
            self._tried = self._clock()
            try:
                async with httpx2.AsyncClient(timeout=self._timeout) as client:
                    metadata = await _read(client, self.url + METADATA)
                    if str(metadata.get("issuer")).rstrip("/") != self.url:
                        raise ValueError(f"it calls itself {metadata.get('issuer')}")
                    named = {name: str(metadata[name]) for name in ("issuer", *ENDPOINTS)}
                    found = (await _read(client, named["jwks_uri"]))["keys"]
            except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
                logger.error("the issuer %s cannot be asked: %s %s", self.url, type(error).__name__, error)
                return
            self._metadata, self._keys, self._fetched = named, _signing(found), self._clock()


async def _read(client: httpx2.AsyncClient, url: str) -> dict[str, Any]:
    reply = await client.get(url)
    reply.raise_for_status()
    body = reply.json()
    if not isinstance(body, dict):
        raise ValueError(f"{url} gives no JSON object")
    return body


def _signing(found: list[dict[str, Any]]) -> dict[str, jwt.PyJWK]:
    """The keys that can have signed a token; those of a sort that is not known here are passed over."""
    keys = {}
    for entry in found:
        if isinstance(entry.get("kid"), str) and entry.get("use", "sig") == "sig" and entry.get("kty") in ("RSA", "EC"):
            try:
                keys[entry["kid"]] = jwt.PyJWK(entry)
            except jwt.PyJWTError as error:
                logger.warning("a key of the issuer cannot be read: %s", error)
    return keys
