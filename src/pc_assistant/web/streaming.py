"""An answer as server-sent events: `status`, `delta`, `citation`, then `done` or `error`.

An answer is only shown once it has been verified, so it is streamed when it is whole: sentence by sentence, citations after the text.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from fastapi.sse import EventSourceResponse, ServerSentEvent, format_sse_event
from pydantic import BaseModel

from pc_assistant.domain.answers import Answer
from pc_assistant.knowledge.sentences import spans
from pc_assistant.web.problems import problem_of

HEARTBEAT_SECONDS = 15.0
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MARKERS = re.compile(r"(?:\s*\[\d+\])+\s*")

logger = logging.getLogger(__name__)


def stream(ask: Callable[[], Awaitable[Answer]], heartbeat: float = HEARTBEAT_SECONDS) -> EventSourceResponse:
    """The response that streams what `ask` returns.

    FastAPI encodes events by itself only for routes that always stream; this one does so when asked.
    """
    return EventSourceResponse(_encoded(events(ask, heartbeat)), headers=HEADERS)


async def events(ask: Callable[[], Awaitable[Answer]], heartbeat: float = HEARTBEAT_SECONDS) -> AsyncIterator[ServerSentEvent]:
    """The events of one answer, a comment every `heartbeat` seconds while it is awaited; no error escapes."""
    yield ServerSentEvent(event="status", data={"status": "searching"})
    asking = asyncio.ensure_future(ask())
    try:
        while not (await asyncio.wait({asking}, timeout=heartbeat))[0]:
            yield ServerSentEvent(comment="still searching")
        try:
            answer = asking.result()
        except Exception as error:
            problem = problem_of(error)
            logger.error("answering failed: %s", error, exc_info=error if problem.status == 500 else None)
            yield _event("error", problem, exclude_none=True)
            return
        yield ServerSentEvent(event="status", data={"status": answer.status})
        for text in deltas(answer.answer):
            yield ServerSentEvent(event="delta", data={"text": text})
        for citation in answer.citations:
            yield _event("citation", citation)
        yield _event("done", answer)
    finally:
        asking.cancel()


def deltas(answer: str) -> Iterator[str]:
    """The answer in whole sentences with their markers, or lines; joined they are the answer, character for character."""
    for line in LINE.findall(answer):
        starts = [_after_markers(line, start) for start, _ in spans(line)[1:]]
        cuts = sorted({0, *starts} - {len(line)})
        for start, end in zip(cuts, [*cuts[1:], len(line)], strict=True):
            yield line[start:end]


def _after_markers(line: str, start: int) -> int:
    """`start`, or the place behind the markers that stand there: they belong to the sentence before."""
    markers = MARKERS.match(line, start)
    return markers.end() if markers else start


def _event(name: str, value: BaseModel, exclude_none: bool = False) -> ServerSentEvent:
    return ServerSentEvent(event=name, raw_data=value.model_dump_json(exclude_none=exclude_none))


async def _encoded(source: AsyncIterator[ServerSentEvent]) -> AsyncIterator[bytes]:
    async for event in source:
        data = event.raw_data if event.data is None else _json(event.data)
        yield format_sse_event(data_str=data, event=event.event, comment=event.comment)
