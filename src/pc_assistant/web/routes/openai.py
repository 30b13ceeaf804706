"""The endpoints that programs made for OpenAI's API know: POST /v1/chat/completions, GET /v1/models."""

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from starlette.requests import Request

from pc_assistant.channels.markdown import Address
from pc_assistant.web.access import Guest
from pc_assistant.web.conversing import Exchange, carry_out, keep_reply, reply
from pc_assistant.web.deps import JSON_BODY, ServicesDep
from pc_assistant.web.openai import examples
from pc_assistant.web.openai.bodies import ChatCompletionRequest
from pc_assistant.web.openai.errors import OpenAiRoute, documented_openai
from pc_assistant.web.openai.models import Model, ModelList, model_of, models
from pc_assistant.web.openai.replies import ChatCompletion, completion
from pc_assistant.web.openai.streaming import chunks
from pc_assistant.web.openapi import body_examples, example
from pc_assistant.web.streaming import HEADERS, Told, events

router = APIRouter(tags=["openai"], route_class=OpenAiRoute)

NO_MODEL = {404: "There is no model gpt-5; there is pc-assistant-extractive."}
COMPLETED = example(examples.COMPLETION)
COMPLETED["content"]["text/event-stream"] = {"schema": {"type": "string"}, "example": examples.STREAM}
ERRORS = documented_openai(
    {
        400: "messages.0.content: Has 3,000 characters: at most 2,000 are allowed.",
        **NO_MODEL,
        413: "The body is larger than the 256 kB that this service reads.",
        415: "Send the body as application/json.",
        503: "There is no index yet: run `pc-assistant ingest`.",
    }
)


@router.post(
    "/v1/chat/completions",
    operation_id="create_chat_completion",
    summary="Answer one question in the shape of OpenAI's API",
    response_model=ChatCompletion,
    response_description="The answer, its notices and its sources as one message; the same answer as POST /v1/chat gives.",
    responses={200: COMPLETED, **ERRORS},
    openapi_extra=body_examples(question=examples.COMPLETION_REQUEST, follow_up=examples.COMPLETION_FOLLOW_UP),
    dependencies=[JSON_BODY],
)
async def create_chat_completion(
    body: ChatCompletionRequest, request: Request, services: ServicesDep, caller: Guest
) -> ChatCompletion | EventSourceResponse:
    """The last message is the question, the user's and the assistant's before it are what was said before (the last 20 count).

    With `"stream": true` the response is `text/event-stream` of `chat.completion.chunk` objects and `[DONE]`; an error that comes later is
    one more `data:` line with an `error` in it.
    """
    services.room()
    model = model_of(body.model, services.answerers)
    exchange = Exchange(body.question(model), conversation_id=None, begins=False)
    created, address = int(services.now().timestamp()), _address(request)
    if not body.stream:
        return completion(await carry_out(exchange, services), body.messages, model.id, created, address)
    request_id = request.state.request_id
    told = Told()
    found = events(
        lambda: reply(exchange, services, told.say), lambda answer: keep_reply(exchange, answer, services), request_id, told=told
    )
    usage = bool(body.stream_options and body.stream_options.include_usage)
    return EventSourceResponse(chunks(found, body.messages, model.id, created, f"chatcmpl-{request_id}", address, usage), headers=HEADERS)


@router.get(
    "/v1/models",
    operation_id="list_models",
    summary="List the models that OpenAI's clients can ask",
    responses={200: example(examples.MODEL_LIST)},
)
async def list_models(services: ServicesDep, caller: Guest) -> ModelList:
    """One a way to answer: in the words of the documents, or, where one is configured, in those of a language model."""
    return ModelList(data=models(services.answerers))


@router.get(
    "/v1/models/{model}",
    operation_id="read_model",
    summary="Read one model",
    responses={200: example(examples.MODEL), **documented_openai(NO_MODEL)},
)
async def read_model(model: str, services: ServicesDep, caller: Guest) -> Model:
    """A model that can be asked."""
    return model_of(model, services.answerers)


def _address(request: Request) -> Address:
    base = str(request.base_url).rstrip("/")
    return lambda path: base + path
