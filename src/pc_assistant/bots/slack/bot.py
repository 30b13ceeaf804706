"""Slack as a part of the service: the routes of the Events API, or a connection of our own in Socket Mode."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, cast

import aiohttp
from fastapi import APIRouter
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from pc_assistant.bots.desk import Desk
from pc_assistant.bots.slack.guard import Guard, signed_request
from pc_assistant.bots.slack.listeners import Listeners

PREFIX = "/integrations/slack"
PATHS = {"/events": "mentions, direct messages, the home", "/commands": "the slash command", "/interactions": "buttons and forms"}
API = "https://slack.com/api/"
CALL_SECONDS = 15


@dataclass(frozen=True)
class Options:
    """How Slack is reached. Requests come over HTTP, signed with `signing_secret`, or, where there is an `app_token`, in Socket Mode."""

    bot_token: str
    workspaces: frozenset[str]
    signing_secret: str | None = None
    app_token: str | None = None
    private_replies: bool = True
    silent_without_citations: bool = False
    streaming: bool = True
    api_url: str = API


class Socket(Protocol):
    """The part of the SDK's socket client that is used, with the types that it lacks."""

    async def connect(self) -> None:
        """Tries until it is connected."""

    async def close(self) -> None:
        """Ends the connection."""


class SlackBot:
    """Keeps the Channel contract."""

    def __init__(self, desk: Desk, options: Options) -> None:
        self._desk = desk
        self._options = options
        retries = [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
        self._client = AsyncWebClient(options.bot_token, options.api_url, CALL_SECONDS, retry_handlers=retries)
        guard = Guard(desk, options.workspaces)

        async def guarded(req: AsyncBoltRequest, next_: Callable[[], Awaitable[object]]) -> BoltResponse | None:
            return await guard(req, next_)

        self._app = AsyncApp(
            client=self._client,
            signing_secret=options.signing_secret or "",
            request_verification_enabled=options.app_token is None,
            ssl_check_enabled=False,
            before_authorize=guarded,
        )
        secret = options.signing_secret or options.app_token or options.bot_token
        Listeners(desk, secret, options.private_replies, options.silent_without_citations, options.streaming).add_to(self._app)

    @property
    def router(self) -> APIRouter:
        """The routes; none in Socket Mode, where nothing may come in."""
        router = APIRouter(prefix=PREFIX, tags=["slack"])
        if self._options.signing_secret is None:
            return router
        verifier = SignatureVerifier(self._options.signing_secret)

        async def receive(request: Request) -> Response:
            given = signed_request(await request.body(), request.headers, verifier)
            return to_starlette_response(await self._app.async_dispatch(given))

        for path, what in PATHS.items():
            router.add_api_route(
                path,
                receive,
                methods=["POST"],
                operation_id=f"slack_{path.strip('/')}",
                summary=f"Slack tells of {what}",
                description="For Slack alone: signed with the app's secret, acknowledged at once, answered through Slack's Web API.",
                response_description="Acknowledged.",
                openapi_extra={
                    "requestBody": {"required": True, "content": {"application/json": {}, "application/x-www-form-urlencoded": {}}}
                },
            )
        return router

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connected while the service runs; what was begun is finished or apologised for before the connection goes."""
        async with aiohttp.ClientSession() as session:
            self._client.session = session
            socket = cast(Socket, AsyncSocketModeHandler(self._app, self._options.app_token).client) if self._options.app_token else None
            connecting = asyncio.ensure_future(socket.connect()) if socket else None  # the pages do not wait for it
            try:
                yield
            finally:
                if socket and connecting:
                    connecting.cancel()
                    await socket.close()
                await self._desk.work.drain()
                self._client.session = None
