"""Puts the HTTP service together."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import StatelessLifespan

from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import PcAssistantError
from pc_assistant.domain.ports import Assistant, ConversationStore, Library, People, PrintedPages, Speak
from pc_assistant.domain.uploads import Intake
from pc_assistant.web.access import Access, Gate
from pc_assistant.web.deps import Operate, Ready, Scrape, Services, always_ready, always_room, new_conversation_id
from pc_assistant.web.envelope import SLOW_SECONDS, Envelope
from pc_assistant.web.openapi import DescribedApp
from pc_assistant.web.pages import add_pages
from pc_assistant.web.problems import documented_for_all, explain
from pc_assistant.web.routes import (
    answers,
    chat,
    conversations,
    documents,
    feedback,
    health,
    me,
    metrics,
    openai,
    operations,
    search,
    uploads,
)

if TYPE_CHECKING:  # only who has traces needs what they import
    from opentelemetry.trace import TracerProvider

DESCRIPTION = (
    "Cited question answering on NHS provider collaboratives. Every sentence of an answer that states a fact carries a marker, every marker "
    "has its citation, every quote is found, character for character, in the passage that it names. Errors are problem documents (RFC 9457)."
)
UNGUARDED = Access()
ROUTERS = (
    chat.router,
    search.router,
    documents.router,
    uploads.router,
    conversations.router,
    answers.router,
    feedback.router,
    me.router,
    openai.router,
    health.router,
    metrics.router,
    operations.router,
)


def telemetry(traces: "TracerProvider | None") -> TelemetryConfig:
    """FastAPI's own telemetry: spans of requests where they are wanted, and nothing else, whatever the environment says.

    Its log records and the spans of its parts would hold the messages of exceptions.
    """
    return TelemetryConfig(
        tracer_provider=traces, tracing=traces is not None, metrics=False, logs=False, operation_spans=False, auto_configure=False
    )


def create_app(
    assistant: Assistant,
    library: Library,
    conversations: ConversationStore,
    ready: Ready = always_ready,
    *,
    answerers: Collection[str] = ("extractive",),
    embed_origins: Collection[str] = (),
    integrations: Collection[APIRouter] = (),
    now: Callable[[], datetime] = utc_now,
    new_id: Callable[[], str] = new_conversation_id,
    speak: Speak | None = None,
    printed: PrintedPages | None = None,
    access: Access = UNGUARDED,
    people: People | None = None,
    room: Callable[[], None] = always_room,
    slow_seconds: float = SLOW_SECONDS,
    scrape: Scrape | None = None,
    operate: Operate | None = None,
    intake: Intake | None = None,
    most_uploaded: int = 0,
    around: Sequence[Middleware] = (),
    traces: "TracerProvider | None" = None,
    lifespan: StatelessLifespan[Any] | None = None,
) -> FastAPI:
    """The service over what it is handed.

    `ready` gives every check that questions can be answered, each with one sentence on what is wrong, or None. `scrape` gives the metrics, `around` is middleware outside of all of ours, `traces` is handed the spans of requests. `answerers` are those that a question may ask for.
    `embed_origins` are those whose pages may show `/embed` in a frame. `integrations` are the routes of the bots that are on. `speak` asks and hands on each sentence as it passes, where answers need not come whole. `printed` draws pages of PDFs for the reader. `access` says who may ask, `people` hands out and erases what is theirs, `room` raises Busy where another question would be one too many, `slow_seconds` are those in which a body must arrive. `intake` takes documents in, at most `most_uploaded` bytes a request. `lifespan` opens and closes what must live as long as the service, such as the conversations' database.
    """
    app = DescribedApp(
        title="pc-assistant",
        version=version("pc-assistant"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=telemetry(traces),
        middleware=[
            *around,
            Middleware(Envelope, slow_seconds=slow_seconds, larger={("POST", uploads.UPLOADS): most_uploaded}),
            Middleware(Gate, access=access),
        ],
        exception_handlers={HTTPException: explain, RequestValidationError: explain, PcAssistantError: explain},
    )
    app.state.services = Services(
        assistant,
        library,
        conversations,
        ready,
        answerers,
        now,
        new_id,
        speak,
        printed,
        people=people,
        scrape=scrape,
        operate=operate,
        room=room,
        intake=intake,
    )
    for router in (*ROUTERS, *integrations):
        app.include_router(router, responses=documented_for_all())
    for router in access.routers:
        app.include_router(router)
    add_pages(app, embed_origins, access.signs_in)
    return app
