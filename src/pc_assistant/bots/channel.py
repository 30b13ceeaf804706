"""What the service asks of a bot."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from fastapi import APIRouter


class Channel(Protocol):
    """A bot as a part of the service: its routes, and what must live as long as the service.

    The contract that every channel keeps, tested in tests/channels: one thread of the platform is one conversation (`desk.conversation_id`);
    a message is acknowledged at once and answered by work in the desk's registry; one that was seen before (`desk.seen`) is dropped; text,
    citations, notices and refusals of an answer are the assistant's, word for word.
    """

    @property
    def router(self) -> APIRouter:
        """Routes under /integrations."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Entered before the first request, left when the service stops; leaving drains the work."""
