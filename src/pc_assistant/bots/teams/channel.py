"""Teams as a part of the service: the route that Teams speaks to, and what must live as long as the service."""

import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pc_assistant.bots.desk import Desk, belongs
from pc_assistant.bots.teams.arrival import SERVICE_HOSTS, bearer, check_service, read
from pc_assistant.bots.teams.bot import Bot
from pc_assistant.bots.teams.streaming import PACE
from pc_assistant.bots.teams.tokens import Tokens
from pc_assistant.bots.teams.wire import Credentials, Wire
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.ports import SentMessages

PATH = "/integrations/teams/messages"
OPEN_DOOR = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
NOT_SERVED = "This assistant does not serve your organisation."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How Teams is reached. `hosts` are those of the Teams service; the stand-in is reached by `plain_http`, and needs no `pace`."""

    credentials: Credentials
    tenants: frozenset[str]
    hosts: frozenset[str] = SERVICE_HOSTS
    plain_http: bool = False
    pace: float = PACE


def refuse_open_door(environment: Mapping[str, str | None]) -> None:
    """Raises UsageError where the SDK's switch that turns the check of requests off is so much as named."""
    if OPEN_DOOR in environment:
        raise UsageError(
            f"{OPEN_DOOR} is set, which asks to let anybody speak as Microsoft Teams: take it out of the environment and .env."
        )


class TeamsChannel:
    """Keeps the Channel contract. An activity is checked, acknowledged, and worked on beside."""

    def __init__(self, desk: Desk, sent: SentMessages, options: Options) -> None:
        self._desk = desk
        self._options = options
        self._tokens = Tokens(options.credentials.app_id, options.credentials.cloud)
        self._wire = Wire(options.credentials)
        self._bot = Bot(desk, self._wire, sent, options.credentials.secret, options.pace)

    @property
    def router(self) -> APIRouter:
        """The one route."""
        router = APIRouter(tags=["teams"])
        router.add_api_route(
            PATH,
            self._receive,
            methods=["POST"],
            operation_id="teams_messages",
            summary="Teams tells of a message, a button, a thumb or that the app was added",
            description="For Microsoft Teams alone: signed by the Bot Framework, acknowledged at once, answered through the Teams service.",
            response_description="Acknowledged; for an invoke, what Teams shows.",
            openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}},
        )
        return router

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What was begun is finished or apologised for before the connections go."""
        try:
            yield
        finally:
            await self._desk.work.drain()
            await self._wire.close()
            self._tokens.close()

    async def _receive(self, request: Request) -> Response:
        """One activity; nothing is done for one that is not from Teams, for this bot, from an organisation that is served."""
        token = bearer(request.headers.get("authorization", ""))
        body = await request.body()
        activity = read(body)
        check_service(activity.service_url, self._options.hosts, self._options.plain_http)
        await self._tokens.check(token, activity.service_url)
        if not belongs(activity.tenant, self._options.tenants):
            logger.warning("Teams: refused what came from a tenant that is not served: %r", activity.tenant)
            raise HTTPException(403, NOT_SERVED)
        named = "\n".join((activity.tenant or "", activity.conversation.id, activity.id or "")).encode() if activity.id else body
        if not await self._desk.seen.first(f"teams:{hashlib.sha256(named).hexdigest()}"):
            return JSONResponse({})
        reply = await self._bot.hear(activity)
        return JSONResponse(reply or {}, 200 if reply is not None else 501)
