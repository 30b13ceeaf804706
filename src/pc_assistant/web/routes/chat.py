"""POST /v1/chat: a question in, a cited answer out."""

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from starlette.requests import Request

from pc_assistant.domain.answers import Answer
from pc_assistant.web import examples
from pc_assistant.web.access import Guest
from pc_assistant.web.bodies import ChatRequest
from pc_assistant.web.conversing import carry_out, keep_reply, prepare, reply
from pc_assistant.web.deps import JSON_BODY, ServicesDep
from pc_assistant.web.openapi import body_examples, example
from pc_assistant.web.problems import documented
from pc_assistant.web.streaming import Told, stream

router = APIRouter(tags=["questions"])

ANSWERED = example(examples.ANSWER)
ANSWERED["content"]["text/event-stream"] = {"schema": {"type": "string"}, "example": examples.STREAM}
ERRORS = documented(
    {
        400: "The body is not valid JSON: it goes wrong after 12 characters.",
        404: "There is no conversation with this id.",
        413: "The body is larger than the 256 kB that this service reads.",
        415: "Send the body as application/json.",
        422: "question: Must not be empty.",
        503: "There is no index yet: run `pc-assistant ingest`.",
    }
)


@router.post(
    "/v1/chat",
    operation_id="chat",
    summary="Answer one question from the documents, with citations",
    response_model=Answer,
    response_description="The answer. A refusal is an answer, too: its status is `refused` and it has no citations.",
    responses={200: ANSWERED, **ERRORS},
    openapi_extra=body_examples(question=examples.CHAT_REQUEST, follow_up=examples.CHAT_FOLLOW_UP),
    dependencies=[JSON_BODY],
)
async def chat(body: ChatRequest, request: Request, services: ServicesDep, caller: Guest) -> Answer | EventSourceResponse:
    """Without `conversation_id` and `history` a conversation is begun, and its id returned: give it with the next question.

    With `"stream": true` the response is `text/event-stream`: events `status`, `delta` (`{"text": …}`; joined they are the answer),
    `citation`, `done` (the whole answer), or `error` (a problem document).
    """
    exchange = await prepare(body, services)
    if body.stream:
        told = Told()
        return stream(
            lambda: reply(exchange, services, told.say),
            lambda answer: keep_reply(exchange, answer, services),
            request.state.request_id,
            told,
        )
    return await carry_out(exchange, services)
