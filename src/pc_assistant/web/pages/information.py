"""Pages about the service, and its static files."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pc_assistant.web.access import Guest
from pc_assistant.web.deps import ServicesDep
from pc_assistant.web.pages.faults import people
from pc_assistant.web.pages.rendering import Pages, packed

FOR_EVER = "public, max-age=31536000, immutable"


def information_router(pages: Pages) -> APIRouter:
    """The routes of pages that hold no answers."""
    router = APIRouter(include_in_schema=False, route_class=people(pages))

    @router.get("/about")
    async def about(request: Request, services: ServicesDep, caller: Guest) -> Response:
        documents = [held.document for held in services.library.documents()]
        return pages.page(request, "about.html", documents=documents, language_model="llm" in services.answerers)

    @router.get("/privacy")
    async def privacy(request: Request, services: ServicesDep) -> Response:
        return pages.page(request, "privacy.html", language_model="llm" in services.answerers)

    @router.get("/accessibility")
    async def accessibility(request: Request) -> Response:
        return pages.page(request, "accessibility.html")

    return router


def static_router(pages: Pages) -> APIRouter:
    """The static files under the hash of them all; under another hash they are served, too, but not kept."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{version}/{path:path}")
    async def static(version: str, path: str, request: Request) -> Response:
        asset = pages.assets.by_path.get(path)
        if asset is None:
            raise HTTPException(404)
        kept = FOR_EVER if version == pages.assets.version else "no-cache"
        return packed(request, asset.body, asset.packed, asset.media_type, {"Cache-Control": kept, "Vary": "Accept-Encoding"})

    return router
