"""What comes from Slack is looked at before anything is done with it: is it whole, for a workspace that is served, and not a repetition?"""

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.exceptions import HTTPException

from pc_assistant.bots.desk import Desk, belongs

NOT_SERVED = "This assistant does not serve your workspace."
UNSIGNED = "The signature of this request is missing, wrong or too old."
MALFORMED = "The body is not what Slack sends."
PASSED_ON = ("content-type", "x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num", "x-slack-retry-reason")
LONGEST_ID = 120

logger = logging.getLogger(__name__)


def signed_request(raw: bytes, headers: Mapping[str, str], verifier: SignatureVerifier) -> AsyncBoltRequest:
    """The request for bolt. Raises HTTPException: 401 without a valid, fresh signature, 400 for a body that is not what Slack sends.

    Bolt parses a body before it looks at the signature, and obeys headers that no signature covers; so it is handed only what is signed,
    whole, and needed.
    """
    try:
        valid = verifier.is_valid(raw, headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature"))
    except (TypeError, ValueError):  # a timestamp that is no number, a signature that is not ASCII
        valid = False
    if not valid:
        raise HTTPException(401, UNSIGNED)
    try:
        request = AsyncBoltRequest(body=raw.decode(), headers={name: headers[name] for name in PASSED_ON if name in headers})
    except (AttributeError, TypeError, ValueError) as error:
        raise HTTPException(400, MALFORMED) from error
    if not request.body or not isinstance(request.body.get("event", {}), dict):
        raise HTTPException(400, MALFORMED)
    return request


class Guard:
    """Bolt's middleware before all others but the signature's."""

    def __init__(self, desk: Desk, workspaces: frozenset[str]) -> None:
        self._desk = desk
        self._workspaces = workspaces

    async def __call__(self, request: AsyncBoltRequest, next_: Callable[[], Awaitable[object]]) -> BoltResponse | None:
        """Passes a request on, or answers 200 and drops it: for an error Slack would only send it again."""
        body = request.body
        if body.get("type") == "url_verification":
            await next_()
            return None
        named = organisations(body)
        if not named or not all(belongs(name, self._workspaces) for name in named):
            logger.warning("Slack: dropped what came from a workspace that is not served: %s", ", ".join(sorted(named)) or "none named")
            return BoltResponse(status=200, body=NOT_SERVED if "command" in body else "")
        if number := request.headers.get("x-slack-retry-num"):
            logger.info("Slack: repetition %s because of %s", number[0], request.headers.get("x-slack-retry-reason", ["?"])[0])
        if not await self._desk.seen.first(delivery_id(body)):
            return BoltResponse(status=200, body="")
        await next_()
        return None


def organisations(body: Mapping[str, Any]) -> set[str]:
    """Every workspace that a request names: that of the app, and that of the person, which differ in channels shared by organisations."""
    event, user, team = (body.get(name) for name in ("event", "user", "team"))
    found = [body.get("team_id")]
    found += [event.get(name) for name in ("team", "user_team", "source_team")] if isinstance(event, dict) else []
    found += [user.get("team_id")] if isinstance(user, dict) else []
    found += [team.get("id")] if isinstance(team, dict) else []
    return {name for name in found if name and isinstance(name, str)}


def delivery_id(body: Mapping[str, Any]) -> str:
    """What a repetition of a delivery has in common with the first: the id of the event or of the click, or else all of it."""
    for name in ("event_id", "trigger_id"):
        found = body.get(name)
        if isinstance(found, str) and 0 < len(found) <= LONGEST_ID:
            return f"slack:{name}:{found}"
    return f"slack:body:{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"
