"""Signing in with a browser: the authorisation code flow with PKCE, spoken by Authlib."""

import logging
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from pc_assistant.adapters.identity.issuer import TIMEOUT, Issuer
from pc_assistant.adapters.identity.tokens import Tokens
from pc_assistant.domain.access import Caller

SCOPE = "openid profile email"

logger = logging.getLogger(__name__)


class SignIn:
    """Sends people to the issuer and takes what they bring back to `redirect_uri`."""

    def __init__(self, issuer: Issuer, tokens: Tokens, client_id: str, client_secret: str | None, redirect_uri: str) -> None:
        self._issuer = issuer
        self._tokens = tokens
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where somebody signs in. Raises SetupError where the issuer cannot be reached."""
        metadata = await self._issuer.metadata()
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, response_mode="query"
            )
            return str(url)

    async def caller(self, code: str, nonce: str, verifier: str, named: str | None) -> Caller | None:
        """Who has signed in; None where the issuer does not say so. `named` is the issuer that the answer names, if it does (RFC 9207).

        Raises NotAllowed for somebody without a role, SetupError where the issuer cannot be reached.
        """
        metadata = await self._issuer.metadata()
        if named is not None and named != metadata["issuer"]:
            logger.warning("an answer to a sign-in was refused: it comes from another issuer")
            return None
        try:
            async with self._client() as client:
                given: dict[str, Any] = await client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
        except (AuthlibBaseError, httpx2.HTTPError, ValueError) as error:
            logger.warning("signing in failed: %s %s", type(error).__name__, error)
            return None
        token = given.get("id_token")
        return await self._tokens.caller(token, nonce, self._client_id) if isinstance(token, str) else None

    def _client(self) -> AsyncOAuth2Client:
        method = "client_secret_basic" if self._client_secret else "none"
        return AsyncOAuth2Client(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=method,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
        )
