"""GET /metrics: what Prometheus scrapes."""

from fastapi import APIRouter
from starlette.responses import Response

from pc_assistant.domain.errors import NotFound
from pc_assistant.web import examples
from pc_assistant.web.access import Operator
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.problems import documented

router = APIRouter(tags=["health"])

TEXT = "text/plain; version=0.0.4; charset=utf-8"
NOTHING = "This service counts nothing."


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="What is counted, for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}, "example": examples.METRICS}}}, **documented({404: NOTHING})},
)
async def metrics(_: Operator, services: ServicesDep) -> Response:
    """Counters, gauges and histograms in Prometheus's text format; with several workers the sums over all of them."""
    if services.scrape is None:
        raise NotFound(NOTHING)
    return Response(await services.scrape(), media_type=TEXT)
