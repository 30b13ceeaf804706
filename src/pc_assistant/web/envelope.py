"""What every response has, whatever made it: a request id, security headers, and a problem document for a body too large or a fault."""

import asyncio
import re
from collections.abc import Callable, Mapping
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pc_assistant.web.problems import explain

MAX_BODY = 256_000
SLOW_SECONDS = 15.0
SLOWEST = 50_000  # bytes a second; a large body has as much more time
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Set where the response has none of its own, so that pages can allow their own styles and scripts, and static files be kept.
SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# Once it was reached over HTTPS, a browser reaches it by nothing else for a year. Other hosts of the domain are not this service's to bind.
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
PACKED = "Send the body as it is, without a Content-Encoding: nothing is unpacked here."


def new_request_id() -> str:
    """32 hexadecimal digits."""
    return uuid4().hex


class Envelope:
    """ASGI middleware around all routes; it stands inside Starlette's own error middleware, whose 500 would come without headers.

    FastAPI's `max_body_size` is not used: its 413 is plain text and passes by the exception handlers.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_body: int = MAX_BODY,
        slow_seconds: float = SLOW_SECONDS,
        new_id: Callable[[], str] = new_request_id,
        larger: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        """`larger` are the bytes of a body by method and path, where they may be more than `max_body`."""
        self._app = app
        self._max_body = max_body
        self._larger = larger or {}
        self._slow_seconds = slow_seconds
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or whatever else the server sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        packed = Headers(scope=scope).get("content-encoding", "identity") != "identity"
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                secure = OVER_HTTPS if scope["scheme"] == "https" else {}
                for name, value in (SECURITY | secure | scope["state"].get("headers", {})).items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if packed:
                raise HTTPException(415, PACKED)
            await self._app(
                scope, self._limited(receive, max(self._max_body, self._larger.get((scope["method"], scope["path"]), 0))), send_with_headers
            )
        except Exception as error:
            if started:
                raise
            response = await explain(Request(scope), error)
            await response(scope, receive, send_with_headers)

    def _limited(self, receive: Receive, most: int) -> Receive:
        """`receive` that raises 413 once more has come than is allowed, whatever was announced, and 408 where it comes in drops."""
        total, whole, deadline = 0, False, asyncio.get_running_loop().time() + self._slow_seconds

        async def limited() -> Message:
            nonlocal total, whole, deadline
            if whole:  # what comes now is that the client has gone, or it never comes
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, headers={"Connection": "close"}) from error
            whole = not message.get("more_body", False)
            deadline += len(message.get("body", b"")) / SLOWEST
            total += len(message.get("body", b""))
            if total > most:
                raise HTTPException(
                    413, None if most == self._max_body else f"The body is larger than the {most / 1_000_000:,.0f} MB that may be uploaded."
                )
            return message

        return limited
