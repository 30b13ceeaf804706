"""A page of a PDF as it is printed, the lines of a passage marked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from pc_assistant.domain.access import Role
from pc_assistant.domain.documents import Box, Chunk
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import HeldText, PrintedFile
from pc_assistant.domain.ports import PageImage
from pc_assistant.web.access import Needs
from pc_assistant.web.deps import Services, ServicesDep
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.rendering import Pages

LAST = 100_000


def printed_router(pages: Pages) -> APIRouter:
    """The routes of printed pages."""
    router = APIRouter(include_in_schema=False, route_class=people(pages), dependencies=[Depends(Needs(Role.GUEST))])

    @router.get("/documents/{document_id}/pages/{number:int}.png")
    async def picture(document_id: str, number: int, request: Request, services: ServicesDep) -> Response:
        file = _file(services.library.document(document_id), number)
        tag = f'"{file.sha256[:32]}-{number}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}  # asked for anew each time: the document may be held back
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response((await _drawn(services, file, number)).png, headers=headers, media_type="image/png")

    @router.get("/documents/{document_id}/pages/{number:int}")
    async def page(
        document_id: str, number: int, request: Request, services: ServicesDep, passage: Annotated[str, Query()] = ""
    ) -> Response:
        held = services.library.document(document_id)
        image = await _drawn(services, _file(held, number), number)
        chunk = services.library.passage(passage) if passage else None
        boxes = marked(held, chunk) if chunk and chunk.document_id == document_id else ()
        return pages.page(
            request,
            "printed.html",
            document=held.document,
            number=number,
            image=image,
            boxes=[box for box in boxes if box.page == number],
            passage=chunk,
            others=sorted({box.page for box in boxes} - {number}),
        )

    return router


def marked(held: HeldText, passage: Chunk) -> tuple[Box, ...]:
    """The printed lines of a passage."""
    blocks = [block for section in held.sections for block in section.blocks]
    found = (box for unit in passage.units for box in blocks[unit.block].printed(passage.quote(unit)))
    return tuple(dict.fromkeys(found))


def _file(held: HeldText, number: int) -> PrintedFile:
    if held.file is None or not 1 <= number <= LAST:
        raise NotFound("There is no such page.")
    return held.file


async def _drawn(services: Services, file: PrintedFile, number: int) -> PageImage:
    if services.printed is None:
        raise NotFound("Pages are not shown here.")
    return await services.printed.draw(file, number)
