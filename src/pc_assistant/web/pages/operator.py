"""How the service does, as a page for those who run it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from pc_assistant.channels import words
from pc_assistant.domain.operations import Operations
from pc_assistant.web.access import Operator
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.rendering import Pages
from pc_assistant.web.routes.operations import Days, operations

SPANS = (7, 30, 90, 366)
RARELY = 0.02  # of the answers, beneath which a document is cited rarely
BAR = 200  # units of width that the busiest day has
METRICS = {
    "complete": "Complete answers",
    "follow_ups_complete": "Complete answers to follow-ups",
    "first_citation_document": "First citation from the right document",
    "hit@5": "Right section among the first five passages",
    "false_refusals": "Answerable questions refused",
    "refusal_recall": "Questions to refuse that are refused",
    "quotes_verbatim": "Quotes that are verbatim",
}


def operator_router(pages: Pages) -> APIRouter:
    """The one route."""
    router = APIRouter(include_in_schema=False, route_class=people(pages))

    @router.get("/operator")
    async def operator(request: Request, _: Operator, services: ServicesDep, days: Days = 30) -> Response:
        found = await operations(services, days)
        return pages.page(
            request,
            "operator.html",
            found=found,
            days=days,
            spans=SPANS,
            total=sum(one.total for one in found.outcomes),
            busiest=max((one.total for one in found.outcomes), default=0),
            bar=BAR,
            rarely=_rarely(found),
            reasons=words.REASONS,
            metrics=METRICS,
            now=services.now(),
        )

    return router


def _rarely(found: Operations) -> float:
    """How many answers a document must be cited in, not to be among those that are cited rarely."""
    return RARELY * sum(one.answered + one.partial for one in found.outcomes)
