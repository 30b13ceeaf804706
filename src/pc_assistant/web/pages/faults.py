"""What goes wrong on a page, told to people: HTML where routes of the API give a problem document."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pc_assistant.domain.errors import NotSignedIn, PcAssistantError
from pc_assistant.web.openai.errors import told
from pc_assistant.web.pages.rendering import ALONE, Pages, Surface
from pc_assistant.web.problems import explain, log_fault, problem_of

Explain = Callable[[Request, Exception], Any]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
HEADINGS = {
    401: "Sign in to go on",
    421: "This address is not the service's",
    403: "You are not allowed to do this",
    404: "Page not found",
    429: "You have asked many questions in a short time",
    504: "This took too long",
    413: "The form is too large",
    422: "The address or the form is not right",
    503: "The service cannot answer at the moment",
}
BROKEN = "Something went wrong"


def people(pages: Pages, surface: Surface = ALONE) -> type[APIRoute]:
    """The class of routes whose errors are shown as pages."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handle = super().get_route_handler()

            async def handler(request: Request) -> Response:
                try:
                    return await handle(request)
                except Exception as error:
                    return fault(pages, surface, request, error)

            return handler

    return PageRoute


def fault(pages: Pages, surface: Surface, request: Request, error: Exception) -> Response:
    """The page that says what is wrong, with the status that the API gives the same error."""
    problem = problem_of(error)
    log_fault(problem, error, request.state.request_id)
    said = problem.detail if isinstance(error, PcAssistantError) or problem.status in (403, 421) else ""
    return pages.page(
        request,
        "fault.html",
        surface,
        problem.status,
        heading=HEADINGS.get(problem.status, BROKEN),
        told=said,
        request_id=request.state.request_id if problem.status >= 500 else "",
    )


def refused(pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    """How a request is answered that does not pass the gate: a browser that can sign in is sent to do so, a program is told why not."""

    async def handler(request: Request, error: Exception) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            if isinstance(error, NotSignedIn) and pages.signs_in and request.method == "GET":
                wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/sign-in?next={quote(wanted, safe='/')}", 303, {"Cache-Control": "no-store"})
            return fault(pages, ALONE, request, error)
        return (
            told(request, error) if request.url.path.startswith(("/v1/chat/completions", "/v1/models")) else await explain(request, error)
        )

    return handler


def told_to_people(pages: Pages, otherwise: Explain) -> Explain:
    """The exception handler that shows a page to a browser at an address where there is nothing, and leaves the rest to `otherwise`."""

    async def handler(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return fault(pages, ALONE, request, error)
        found: Response | Awaitable[Response] = otherwise(request, error)
        return await found if isinstance(found, Awaitable) else found

    return handler
