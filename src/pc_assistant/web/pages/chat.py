"""The chat: a question by form post, a conversation at an address of its own, its forgetting, and feedback; all without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pc_assistant.channels import words
from pc_assistant.channels.keeping import keep_feedback
from pc_assistant.domain.conversations import MAX_QUESTION, Feedback, KeptAnswer
from pc_assistant.domain.documents import Document
from pc_assistant.domain.errors import NotFound, PcAssistantError, SetupError
from pc_assistant.web.access import Guest, Reader
from pc_assistant.web.bodies import ChatRequest, FeedbackRequest
from pc_assistant.web.conversing import carry_out, prepare
from pc_assistant.web.deps import Services, ServicesDep
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.rendering import Pages, Surface
from pc_assistant.web.pages.views import card

COMMENT = "Shorten what you tell us to 2,000 characters or fewer"
FORGOTTEN = "This conversation is not kept any more. Ask again to begin a new one"


def chat_router(pages: Pages, surface: Surface) -> APIRouter:
    """The chat's routes at one set of addresses."""
    router = APIRouter(prefix=surface.prefix, include_in_schema=False, route_class=people(pages, surface))
    home = "" if surface.prefix else "/"

    async def show(
        request: Request,
        services: Services,
        question: str = "",
        conversation_id: str = "",
        mistake: str = "",
        status: int = 200,
        thanked: str = "",
        forgotten: bool = False,
        gone: str = "",
        given: KeptAnswer | None = None,
    ) -> Response:
        kept = await services.conversations.read_answers(conversation_id) if conversation_id else [given] if given else []
        return pages.page(
            request,
            "chat.html",
            surface,
            status,
            cards=[card(one, services.library) for one in kept],
            documents=_documents(services) if not kept else [],
            conversation_id=conversation_id,
            question=question,
            mistake=mistake,
            thanked=thanked,
            forgotten=forgotten,
            gone=gone,
            keeps=services.keeps,
            most=MAX_QUESTION,
        )

    @router.get(home)
    async def begin(
        request: Request,
        services: ServicesDep,
        caller: Guest,
        question: Annotated[str, Query()] = "",
        forgotten: Annotated[str, Query()] = "",
    ) -> Response:
        return await show(request, services, question=question[: MAX_QUESTION + 1], forgotten=bool(forgotten))

    @router.post(home)
    async def ask(
        request: Request,
        services: ServicesDep,
        caller: Guest,
        question: Annotated[str, Form()] = "",
        conversation_id: Annotated[str, Form(max_length=100)] = "",
    ) -> Response:
        try:
            exchange = await prepare(ChatRequest(question=question, conversation_id=conversation_id or None), services)
            answer = await carry_out(exchange, services)
        except ValidationError as error:
            mistake = words.MISTAKES.get(error.errors()[0]["type"], words.UNREADABLE)
            return await show(request, services, question, conversation_id, mistake, 422)
        except NotFound:
            return await show(request, services, question, mistake=FORGOTTEN, status=404)
        except PcAssistantError as error:
            return await show(request, services, question, conversation_id, str(error), 503)
        if not services.keeps:
            return await show(request, services, given=KeptAnswer(question=exchange.question.text, answer=answer))
        return RedirectResponse(f"{surface.prefix}/conversations/{answer.conversation_id}#answer-{answer.id}", 303)

    @router.get("/conversations/{conversation_id}")
    async def conversation(
        conversation_id: str,
        request: Request,
        services: ServicesDep,
        caller: Reader,
        question: Annotated[str, Query()] = "",
        thanked: str = "",
    ) -> Response:
        asked = question[: MAX_QUESTION + 1]
        try:
            return await show(request, services, asked, conversation_id, thanked=thanked)
        except NotFound:
            return await show(request, services, asked, status=404, gone=conversation_id)

    @router.post("/conversations/{conversation_id}/forget")
    async def forget(conversation_id: str, services: ServicesDep, caller: Reader) -> Response:
        await services.conversations.forget(conversation_id)
        return RedirectResponse(f"{surface.home}?forgotten=1", 303)

    @router.post("/feedback")
    async def feedback(
        request: Request,
        services: ServicesDep,
        caller: Reader,
        answer_id: Annotated[str, Form()],
        rating: Annotated[str, Form()],
        comment: Annotated[str, Form()] = "",
        reasons: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        conversation_id = (await services.conversations.read_answer(answer_id)).answer.conversation_id or ""
        try:
            said = FeedbackRequest.model_validate(
                {"answer_id": answer_id, "rating": rating, "comment": comment, "reasons": list(dict.fromkeys(reasons or []))}
            )
        except ValidationError:
            return await show(request, services, conversation_id=conversation_id, mistake=COMMENT, status=422)
        given = Feedback(answer_id=answer_id, rating=said.rating, comment=said.comment, reasons=tuple(said.reasons))
        await keep_feedback(given, services.conversations, services.now())
        if not conversation_id:
            return RedirectResponse(surface.home, 303)
        return RedirectResponse(f"{surface.prefix}/conversations/{conversation_id}?thanked={answer_id}#answer-{answer_id}", 303)

    return router


def _documents(services: Services) -> list[Document]:
    """What is held; nothing where there is no index, so that the form is shown all the same."""
    try:
        return [held.document for held in services.library.documents()]
    except SetupError:
        return []
