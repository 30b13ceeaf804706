"""GET /v1/operations: how the service does, for those who run it."""

from typing import Annotated

from fastapi import APIRouter, Query

from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.operations import Operations
from pc_assistant.web import examples
from pc_assistant.web.access import Operator
from pc_assistant.web.deps import Services, ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["health"])

LONGEST = 366
NOTHING = "This service does not tell how it does."
Days = Annotated[int, Query(ge=1, le=LONGEST, description="How many days, today included.")]


@router.get(
    "/v1/operations",
    operation_id="read_operations",
    summary="Read how the service did over some days",
    responses={200: example(examples.OPERATIONS), **documented({404: NOTHING, 422: "days: Must be at most 366."})},
)
async def read_operations(_: Operator, services: ServicesDep, days: Days = 30) -> Operations:
    """Questions by outcome, what was not answered, which documents are cited, what people said, the index, the evaluation, what was spent."""
    return await operations(services, days)


async def operations(services: Services, days: int) -> Operations:
    """Raises NotFound where the service tells nothing."""
    if services.operate is None:
        raise NotFound(NOTHING)
    return await services.operate(days)
