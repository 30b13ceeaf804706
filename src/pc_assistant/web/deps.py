"""What routes are handed, each under a name of its own."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from typing import Annotated, cast
from uuid import uuid4

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.operations import Operations
from pc_assistant.domain.ports import Assistant, ConversationStore, Library, People, PrintedPages, Speak
from pc_assistant.domain.uploads import Intake

NOBODY = "nobody"  # owns nothing: owners are hashes
Ready = Callable[[], Awaitable[Mapping[str, str | None]]]
Scrape = Callable[[], Awaitable[bytes]]
Operate = Callable[[int], Awaitable[Operations]]


async def always_ready() -> Mapping[str, str | None]:
    """Ready at all times."""
    return {}


def always_room() -> None:
    """There is room for every question."""


def new_conversation_id() -> str:
    """32 hexadecimal digits that cannot be guessed: who knows the id may read the conversation."""
    return uuid4().hex


@dataclass(frozen=True)
class Services:
    """All that the routes need.

    `ready` gives every check that questions can be answered, each with one sentence on what is wrong, or None; `answerers` are those that
    can be asked for; `speak` asks and hands on each sentence of the answer as it passes, None where answers come whole; `printed` draws pages
    of PDFs, None where they are not shown; `keeps` says whether what is asked is kept; `scrape` gives the metrics, None where nothing is
    counted; `room` raises Busy where another question would be one too many; `operate` tells how the
    service did over so many days.
    """

    assistant: Assistant
    library: Library
    conversations: ConversationStore
    ready: Ready = always_ready
    answerers: Collection[str] = ("extractive",)
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = new_conversation_id
    speak: Speak | None = None
    printed: PrintedPages | None = None
    keeps: bool = True
    people: People | None = None
    scrape: Scrape | None = None
    room: Callable[[], None] = always_room
    operate: Operate | None = None
    intake: Intake | None = None

    def of(self, caller: Caller | None) -> "Services":
        """The same for one caller, who finds what is theirs and nothing else; of a guest nothing is kept."""
        if caller is None or caller.role < Role.READER:
            return replace(self, conversations=self.conversations.of(NOBODY), keeps=False)
        return self if caller.owner is None else replace(self, conversations=self.conversations.of(caller.owner))


async def services(request: Request) -> Services:
    """The services of the app that has the request, for the one who asks."""
    return cast(Services, request.app.state.services).of(request.state.caller)


async def require_json(request: Request) -> None:
    """Refuses a body that does not say it is JSON with 415."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    subtype = message.get_content_subtype()
    if message.get_content_maintype() != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise HTTPException(415)


ServicesDep = Annotated[Services, Depends(services)]
JSON_BODY = Depends(require_json)
