"""One answer or conversation by its id: as the parts of a page, and as files to take away."""

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from pc_assistant.web.access import Reader
from pc_assistant.web.deps import Services, ServicesDep
from pc_assistant.web.pages.exports import markdown, plain_text
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.rendering import Pages, Surface
from pc_assistant.web.pages.tree import tree
from pc_assistant.web.pages.views import Card, card

Format = Literal["docx", "md"]
PRIVATE = {"Cache-Control": "no-store"}


def answers_router(pages: Pages, surface: Surface) -> APIRouter:
    """The routes at one set of addresses."""
    router = APIRouter(prefix=surface.prefix, include_in_schema=False, route_class=people(pages, surface))

    @router.get("/answers/{answer_id}/card")
    async def parts(answer_id: str, services: ServicesDep, caller: Reader) -> Response:
        """What the page's module builds elements from, once an answer has been streamed."""
        shown = await _card(answer_id, services)
        conversation_id = shown.kept.answer.conversation_id or ""

        def fragment(template: str, **values: Any) -> Any:
            return tree(pages.fragment(template, surface=surface, conversation_id=conversation_id, thanked="", keeps=True, **values))

        body = {
            "card": fragment("answer.html", card=shown),
            "tools": fragment("tools.html"),
            "announced": shown.announced,
            "title": shown.title,
        }
        return JSONResponse(body, headers=PRIVATE)

    @router.get("/answers/{answer_id}.txt")
    async def copied(answer_id: str, request: Request, services: ServicesDep, caller: Reader) -> Response:
        return PlainTextResponse(plain_text(await _card(answer_id, services), _address(request)), headers=PRIVATE)

    @router.get("/answers/{answer_id}.{form}")
    async def answer_file(answer_id: str, form: Format, request: Request, services: ServicesDep, caller: Reader) -> Response:
        return _file([await _card(answer_id, services)], form, request, services, "answer")

    @router.get("/conversations/{conversation_id}.{form}")
    async def conversation_file(conversation_id: str, form: Format, request: Request, services: ServicesDep, caller: Reader) -> Response:
        kept = await services.conversations.read_answers(conversation_id)
        return _file([card(one, services.library) for one in kept], form, request, services, "conversation")

    return router


async def _card(answer_id: str, services: Services) -> Card:
    return card(await services.conversations.read_answer(answer_id), services.library)


def _address(request: Request) -> Callable[[str], str]:
    """Makes a path of this service an address that holds outside of it."""
    base = str(request.base_url).rstrip("/")
    return lambda path: base + path


def _file(cards: list[Card], form: Format, request: Request, services: Services, name: str) -> Response:
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form == "md":
        return Response(markdown(cards, _address(request), services.now()), headers=headers, media_type="text/markdown")
    from pc_assistant.web.pages.word import MEDIA_TYPE, word  # python-docx takes a moment, which not every start should

    return Response(word(cards, _address(request), services.now()), headers=headers, media_type=MEDIA_TYPE)
