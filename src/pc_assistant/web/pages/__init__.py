"""The chat page, the reader and the pages about the service: HTML from the server, which a small ES module makes quicker to use."""

from collections.abc import Collection

from fastapi import APIRouter

from pc_assistant.web.pages.answers import answers_router
from pc_assistant.web.pages.chat import chat_router
from pc_assistant.web.pages.information import information_router, static_router
from pc_assistant.web.pages.reader import reader_router
from pc_assistant.web.pages.rendering import ALONE, Pages, Surface


def pages_router(embed_origins: Collection[str] = ()) -> APIRouter:
    """All pages; those of `/embed` may be framed by pages of `embed_origins`, the others by none."""
    pages = Pages()
    router = APIRouter()
    for surface in (ALONE, Surface("/embed", embedded=True, ancestors=tuple(embed_origins))):
        router.include_router(chat_router(pages, surface))
        router.include_router(answers_router(pages, surface))
    for made in (reader_router(pages), information_router(pages), static_router(pages)):
        router.include_router(made)
    return router
