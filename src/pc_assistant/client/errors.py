"""Problem documents as the errors of `domain/errors.py`, and what else can go wrong on the way."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx2
from pydantic import ValidationError

from pc_assistant.domain.errors import Busy, NotAllowed, NotFound, NotSignedIn, PcAssistantError, ServiceFault, SetupError, UsageError

PREFIX = "urn:pc-assistant:problem:"
BY_TYPE: dict[str, type[PcAssistantError]] = {
    PREFIX + "not-found": NotFound,
    PREFIX + "invalid-request": UsageError,
    PREFIX + "not-signed-in": NotSignedIn,
    PREFIX + "not-allowed": NotAllowed,
    PREFIX + "busy": Busy,
    PREFIX + "not-ready": SetupError,
}
BY_STATUS: dict[int, type[PcAssistantError]] = {401: NotSignedIn, 403: NotAllowed, 404: NotFound, 429: Busy, 503: Busy}


def error_of(problem: Mapping[str, Any], status: int) -> PcAssistantError:
    """The error that a problem document tells of: NotFound, UsageError, Busy, SetupError, or ServiceFault for all that is not ours to mend."""
    otherwise = UsageError if 400 <= status < 500 else ServiceFault
    kind = BY_TYPE.get(str(problem.get("type")), BY_STATUS.get(status, otherwise))
    error = kind(str(problem.get("detail") or problem.get("title") or HTTPStatus(status).phrase))
    error.problem = problem
    return error


def refused(response: httpx2.Response) -> PcAssistantError:
    """The error of a response that has been read and is none of success."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        return error_of(problem, response.status_code)
    return ServiceFault(f"{response.request.method} {response.url} gave {response.status_code} {response.reason_phrase}".strip() + ".")


def failed(error: httpx2.HTTPError) -> ServiceFault:
    """The error of a request that got no whole response."""
    request = error.request
    if isinstance(error, httpx2.ConnectError):
        return ServiceFault(f"Nothing answers at {request.url.copy_with(path='/', query=None)}: is the service up?")
    return ServiceFault(f"{request.method} {request.url} failed: {type(error).__name__} {error}".strip() + ".")


def breach(path: str, error: ValidationError) -> ServiceFault:
    """The error of a response that is not what the contract says."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "the body"
    return ServiceFault(f"The service does not keep the contract of {path}: {where}: {first['msg']}.")
