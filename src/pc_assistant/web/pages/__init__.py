"""The chat page, the reader and the pages about the service: HTML from the server, which a small ES module makes quicker to use."""

from collections.abc import Collection

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from pc_assistant.web.pages.answers import answers_router
from pc_assistant.web.pages.chat import chat_router
from pc_assistant.web.pages.faults import refused, told_to_people
from pc_assistant.web.pages.information import information_router, static_router
from pc_assistant.web.pages.operator import operator_router
from pc_assistant.web.pages.printed import printed_router
from pc_assistant.web.pages.reader import reader_router
from pc_assistant.web.pages.rendering import ALONE, Pages, Surface


def add_pages(app: FastAPI, embed_origins: Collection[str] = (), signs_in: bool = False) -> None:
    """Adds all pages; those of `/embed` may be framed by pages of `embed_origins`, the others by none.

    `signs_in` says whether there are pages on which people sign in.
    """
    pages = Pages(signs_in=signs_in)
    for surface in (ALONE, Surface("/embed", embedded=True, ancestors=tuple(embed_origins))):
        app.include_router(answers_router(pages, surface))  # first: `/conversations/a.docx` is a file, not the conversation `a.docx`
        app.include_router(chat_router(pages, surface))
    for router in (reader_router(pages), printed_router(pages), information_router(pages), operator_router(pages), static_router(pages)):
        app.include_router(router)
    app.state.refused = refused(pages)
    app.exception_handlers[HTTPException] = told_to_people(pages, app.exception_handlers[HTTPException])
