"""An assistant that tells of every question that it is asked: how it ended and how long it took."""

import time
from collections.abc import Awaitable, Callable

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import Assistant, SearchMode, Show, Speak
from pc_assistant.observing.noting import Asked, Channel, TellAsked, current


class WatchedAssistant:
    """Keeps the Assistant port over another. Without a `channel` it is that of the request in hand."""

    def __init__(
        self,
        assistant: Assistant,
        tell: TellAsked,
        channel: Channel | None = None,
        speaker: Speak | None = None,
        clock: Callable[[], int] = time.time_ns,
        counter: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._assistant = assistant
        self._tell = tell
        self._channel = channel
        self._speaker = speaker
        self._clock = clock
        self._counter = counter

    async def ask(self, question: Question) -> Answer:
        """One answer; a refusal is an answer."""
        return await self._watched(self._assistant.ask(question))

    async def speak(self, question: Question, show: Show) -> Answer:
        """The same, handing on what has passed where the assistant can."""
        return await self._watched(self._speaker(question, show) if self._speaker else self._assistant.ask(question))

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """At most `k` passages, best first."""
        return await self._assistant.search(query, k, mode, filters)

    async def _watched(self, asking: Awaitable[Answer]) -> Answer:
        noted = current.get()
        channel: Channel = self._channel or (noted.channel if noted else "web")
        begun, started = self._clock(), self._counter()
        try:
            answer = await asking
        except Exception as error:
            self._tell(Asked(channel, begun, self._counter() - started, error=error))
            raise
        asked = Asked(channel, begun, self._counter() - started, answer)
        if noted:
            noted.asked = asked
        self._tell(asked)
        return answer
