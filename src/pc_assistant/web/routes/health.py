"""Alive, and able to answer."""

from typing import Literal

from fastapi import APIRouter

from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.values import Value
from pc_assistant.web import examples
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["health"])


class Alive(Value):
    """The process runs."""

    status: Literal["ok"] = "ok"


class Ready(Value):
    """Questions can be answered."""

    status: Literal["ready"] = "ready"


@router.get("/healthz", operation_id="healthz", summary="Is the process alive?", responses={200: example(examples.ALIVE)})
async def healthz() -> Alive:
    """Says that the process runs, whether or not it can answer."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Can questions be answered?",
    responses={200: example(examples.READY), **documented({503: "There is no index yet: run `pc-assistant ingest`."})},
)
async def readyz(services: ServicesDep) -> Ready:
    """Says that questions can be answered, or why not."""
    reason = services.ready()
    if reason is not None:
        raise SetupError(reason)
    return Ready()
