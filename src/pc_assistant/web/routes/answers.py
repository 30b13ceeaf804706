"""Receipts: how an answer that was given came about."""

from fastapi import APIRouter

from pc_assistant.domain.receipts import Receipt
from pc_assistant.web import examples
from pc_assistant.web.access import Reader
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["conversations"])

ERRORS = documented({404: "There is no answer with this id."})


@router.get(
    "/v1/answers/{answer_id}",
    operation_id="read_receipt",
    summary="Read the receipt of one answer",
    responses={200: example(examples.RECEIPT), **ERRORS},
)
async def read_receipt(answer_id: str, services: ServicesDep, caller: Reader) -> Receipt:
    """The answer as it was given, and how it came about.

    It holds the question as it was kept, the steps, the passages with their hashes, what verification said of every line, and the versions
    of all that had a part in it. Who knows the id may read it; forgetting its conversation deletes it.
    """
    return await services.conversations.read_receipt(answer_id)
