"""Who asks, by what the request bears: a key, a token of an organisation, or the cookie of somebody who has signed in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.errors import NotSignedIn
from pc_assistant.web.access.gate import address_of

REFUSED = "The key or token is not valid, has expired or was revoked."
LONGEST = 16_000  # characters; a token with many roles has some thousands

Lookup = Callable[[str], Awaitable[Caller | None]]


@dataclass(frozen=True)
class Credentials:
    """Finds out who asks. `keys`, `tokens` and `sessions` each say whose something is, or None; `guests` lets in who bears nothing."""

    keys: Lookup
    tokens: Lookup | None = None
    sessions: Callable[[HTTPConnection], Awaitable[Caller | None]] | None = None
    guests: bool = False

    async def __call__(self, connection: HTTPConnection) -> Caller | None:
        """Who asks; None where nothing says so. Raises NotSignedIn for a key or token that opens nothing."""
        given = credential(connection)
        if given is not None:
            caller = await self.keys(given)
            if caller is None and self.tokens is not None and len(given) <= LONGEST:
                caller = await self.tokens(given)
            if caller is None:
                raise NotSignedIn(REFUSED)
            return caller
        caller = await self.sessions(connection) if self.sessions else None
        return caller or (guest(connection) if self.guests else None)


def credential(connection: HTTPConnection) -> str | None:
    """The key or token that a request bears."""
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    return connection.headers.get("x-api-key")


def guest(connection: HTTPConnection) -> Caller:
    """Somebody who does not say who they are; known by their address alone, so that one of them cannot take the place of all."""
    return Caller(id=f"guest:{address_of(connection)}", name="guest", role=Role.GUEST)
