"""docs/reference/http.md, from the OpenAPI document and the roles that the routes ask for."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from pc_assistant.web.access.gate import is_open
from pc_assistant.web.access.roles import Needs
from pc_assistant.web.app import create_app
from pc_assistant.web.problems import DETAILS, DOMAIN, TITLES
from scripts.reference.tables import table

HEAD = """# HTTP

Made from the routes and their OpenAPI document by `./run docs`; a test fails where they disagree. `GET /openapi.json` of a running service has every
field, with examples.

Bodies are JSON in UTF-8, at most 256 kB. Errors are problem documents (RFC 9457, `application/problem+json`), in OpenAI's form under
`/v1/chat/completions` and `/v1/models`. Every response has `X-Request-ID`. *Role* is the least that a caller needs where authentication is on
([access.md](../access.md)); everybody may call what is *open*.
"""
PAGES = """## Pages

HTML for people, the same under `/embed` where that is named. `/embed` may be shown in a frame, where `PC_EMBED_ORIGINS` allows it
([page.md](../page.md)).
"""
REST = """## What is there when it is turned on

| address | by | page |
| --- | --- | --- |
| `/integrations/slack/…` | `PC_SLACK_BOT_TOKEN` | [slack.md](../slack.md) |
| `/integrations/teams/messages` | `PC_TEAMS_APP_ID` | [teams.md](../teams.md) |
| `/mcp` | `PC_MCP=true` | [mcp.md](../mcp.md) |
| `/sign-in`, `/sign-in/callback`, `/sign-out` | `PC_OIDC_CLIENT_ID` | [access.md](../access.md) |
"""
STATUSES = """## Statuses

Any route may give these besides its own.
"""
FOR_ALL = {
    400: "the body is not valid JSON",
    401: "it is not known who asks",
    403: "the caller's role is too low, or a page of another site asks",
    404: "there is nothing of this id or at this address, or it is somebody else's",
    405: "the method is not allowed there",
    408: "the body did not arrive in time",
    413: "the body is too large",
    415: "the body does not say that it is JSON",
    421: "the service is not reached by this name: set `PC_PUBLIC_URL`",
    422: "the request is not valid; `errors` names the fields",
    429: "asked too often; `Retry-After` says when again",
    500: "the service failed; its log has the reason under the request's id",
    503: "not ready, or too much is asked at once; `Retry-After` where waiting helps",
    504: "answering took too long",
}


def http_page() -> str:
    """The page."""
    app = _described()
    document = app.openapi()
    roles = {(route.path, method.lower()): role(route) for route in routes(app) for method in route.methods}
    parts = [HEAD, "## The interface\n"]
    rows = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            statuses = ", ".join(status for status in operation["responses"] if status != "default")
            rows.append((f"`{method.upper()} {path}`", operation["summary"], roles[path, method], statuses))
    parts.append(table(("method and path", "what", "role", "statuses of its own"), rows))
    parts += [PAGES, table(("method and path", "role"), _pages(app)), REST, STATUSES, table(("status", "when", "`type`"), _statuses())]
    return "\n".join(parts)


def role(route: RouteContext) -> str:
    """The role that a route asks for, by its word."""
    found = {needed.role for needed in _needed(route.dependant)}
    if found:
        return max(found).word
    return "open" if is_open(route.path) or route.path.startswith("/static") else "guest"


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route of our own."""
    yield from (route for route in iter_route_contexts(app.routes) if hasattr(route, "dependant"))


def _needed(dependant: Any) -> Iterator[Needs]:
    for below in dependant.dependencies:
        if isinstance(below.call, Needs):
            yield below.call
        yield from _needed(below)


def _pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    """The routes that the document leaves out, those of the embedded page only where they stand alone."""
    for route in routes(app):
        if not route.include_in_schema and not (route.path.startswith("/embed/") and route.path != "/embed"):
            yield f"`{' '.join(sorted(route.methods - {'HEAD'}))} {route.path}`", role(route)


def _statuses() -> Iterator[tuple[str, str, str]]:
    types: Mapping[int, list[str]] = {status: [slug for _, code, slug in DOMAIN if code == status] for status in FOR_ALL}
    missing = ({code for _, code, _ in DOMAIN} | DETAILS.keys()) - FOR_ALL.keys()
    assert not missing, f"Statuses without a word on when: {missing}"
    assert {slug for _, _, slug in DOMAIN} == TITLES.keys()
    for status, when in FOR_ALL.items():
        yield str(status), when, ", ".join(f"`urn:pc-assistant:problem:{slug}`" for slug in types[status]) or "`about:blank`"


def _described() -> FastAPI:
    """The app over nothing: it is described, never asked."""
    nothing = cast(Any, None)
    return create_app(nothing, nothing, nothing)
