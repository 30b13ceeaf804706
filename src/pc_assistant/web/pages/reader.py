"""The reader: the documents, and the text of each with its sections, to search in and to land in from a citation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from pc_assistant.domain.access import Role
from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.ports import Library
from pc_assistant.web.access import Needs
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.reading import LONGEST_SEARCH, chapters
from pc_assistant.web.pages.rendering import Pages


def reader_router(pages: Pages) -> APIRouter:
    """The reader's routes."""
    router = APIRouter(include_in_schema=False, route_class=people(pages), dependencies=[Depends(Needs(Role.GUEST))])

    @router.get("/documents")
    async def documents(request: Request, services: ServicesDep) -> Response:
        library = services.library
        return pages.page(request, "documents.html", held=library.documents(), version=library.version())

    @router.get("/documents/{document_id}")
    async def document(
        document_id: str, request: Request, services: ServicesDep, passage: Annotated[str, Query()] = "", q: Annotated[str, Query()] = ""
    ) -> Response:
        held = services.library.document(document_id)
        searched = " ".join(q[:LONGEST_SEARCH].split())
        chunk = _passage(passage, document_id, services.library)
        shown = chapters(held, chunk, searched)
        at = f"/documents/{document_id}/pages/{chunk.page if chunk and chunk.page else 1}" + (f"?passage={chunk.id}" if chunk else "")
        return pages.page(
            request,
            "document.html",
            document=held.document,
            passages=len(held.chunks),
            passage=chunk,
            printed=at if held.file else None,
            chapters=shown,
            searched=searched,
            finds=[part for chapter in shown for part in chapter.parts if part.found],
            missing=bool(passage) and not any(part.holds_passage for chapter in shown for part in chapter.parts),
        )

    return router


def _passage(passage_id: str, document_id: str, library: Library) -> Chunk | None:
    """The passage, or None where the document does not hold it (any more)."""
    try:
        found = library.passage(passage_id) if passage_id else None
    except NotFound:
        return None
    return found if found and found.document_id == document_id else None
