"""Alive, and able to answer."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.values import Value
from pc_assistant.web import examples
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import CheckFault, documented, problem_of, problem_response

router = APIRouter(tags=["health"])


class Alive(Value):
    """The process runs."""

    status: Literal["ok"] = "ok"


class Ready(Value):
    """Questions can be answered."""

    status: Literal["ready"] = "ready"
    checks: tuple[str, ...] = ()


@router.get("/healthz", operation_id="healthz", summary="Is the process alive?", responses={200: example(examples.ALIVE)})
async def healthz() -> Alive:
    """Says that the process runs, whether or not it can answer."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Can questions be answered?",
    response_model=Ready,
    responses={200: example(examples.READY), **documented({503: "There is no index yet: run `pc-assistant ingest`."})},
)
async def readyz(services: ServicesDep) -> Ready | Response:
    """Says that questions can be answered and what was looked at, or in one sentence a check why not."""
    checks = await services.ready()
    faults = [fault for fault in checks.values() if fault]
    if not faults:
        return Ready(checks=tuple(checks))
    problem = problem_of(SetupError(" ".join(faults)))
    looked_at = [CheckFault(check=name, fault=fault) for name, fault in checks.items()]
    return problem_response(problem.model_copy(update={"checks": looked_at}))
