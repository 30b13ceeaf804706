"""Conversations that the service keeps."""

from fastapi import APIRouter

from pc_assistant.domain.conversations import Conversation
from pc_assistant.web import examples
from pc_assistant.web.access import Reader
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.openapi import example
from pc_assistant.web.problems import documented

router = APIRouter(tags=["conversations"])

ERRORS = documented({404: "There is no conversation with this id."})


@router.get(
    "/v1/conversations/{conversation_id}",
    operation_id="read_conversation",
    summary="Read one conversation",
    responses={200: example(examples.CONVERSATION), **ERRORS},
)
async def read_conversation(conversation_id: str, services: ServicesDep, caller: Reader) -> Conversation:
    """The turns of one conversation, oldest first."""
    return await services.conversations.read(conversation_id)


@router.delete(
    "/v1/conversations/{conversation_id}",
    operation_id="forget_conversation",
    summary="Forget one conversation",
    status_code=204,
    response_description="Forgotten, with its turns, answers and their feedback.",
    responses=ERRORS,
)
async def forget_conversation(conversation_id: str, services: ServicesDep, caller: Reader) -> None:
    """Deletes the conversation with its turns, its answers and the feedback on them."""
    await services.conversations.forget(conversation_id)
