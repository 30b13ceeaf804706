"""The gate: every request comes by a name and from a place that are right, and is somebody's, before anything is done with it."""

import ipaddress
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pc_assistant.domain.access import LOCAL, Caller
from pc_assistant.domain.errors import NotSignedIn, PcAssistantError, TooOften

# What says nothing of anybody, and what is signed by the platform that sends it; nothing else is reached by whoever is not known.
OPEN = ("/healthz", "/readyz", "/openapi.json", "/privacy", "/accessibility", "/sign-in")
OPEN_BELOW = ("/static/", "/integrations/", "/sign-in/")
ASKED = ("/v1/chat", "/v1/chat/completions", "/v1/search", "/", "/embed", "/mcp", "/mcp/")  # what is counted, by POST
PROBES = ("/healthz", "/readyz")  # asked by whatever name the machine has
SAFE = ("GET", "HEAD", "OPTIONS")
NOBODY = "Say who you are: sign in, or send a key as `Authorization: Bearer KEY`."
MISDIRECTED = "This service is not reached by the name {}: where that is its name, set PC_PUBLIC_URL to the address that people use."
FOREIGN = "This request comes from a page of another site, which may not ask on your behalf."

TOO_OFTEN = "At most {} questions may be asked in a minute: ask again in {} seconds."


class Use(Protocol):
    """How much somebody has asked; the limits of `channels` give it."""

    @property
    def allowed(self) -> bool:
        """Whether they may ask this question."""

    @property
    def most(self) -> int:
        """How often they may in a minute."""

    @property
    def left(self) -> int:
        """How often they still may."""

    @property
    def seconds(self) -> int:
        """When they may more often."""


Count = Callable[[str], Awaitable[Use]]
Identify = Callable[[HTTPConnection], Awaitable[Caller | None]]


async def local(_: HTTPConnection) -> Caller | None:
    """Everybody is the one who sits at this machine: authentication is off."""
    return LOCAL


@dataclass(frozen=True)
class Access:
    """Who may ask.

    `identify` finds out who does, and raises NotSignedIn for a key or token that opens nothing. `hosts` are the names by which requests must
    come, None for any; `addresses` allows every address that is a number besides. `public` is the host, with its port, that people use.
    `routers` are the routes by which people sign in, where they can. `count` counts one question of somebody, where there is a limit.
    """

    identify: Identify = local
    hosts: Collection[str] | None = None
    addresses: bool = False
    public: str | None = None
    routers: Collection[APIRouter] = ()
    count: Count | None = None

    @property
    def signs_in(self) -> bool:
        """Whether people can sign in with a browser."""
        return bool(self.routers)


class Gate:
    """ASGI middleware that puts the caller into `request.state.caller`, None where an address is open and nobody is known."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or whatever else the server sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            connection = HTTPConnection(scope)
            caller = scope.setdefault("state", {})["caller"] = await self._admitted(connection)
            if caller is not None and self._access.count is not None and scope["method"] == "POST" and scope["path"] in ASKED:
                scope["state"]["headers"] = await self._counted(caller, connection, self._access.count)
        except (HTTPException, PcAssistantError) as error:
            response = await scope["app"].state.refused(Request(scope), error)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _admitted(self, connection: HTTPConnection) -> Caller | None:
        path = connection.scope["path"]
        if path not in PROBES and not self._is_named_rightly(connection):
            raise HTTPException(421, MISDIRECTED.format(connection.headers.get("host", "")))
        if connection.scope["method"] not in SAFE and not path.startswith("/integrations/") and not self._is_from_here(connection):
            raise HTTPException(403, FOREIGN)
        if is_open(path):
            return None
        caller = await self._access.identify(connection)
        if caller is None:
            raise NotSignedIn(NOBODY)
        return caller

    async def _counted(self, caller: Caller, connection: HTTPConnection, count: Count) -> dict[str, str]:
        """The headers that tell how often the caller may still ask. Raises TooOften."""
        who = caller.id if caller.owner else address_of(connection)
        use = await count(who)
        headers = {"RateLimit-Policy": f'"questions";q={use.most};w=60', "RateLimit": f'"questions";r={use.left};t={use.seconds}'}
        if not use.allowed:
            connection.scope["state"]["headers"] = headers
            raise TooOften(TOO_OFTEN.format(use.most, use.seconds), use.seconds)
        return headers

    def _is_named_rightly(self, connection: HTTPConnection) -> bool:
        """A page of another site can make its own name mean this machine, but the name stays its own."""
        if self._access.hosts is None:
            return True
        name = host_name(connection.headers.get("host", ""))
        return name in self._access.hosts or (self._access.addresses and _is_number(name))

    def _is_from_here(self, connection: HTTPConnection) -> bool:
        """Browsers say which page a request comes from; programs say nothing."""
        site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
        if site is not None:
            return site in ("same-origin", "none")
        return origin is None or _place(origin) in {connection.headers.get("host"), self._access.public} - {None, ""}


def _place(origin: str) -> str:
    """The host of an origin, with its port; "" where it has none, as a page in a sandbox or a file."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def address_of(connection: HTTPConnection) -> str:
    """The address that a request comes from: of the client, or of the nearest proxy that is not trusted to name it."""
    return connection.client.host if connection.client else ""


def is_open(path: str) -> bool:
    """Whether an address is reached by whoever is not known."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def host_name(host: str) -> str:
    """The name in a Host header, without its port; "" where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
