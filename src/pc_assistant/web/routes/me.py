"""What is kept of the one who asks: handed out, and erased."""

from fastapi import APIRouter

from pc_assistant.domain.access import Caller
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.ports import People
from pc_assistant.domain.retention import Exported, Removed
from pc_assistant.web import examples
from pc_assistant.web.access import Reader
from pc_assistant.web.deps import Services, ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["conversations"])

NOBODYS = "Nobody has to say who they are here, so nothing is kept as yours: forget conversations one by one."
ERRORS = documented({404: NOBODYS})


@router.get(
    "/v1/me",
    operation_id="export_me",
    summary="Hand out all that is kept of you",
    responses={200: example(examples.EXPORTED), **ERRORS},
)
async def export_me(services: ServicesDep, caller: Reader) -> Exported:
    """Your conversations, the answers in and beside them with how each came about, and what you have said of answers."""
    people, person = _yours(services, caller)
    return await people.export(person, services.now())


@router.delete(
    "/v1/me",
    operation_id="erase_me",
    summary="Erase all that is kept of you",
    response_description="How much was erased.",
    responses={200: example(examples.REMOVED), **ERRORS},
)
async def erase_me(services: ServicesDep, caller: Reader) -> Removed:
    """Deletes it, and overwrites it in the database. Backups age out; what you asked in Slack or Teams is known there by another name."""
    people, person = _yours(services, caller)
    return await people.erase(person)


def _yours(services: Services, caller: Caller) -> tuple[People, str]:
    """Raises NotFound where nobody has to say who they are."""
    if services.people is None or caller.owner is None:
        raise NotFound(NOBODYS)
    return services.people, caller.owner
