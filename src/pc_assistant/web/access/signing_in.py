"""The routes by which people sign in and out."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pc_assistant.domain.access import Caller
from pc_assistant.domain.errors import NotSignedIn
from pc_assistant.web.access.sessions import Sessions
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.rendering import Pages

UNKEPT = {"Cache-Control": "no-store"}
LONGEST_PATH = 2000
FAILED = "Signing in did not work: begin again. If that does not help, ask whoever runs this service."

First = Callable[[str], Awaitable[bool]]


class Provider(Protocol):
    """Those who know people's passwords, so that this service need not."""

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where somebody signs in."""

    async def caller(self, code: str, nonce: str, verifier: str, named: str | None) -> Caller | None:
        """Who has signed in, by the code that they bring back; None where that is not so."""


def sign_in_router(
    provider: Provider, sessions: Sessions, first: First, random: Callable[[], str] = lambda: secrets.token_urlsafe(32)
) -> APIRouter:
    """The routes. `first` says whether a word comes for the first time: a sign-in is answered once."""
    pages = Pages(signs_in=True)
    router = APIRouter(prefix="/sign-in", include_in_schema=False, route_class=people(pages))

    @router.get("")
    async def begin(wanted: Annotated[str, Query(alias="next")] = "/") -> Response:
        attempt = {"state": random(), "nonce": random(), "verifier": random(), "next": here(wanted)}
        response = RedirectResponse(await provider.address(attempt["state"], attempt["nonce"], attempt["verifier"]), 303, UNKEPT)
        sessions.remember_attempt(response, attempt)
        return response

    @router.get("/callback")
    async def come_back(request: Request, code: str = "", state: str = "", iss: Annotated[str | None, Query()] = None) -> Response:
        attempt = sessions.attempt(request)
        if attempt is None or not hmac.compare_digest(attempt["state"].encode(), state.encode()) or not code:
            raise NotSignedIn(FAILED)
        if not await first(f"sign-in:{state}"):
            raise NotSignedIn(FAILED)
        caller = await provider.caller(code, attempt["nonce"], attempt["verifier"], iss)
        if caller is None:
            raise NotSignedIn(FAILED)
        response = RedirectResponse(attempt["next"], 303, UNKEPT)
        sessions.forget_attempt(response)
        sessions.begin(response, caller)
        return response

    @router.post("/out")
    async def leave(request: Request) -> Response:
        response = RedirectResponse("/sign-in/out", 303, UNKEPT)
        await sessions.end(request, response)
        return response

    @router.get("/out")
    async def left(request: Request) -> Response:
        return pages.page(request, "signed_out.html")

    return router


def here(wanted: str) -> str:
    """The path that somebody wanted, or the first page where it would lead them to another site."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    odd = not wanted.isprintable() or "\\" in wanted or len(wanted) > LONGEST_PATH
    return "/" if odd or parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith("//") else wanted
