"""One exchange: a question of a request, its answer, and what is kept of both."""

from dataclasses import dataclass

from pc_assistant.channels.keeping import keep
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import MAX_HISTORY, Filters, Question
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.ports import Library, Show
from pc_assistant.web.bodies import ChatRequest, FilterBody
from pc_assistant.web.deps import Services
from pc_assistant.web.problems import invalid


@dataclass(frozen=True)
class Exchange:
    """A question ready to be asked. Without a `conversation_id` nothing but the answer is kept; `begins` a conversation that is new."""

    question: Question
    conversation_id: str | None
    begins: bool


async def prepare(body: ChatRequest, services: Services) -> Exchange:
    """Checks all that can be known before asking. Raises RequestValidationError, NotFound and Busy."""
    services.room()
    if body.conversation_id is not None and not services.keeps:
        raise NotFound("Conversations are kept for those who sign in: send what was said before as history.")
    if body.conversation_id is not None and body.history:
        raise invalid("history", "Give either conversation_id or history, not both.")
    if body.answerer == "llm" and body.answerer not in services.answerers:
        raise invalid("answerer", "No language model is configured: ask for auto or extractive.")
    filters = checked(body.filters, services.library)
    if body.conversation_id is not None:
        turns = (await services.conversations.read(body.conversation_id)).turns[-MAX_HISTORY:]
    else:
        turns = tuple(message.turn() for message in body.history or ())
    question = Question(text=body.question, history=turns, filters=filters, answerer=body.answerer)
    begins = services.keeps and body.conversation_id is None and body.history is None
    return Exchange(question, services.new_id() if begins else body.conversation_id, begins)


async def carry_out(exchange: Exchange, services: Services) -> Answer:
    """Asks, then keeps."""
    answer = await reply(exchange, services)
    await keep_reply(exchange, answer, services)
    return answer


async def reply(exchange: Exchange, services: Services, show: Show | None = None) -> Answer:
    """The answer, not kept yet; `show` is handed its sentences as they pass, where that can be."""
    if show and services.speak:
        answer = await services.speak(exchange.question, show)
    else:
        answer = await services.assistant.ask(exchange.question)
    return answer.model_copy(update={"conversation_id": exchange.conversation_id})


async def keep_reply(exchange: Exchange, answer: Answer, services: Services) -> None:
    """Keeps what `reply` gave, unless nothing is kept of the one who asks."""
    if services.keeps:
        await keep(exchange.question, answer, services.conversations, services.now() if exchange.begins else None)


def checked(body: FilterBody, library: Library) -> Filters:
    """The filters. Raises RequestValidationError for a document that is not held."""
    if body.documents:
        held = {text.document.id for text in library.documents()}
        for place, name in enumerate(body.documents):
            if name not in held:
                raise invalid(f"filters.documents.{place}", "There is no such document: /v1/documents lists those there are.")
    return body.filters()
