"""Errors as RFC 9457 problem documents: the only place that gives an error its HTTP status."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pc_assistant.domain.errors import Busy, NotAllowed, NotFound, NotSignedIn, PcAssistantError, SetupError, TooOften, TooSlow, UsageError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "1"
MAX_ERRORS = 20
MAX_SHOWN = 300

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One field of the request that is wrong, and why."""

    field: str = Field(description="Where in the request, as `filters.documents.0`; `body` for the whole of it.")
    message: str


class CheckFault(BaseModel):
    """One thing that the service needs; `fault` says in one sentence what is wrong, null where nothing is."""

    check: str
    fault: str | None = None


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(default="about:blank", description="Names the kind of problem; `about:blank` where the status says it all.")
    title: str
    status: int
    detail: str = Field(description="One sentence on this very request.")
    errors: list[FieldError] | None = Field(default=None, description="The wrong fields, where the request was not valid.")
    checks: list[CheckFault] | None = Field(default=None, description="What was looked at, where the service is not ready.")


# The first class that fits counts. A class with a type of its own shows its message, which domain errors write for the reader.
DOMAIN: tuple[tuple[type[PcAssistantError], int, str], ...] = (
    (NotFound, 404, "not-found"),
    (UsageError, 422, "invalid-request"),
    (NotSignedIn, 401, "not-signed-in"),
    (NotAllowed, 403, "not-allowed"),
    (TooOften, 429, "too-often"),
    (TooSlow, 504, "too-slow"),
    (Busy, 503, "busy"),
    (SetupError, 503, "not-ready"),
)
TITLES = {
    "not-found": "Not found",
    "invalid-request": "The request is not valid",
    "not-signed-in": "Not signed in",
    "not-allowed": "Not allowed",
    "too-often": "Asked too often",
    "too-slow": "Answering took too long",
    "busy": "Busy",
    "not-ready": "Not ready to answer",
}
DETAILS = {
    400: "The body is not valid JSON.",
    404: "There is nothing at this address; /openapi.json lists what there is.",
    408: "The body did not arrive in time.",
    405: "This method is not allowed at this address.",
    413: "The body is larger than the 256 kB that this service reads.",
    415: "Send the body as application/json.",
    500: "The service failed; its log has the reason under this response's X-Request-ID.",
}
UNPARSED = "There was an error parsing the body"  # FastAPI's words for a body that is no text, or nested too deep
MESSAGES = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "invalid_key": "There is no such field.",
    "literal_error": "Must be one of {expected}.",
    "string_type": "Must be a string.",
    "string_unicode": "Holds half a character (a lone surrogate).",
    "string_too_short": "Must not be empty.",
    "string_too_long": "Is too long: at most {max_length:,} characters are allowed.",
    "bool_type": "Must be true or false.",
    "int_type": "Must be a whole number.",
    "int_from_float": "Must be a whole number.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than_equal": "Must be at most {le}.",
    "list_type": "Must be a list.",
    "too_long": "Holds too many entries: at most {max_length} are allowed.",
    "model_type": "Must be a JSON object.",
    "model_attributes_type": "Must be a JSON object.",
}


def invalid(field: str, message: str, kind: str = "invalid") -> RequestValidationError:
    """The error that says that one field of the body is wrong; `field` as in FieldError."""
    return RequestValidationError([{"type": kind, "loc": ("body", *field.split(".")), "msg": message, "ctx": {}}])


def problem_of(error: Exception) -> Problem:
    """The problem document of any error; one that nobody foresaw says nothing of its insides."""
    if isinstance(error, RequestValidationError):
        return _validation(error.errors())
    if isinstance(error, HTTPException):
        said = error.detail not in (HTTPStatus(error.status_code).phrase, UNPARSED)
        return _plain(error.status_code, _shown(str(error.detail)) if said else None)
    for kind, status, slug in DOMAIN:
        if isinstance(error, kind):
            return Problem(type=_urn(slug), title=TITLES[slug], status=status, detail=_shown(str(error)))
    return _plain(500)


async def explain(request: Request, error: Exception) -> Response:
    """The exception handler for everything."""
    problem = problem_of(error)
    log_fault(problem, error, request.state.request_id)
    return problem_response(problem, headers_of(error))


def headers_of(error: Exception) -> dict[str, str]:
    """The headers that the response to an error has besides."""
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(error, NotSignedIn):
        return headers | {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooOften):
        return headers | {"Retry-After": str(error.seconds)}
    return headers | {"Retry-After": RETRY_AFTER_SECONDS} if isinstance(error, Busy) else headers


def log_fault(problem: Problem, error: Exception, request_id: str) -> None:
    """Logs what is not the caller's fault. The words of an error that nobody foresaw may repeat what was typed, and are left out."""
    if problem.status == 500:
        logger.error("request %s: %s", request_id, type(error).__name__, exc_info=error)
    elif problem.status > 500:
        logger.error("request %s: %s", request_id, problem.detail)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries a problem document."""
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, dict(headers or {}), MEDIA_TYPE)


def documented(details: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses of a route's errors: an example's `detail` by status; a 422's begins with the field."""
    return {status: _documented(status, detail) for status, detail in details.items()}


def documented_for_all() -> dict[int | str, dict[str, Any]]:
    """The OpenAPI response that stands for every other error of every route."""
    return {"default": _documented(500, DETAILS[500], "Any other error")}


def _documented(status: int, detail: str, description: str | None = None) -> dict[str, Any]:
    slug = next((slug for _, code, slug in reversed(DOMAIN) if code == status), None)
    example: dict[str, Any] = _plain(status).model_dump(exclude_none=True) | {"detail": detail}
    if slug:
        example |= {"type": _urn(slug), "title": TITLES[slug]}
    if status == 422:
        field, _, message = detail.partition(": ")
        example["errors"] = [{"field": field, "message": message}]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description or HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def _validation(found: Sequence[Any]) -> Problem:
    if any(item["type"] == "json_invalid" for item in found):
        place = next(item["loc"][-1] for item in found)
        return _plain(400).model_copy(update={"detail": f"The body is not valid JSON: it goes wrong after {place} characters."})
    errors = [FieldError(field=_field(item["loc"]), message=_message(item)) for item in found[:MAX_ERRORS]]
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    detail = f"{errors[0].field}: {errors[0].message}{more}"
    return Problem(type=_urn("invalid-request"), title=TITLES["invalid-request"], status=422, detail=detail, errors=errors)


def _message(item: Mapping[str, Any]) -> str:
    whole = item["type"] == "missing" and len(item["loc"]) == 1
    template = MESSAGES.get("model_type" if whole else item["type"])
    return _shown(template.format(**item.get("ctx", {})) if template else item["msg"].rstrip(".") + ".")


def _field(loc: Sequence[int | str]) -> str:
    return _shown(".".join(str(part) for part in loc[1:])) or "body"


def _plain(status: int, detail: str | None = None) -> Problem:
    phrase = HTTPStatus(status).phrase
    return Problem(title=phrase, status=status, detail=detail or DETAILS.get(status, f"{phrase}."))


def _urn(slug: str) -> str:
    return f"urn:pc-assistant:problem:{slug}"


def _shown(text: str) -> str:
    """Cut, and free of lone surrogates, which no response can be encoded with."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
