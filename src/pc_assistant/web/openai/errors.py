"""Errors in the shape that OpenAI's clients read; the problem document that every error has carries it as one more member."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pc_assistant.web.openai.models import NoSuchModel
from pc_assistant.web.problems import MEDIA_TYPE, Problem, documented, headers_of, log_fault, problem_of

# OpenAI's names for what can be wrong with a request; what is not here has none.
CODES = {
    "missing": "missing_required_parameter",
    "extra_forbidden": "unknown_parameter",
    "unsupported": "unsupported_parameter",
    "long": "string_above_max_length",
    "empty": "empty_string",
}


class ErrorObject(BaseModel):
    """An error as OpenAI's API tells it."""

    message: str
    type: str = Field(description="`invalid_request_error`, or `server_error` where the caller is not at fault.")
    param: str | None = Field(default=None, description="The parameter that is wrong, as `messages.0.content`.")
    code: str | None = None


class OpenAiProblem(Problem):
    """A problem document (RFC 9457) that holds the error as OpenAI's clients read it, too."""

    error: ErrorObject


class OpenAiRoute(APIRoute):
    """A route whose errors are told so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with its errors caught."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                return told(request, error)

        return handler


def told(request: Request, error: Exception) -> Response:
    """The response of any error. A request that is not valid is a 400 here, as it is with OpenAI."""
    problem = problem_of(error)
    log_fault(problem, error, request.state.request_id)
    if problem.status == 422:
        problem = problem.model_copy(update={"status": 400})
    body = problem.model_dump(exclude_none=True) | {"error": error_object(problem, code_of(error)).model_dump()}
    return JSONResponse(body, problem.status, headers_of(error), MEDIA_TYPE)


def error_object(problem: Problem, code: str | None = None) -> ErrorObject:
    """The error of a problem document."""
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return ErrorObject(message=problem.detail, type=kind, param=problem.errors[0].field if problem.errors else None, code=code)


def code_of(error: Exception) -> str | None:
    """OpenAI's name for what is wrong, where there is one."""
    if isinstance(error, NoSuchModel):
        return "model_not_found"
    return CODES.get(error.errors()[0]["type"]) if isinstance(error, RequestValidationError) else None


def documented_openai(details: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses of a route's errors: an example's `detail` by status; a 400's begins with the parameter."""
    found = documented(details)
    for response in found.values():
        content = response["content"][MEDIA_TYPE]
        content["schema"] = {"$ref": "#/components/schemas/OpenAiProblem"}
        error = error_object(Problem.model_validate(content["example"]))
        content["example"] |= {"error": error.model_dump()}
    return found
