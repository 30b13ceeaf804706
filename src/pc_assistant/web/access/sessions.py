"""The cookies of somebody who has signed in, or is about to: signed, and out of reach of every script."""

import secrets
from collections.abc import Callable
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import ValidationError
from starlette.requests import HTTPConnection
from starlette.responses import Response

from pc_assistant.domain.access import Caller
from pc_assistant.domain.ports import SeenEvents
from pc_assistant.domain.values import Value

SIGNING_IN_SECONDS = 600


class Session(Value):
    """What the cookie holds: who has signed in, and a name of the session that nobody can guess."""

    id: str
    caller: Caller

    @property
    def end(self) -> str:
        """The word that ends it."""
        return f"sign-out:{self.id}"


class Sessions:
    """Sets and reads both cookies. `secure` cookies are sent over HTTPS only; `ended` keeps an end for as long as a session can last."""

    def __init__(
        self, secret: str, seconds: float, secure: bool, ended: SeenEvents, random: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    ) -> None:
        self._ended = ended
        self._random = random
        self._session = URLSafeTimedSerializer(secret, salt="pc-assistant session")
        self._attempt = URLSafeTimedSerializer(secret, salt="pc-assistant sign-in")
        self._seconds = int(seconds)
        self._secure = secure
        self._name = "__Host-pc-session" if secure else "pc-session"  # the prefix keeps other hosts of the domain from setting it
        self._attempt_name = "pc-sign-in"

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """Who has signed in. Raises SetupError and Busy."""
        session = self._held(connection)
        return None if session is None or await self._ended.seen(session.end) else session.caller

    def begin(self, response: Response, caller: Caller) -> None:
        """Signs somebody in."""
        value = self._session.dumps(Session(id=self._random(), caller=caller).model_dump(mode="json"))
        response.set_cookie(self._name, str(value), self._seconds, path="/", secure=self._secure, httponly=True, samesite="lax")

    async def end(self, connection: HTTPConnection, response: Response) -> None:
        """Signs them out: the cookie goes from this browser, and a copy of it opens nothing. Raises SetupError and Busy."""
        session = self._held(connection)
        if session is not None:
            await self._ended.first(session.end)
        response.delete_cookie(self._name, path="/", secure=self._secure, httponly=True, samesite="lax")

    def attempt(self, connection: HTTPConnection) -> dict[str, Any] | None:
        """What was remembered of the sign-in that this browser has begun."""
        return _read(self._attempt, connection.cookies.get(self._attempt_name), SIGNING_IN_SECONDS)

    def remember_attempt(self, response: Response, attempt: dict[str, Any]) -> None:
        """Remembers a sign-in until somebody comes back from it."""
        value = str(self._attempt.dumps(attempt))
        response.set_cookie(
            self._attempt_name, value, SIGNING_IN_SECONDS, path="/sign-in", secure=self._secure, httponly=True, samesite="lax"
        )

    def forget_attempt(self, response: Response) -> None:
        """It is over."""
        response.delete_cookie(self._attempt_name, path="/sign-in", secure=self._secure, httponly=True, samesite="lax")

    def _held(self, connection: HTTPConnection) -> Session | None:
        found = _read(self._session, connection.cookies.get(self._name), self._seconds)
        try:
            return Session.model_validate(found) if found is not None else None
        except ValidationError:  # of another version
            return None


def _read(signer: URLSafeTimedSerializer, value: str | None, seconds: int) -> dict[str, Any] | None:
    try:
        found = signer.loads(value, max_age=seconds) if value else None
    except BadData:
        return None
    return found if isinstance(found, dict) else None
