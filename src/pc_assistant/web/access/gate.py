"""The gate: every request is somebody's, and it is known whose before anything is done with it."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from pc_assistant.domain.access import LOCAL, Caller
from pc_assistant.domain.errors import NotSignedIn

# What says nothing of anybody, and what is signed by the platform that sends it; nothing else is reached by whoever is not known.
OPEN = ("/healthz", "/readyz", "/openapi.json", "/privacy", "/accessibility")
OPEN_BELOW = ("/static/", "/integrations/")
NOBODY = "Say who you are: sign in, or send a key as `Authorization: Bearer KEY`."

Identify = Callable[[HTTPConnection], Awaitable[Caller | None]]


async def local(_: HTTPConnection) -> Caller | None:
    """Everybody is the one who sits at this machine: authentication is off."""
    return LOCAL


class Gate:
    """ASGI middleware that puts the caller into `request.state.caller`, None where an address is open and nobody is known."""

    def __init__(self, app: ASGIApp, identify: Identify = local) -> None:
        self._app = app
        self._identify = identify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or whatever else the server sends."""
        if scope["type"] == "http":
            caller = await self._identify(HTTPConnection(scope))
            if caller is None and not is_open(scope["path"]):
                raise NotSignedIn(NOBODY)
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def is_open(path: str) -> bool:
    """Whether an address is reached by whoever is not known."""
    return path in OPEN or path.startswith(OPEN_BELOW)
