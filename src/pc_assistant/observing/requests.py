"""Every request: how long it took, what came of it, and under which template of its path; the path itself may name a conversation."""

import time
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pc_assistant.observing.noting import Noted, Served, TellServed, channel_of, current

METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
NOWHERE = "(none)"
BROKEN_OFF = 499  # no response was begun: the client had gone


class WatchRequests:
    """ASGI middleware outside of all others. `tell` is told of each request once its response has been sent to the end."""

    def __init__(self, app: ASGIApp, tell: TellServed, clock: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._tell = tell
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or whatever else the server sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        noted = Noted(channel_of(scope["path"], "origin" in Headers(scope=scope)), scope.setdefault("state", {}))
        status, begun = BROKEN_OFF, self._clock()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = current.set(noted)
        try:
            await self._app(scope, receive, watched)
        finally:
            current.reset(token)
            noted.over = True
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._tell(Served(method, route_of(scope), status, self._clock() - begun, noted, _caller(noted)))


def route_of(scope: Scope) -> str:
    """The template of the path, such as `/documents/{document_id}`; what no route serves has none."""
    route: Any = scope.get("route")
    if route is None and "endpoint" in scope:  # Starlette's own routes, such as that of MCP, leave their endpoint alone
        route = next((one for one in scope["app"].routes if getattr(one, "endpoint", None) is scope["endpoint"]), None)
    found = getattr(route, "path_format", None)
    return found if isinstance(found, str) else NOWHERE


def _caller(noted: Noted) -> str | None:
    found = getattr(noted.state.get("caller"), "id", None)
    return found if isinstance(found, str) else None
