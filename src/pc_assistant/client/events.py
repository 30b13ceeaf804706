"""The events of a streamed answer."""

from typing import Any

import httpx2
from pydantic import JsonValue, TypeAdapter, ValidationError

from pc_assistant.client.errors import breach, error_of
from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.errors import ServiceFault
from pc_assistant.domain.values import Value

PATH = "/v1/chat"


class Progress(Value):
    """What the service is doing: `searching`, then the answer's status."""

    status: str


class Delta(Value):
    """A piece of the answer's text; all of them joined are the answer."""

    text: str


Event = Progress | Delta | Citation | Answer
KINDS: dict[str, TypeAdapter[Any]] = {
    "status": TypeAdapter(Progress),
    "delta": TypeAdapter(Delta),
    "citation": TypeAdapter(Citation),
    "done": TypeAdapter(Answer),
}
PROBLEM = TypeAdapter(dict[str, JsonValue])


def event_of(sent: httpx2.ServerSentEvent) -> Event | None:
    """The event, or None for one that only newer clients know. Raises the error that a stream ends in, and ServiceFault."""
    try:
        if sent.event == "error":
            problem = PROBLEM.validate_json(sent.data)
            status = problem.get("status")
            raise error_of(problem, status if isinstance(status, int) else 500)
        kind = KINDS.get(sent.event)
        event: Event | None = kind.validate_json(sent.data, extra="ignore") if kind else None
    except ValidationError as error:
        raise breach(PATH, error) from error
    return event


def cut_short() -> ServiceFault:
    """The error of a stream that ended before the answer was whole."""
    return ServiceFault("The stream ended before the answer was whole: ask again.")
