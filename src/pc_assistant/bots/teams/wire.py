"""How messages reach Teams: the SDK gets tokens from Entra and posts activities to the service that spoke to the bot."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from pc_assistant.bots.teams.activities import Activity
from pc_assistant.bots.teams.cards import Json
from pc_assistant.bots.teams.sdk import (
    PUBLIC,
    App,
    ClientOptions,
    CloudEnvironment,
    HTTPError,
    HTTPStatusError,
    MessageActivityInput,
    TypingActivityInput,
)
from pc_assistant.domain.errors import Undelivered

PATIENCE = 15.0
ATTEMPTS = 3
LONGEST_WAIT = 10.0
WORTH_ANOTHER = frozenset({429, 500, 502, 503, 504})

GetToken = Callable[..., Awaitable[str]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where a reply goes: the conversation (in a channel, the thread) of an activity, at the service that it came from."""

    service_url: str
    conversation: Json
    bot: Json

    @classmethod
    def of(cls, activity: Activity) -> "Place":
        """Where an activity came from."""

        def part(value: Any) -> Json:
            return dict(value.model_dump(by_alias=True, exclude_none=True))

        return cls(activity.service_url, part(activity.conversation), part(activity.recipient))


@dataclass(frozen=True)
class Credentials:
    """The app registration in Entra. `get_token` stands in for Entra in the stand-in."""

    app_id: str
    secret: str
    tenant: str
    cloud: CloudEnvironment = field(default_factory=lambda: PUBLIC)
    get_token: GetToken | None = None


class Wire:
    """Sends activities."""

    def __init__(self, credentials: Credentials, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        secret = {"token": credentials.get_token} if credentials.get_token else {"client_secret": credentials.secret}
        self._app = App(
            client_id=credentials.app_id,
            tenant_id=credentials.tenant,
            cloud=credentials.cloud,
            client=ClientOptions(timeout=PATIENCE),
            dangerously_allow_unauthenticated_requests=False,
            **secret,
        )
        self._sleep = sleep

    async def send(self, place: Place, activity: Json) -> str:
        """Posts an activity; the id that Teams gives it. Tries again where Teams is busy. Raises Undelivered."""
        kind = TypingActivityInput if activity["type"] == "typing" else MessageActivityInput
        whole = {**activity, "from": place.bot, "conversation": place.conversation}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                sent = await self._app.api.conversations.create_activity(
                    place.conversation["id"], kind.model_validate(whole), service_url=place.service_url
                )
            except HTTPStatusError as error:
                status = error.response.status_code
                if status not in WORTH_ANOTHER or attempt == ATTEMPTS:
                    raise Undelivered(f"Teams refused a message with status {status}.") from error
                await self._sleep(_wait(error.response.headers.get("retry-after"), attempt))
            except (HTTPError, ValueError, OSError) as error:  # ValueError: Entra gave no token
                raise Undelivered(f"A message did not reach Teams ({type(error).__name__}).") from error
            else:
                return sent.id
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Ends the connections."""
        for client in (self._app.api.http, self._app.http_client):
            await client.http.aclose()


def _wait(said: str | None, attempt: int) -> float:
    """Seconds until the next attempt: as Teams says, or a little longer each time."""
    return min(float(said) if said and said.isdigit() else 2.0 ** (attempt - 1), LONGEST_WAIT)
