"""Tokens of an issuer: whether they are what they say, and whose."""

import hmac
import logging
from collections.abc import Collection, Mapping
from typing import Any

import jwt

from pc_assistant.adapters.identity.issuer import Issuer
from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.errors import NotAllowed

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}  # by key pairs only: whoever checks a token cannot make one
REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
LEEWAY = 30  # seconds by which clocks may differ
LONGEST_NAME = 100
NO_ROLE = "You are signed in, but have no role here: ask whoever runs this service for one."

logger = logging.getLogger(__name__)


class Tokens:
    """Checks tokens that are meant for one of `audiences`. Somebody's roles are in `role_claim`, a name or a path with dots."""

    def __init__(
        self,
        issuer: Issuer,
        audiences: Collection[str],
        role_claim: str = "roles",
        default_role: Role | None = None,
        leeway: float = LEEWAY,
    ) -> None:
        self._issuer = issuer
        self._audiences = list(audiences)
        self._role_claim = role_claim
        self._default_role = default_role
        self._leeway = leeway

    async def caller(self, token: str, nonce: str | None = None, audience: str | None = None) -> Caller | None:
        """Whose token this is; None where it is not right. Raises NotAllowed for somebody without a role, SetupError without keys.

        `nonce` is what the token must hold, where it is the answer to a sign-in; `audience` takes the place of those that are allowed.
        """
        try:
            claims = await self._claims(token, [audience] if audience else self._audiences)
        except jwt.PyJWTError as error:
            logger.info("a token was refused: %s", error)
            return None
        if nonce is not None and not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            logger.warning("an answer to a sign-in was refused: it answers another")
            return None
        return self._whose(claims)

    async def _claims(self, token: str, audiences: list[str]) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError("it is signed in a way that is not accepted")
        key = await self._issuer.key(str(header.get("kid", "")))
        if key is None or key.key_type != ALGORITHMS[header["alg"]]:
            raise jwt.InvalidKeyError("the issuer has no such key")
        name = (await self._issuer.metadata())["issuer"]
        return jwt.decode(
            token, key.key, [header["alg"]], audience=audiences, issuer=name, leeway=self._leeway, options={"require": REQUIRED}
        )

    def _whose(self, claims: Mapping[str, Any]) -> Caller:
        role = self._role(claims)
        if role is None:
            raise NotAllowed(NO_ROLE)
        identity = str(claims.get("oid") or claims["sub"])  # Entra's `sub` differs from client to client, its `oid` does not
        name = next((claims[claim] for claim in ("name", "preferred_username", "email") if isinstance(claims.get(claim), str)), identity)
        return Caller(id=f"oidc:{claims['iss']}:{identity}", name=name[:LONGEST_NAME], role=role)

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        found: Any = claims.get(self._role_claim)
        if found is None:
            found = claims
            for part in self._role_claim.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
        named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        roles = [role for role in (Role.READER, Role.OPERATOR, Role.ADMIN) if role.word in named]
        return max(roles, default=self._default_role)
