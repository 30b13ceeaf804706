"""So many questions at a time, a short queue, and no answer that takes for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.errors import Busy, TooSlow
from pc_assistant.domain.ports import Assistant, SearchMode, Show, Speak

FULL = "More is being asked than can be answered at once: try again in a moment."
TOO_SLOW = "Answering took longer than the {:g} seconds that this service allows: try again, or ask something narrower."


@dataclass
class Bounded:
    """Keeps the Assistant port before another: `at_once` questions are answered, `waiting` wait, and none takes more than `seconds`.

    `inner_speak` asks and hands on sentences as they pass, where the other can.
    """

    assistant: Assistant
    at_once: int
    waiting: int
    seconds: float
    inner_speak: Speak | None = None
    _inside: int = field(default=0, init=False)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    def check(self) -> None:
        """Raises Busy where another question would be one too many."""
        if self._inside >= self.at_once + self.waiting:
            raise Busy(FULL)

    async def ask(self, question: Question) -> Answer:
        """One answer; a refusal is an answer. Raises Busy and TooSlow besides."""
        async with self._place():
            return await self.assistant.ask(question)

    async def speak(self, question: Question, show: Show) -> Answer:
        """The same, with sentences handed on as they pass."""
        if self.inner_speak is None:
            return await self.ask(question)
        async with self._place():
            return await self.inner_speak(question, show)

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """At most `k` passages, best first. Raises Busy and TooSlow besides."""
        async with self._place():
            return await self.assistant.search(query, k, mode, filters)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        self.check()
        self._inside += 1
        limit = asyncio.timeout(self.seconds)
        try:
            async with limit, self._places:
                yield
        except TimeoutError as error:
            if limit.expired():
                raise TooSlow(TOO_SLOW.format(self.seconds)) from error
            raise
        finally:
            self._inside -= 1
