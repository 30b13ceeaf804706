"""Teams as a part of the service: the route that Teams speaks to, and what must live as long as the service."""

import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator
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
from pc_assistant.domain.ports import SentMessages

PATH = "/integrations/teams/messages"
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
        router = APIRouter(include_in_schema=False)
        router.add_api_route(PATH, self._receive, methods=["POST"])
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
