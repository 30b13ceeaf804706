"""What watching costs: warm questions in process, watched and bare in turns. `python -m bench.watching`; docs/observability.md has figures."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable
from pathlib import Path

from pc_assistant import bootstrap
from pc_assistant.domain.conversations import Question
from pc_assistant.observing import logs
from pc_assistant.observing.assistant import WatchedAssistant
from pc_assistant.observing.metrics import Metrics, shared
from pc_assistant.observing.noting import Asked, Noted, Served, current
from pc_assistant.settings import read_settings

QUESTION = Question(text="What is a provider leadership board?")
WARM, TURNS = 10, 150


async def timed(work: Awaitable[object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


async def measure() -> str:
    """The ratio of the medians, and what was measured."""
    assistant, corpus = bootstrap.make_assistant(read_settings())
    corpus()
    metrics, log = Metrics(shared()), logs.Log(str)

    def tell(asked: Asked) -> None:
        metrics.asked(asked)
        log.asked(asked)

    watched = WatchedAssistant(assistant, tell)

    async def request() -> None:
        noted = Noted("api", {"request_id": "0"})
        token = current.set(noted)
        await watched.ask(QUESTION)
        current.reset(token)
        served = Served("POST", "/v1/chat", 200, 0.1, noted, "somebody")
        metrics.served(served)
        log.served(served)

    for _ in range(WARM):
        await request()
    pairs = [(await timed(assistant.ask(QUESTION)), await timed(request())) for _ in range(TURNS)]
    bare, seen = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
    return f"bare {bare:.2f} ms, watched {seen:.2f} ms: ratio {seen / bare:.3f} ({TURNS} turns)"


if __name__ == "__main__":
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        logs.configure("info", "json", nowhere)
        print(asyncio.run(measure()))
