"""POST /v1/search: passages with scores."""

from fastapi import APIRouter

from pc_assistant.channels.holdings import found
from pc_assistant.domain.library import PassageList
from pc_assistant.web import examples
from pc_assistant.web.access import Guest
from pc_assistant.web.bodies import SearchRequest
from pc_assistant.web.conversing import checked
from pc_assistant.web.deps import JSON_BODY, ServicesDep
from pc_assistant.web.openapi import body_examples, example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["questions"])

ERRORS = documented(
    {
        400: "The body is not valid JSON: it goes wrong after 12 characters.",
        413: "The body is larger than the 256 kB that this service reads.",
        415: "Send the body as application/json.",
        422: "k: Must be at most 50.",
        503: "There is no index yet: run `pc-assistant ingest`.",
    }
)


@router.post(
    "/v1/search",
    operation_id="search",
    summary="Find passages",
    response_model=PassageList,
    response_description="At most `k` passages, best first.",
    responses={200: example(examples.PASSAGE_LIST), **ERRORS},
    openapi_extra=body_examples(search=examples.SEARCH_REQUEST),
    dependencies=[JSON_BODY],
)
async def search(body: SearchRequest, services: ServicesDep, caller: Guest) -> PassageList:
    """Finds passages by meaning (`dense`), by words (`lexical`) or by both (`hybrid`)."""
    passages = await services.assistant.search(body.query, body.k, body.mode, checked(body.filters, services.library))
    return PassageList(passages=tuple(found(passage) for passage in passages))
