"""An answer as server-sent events: `status`, `delta`, `citation`, then `done` or `error`.

Nothing is shown before it has been verified: an extractive answer is streamed when it is whole, sentence by sentence; of an answer that a
language model writes, each sentence as soon as it has passed (`Told`). Citations come after the text. An answer is kept while it is read:
`done` says that it has been.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator

from fastapi.sse import EventSourceResponse, ServerSentEvent, format_sse_event
from pydantic import BaseModel

from pc_assistant.domain.answers import Answer
from pc_assistant.knowledge.sentences import spans
from pc_assistant.web.problems import log_fault, problem_of

HEARTBEAT_SECONDS = 15.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MARKERS = re.compile(r"(?:\s{,20}\[\d+\])+\s*")
SENTENCE_END = re.compile(rf"[.!?][\"'”’)]*{MARKERS.pattern}")


Ask = Callable[[], Awaitable[Answer]]
Keep = Callable[[Answer], Awaitable[None]]


class Told:
    """The beginning of an answer that is still being written, piece by piece; `say` may be called from any thread."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def say(self, text: str) -> None:
        """Adds verified text."""
        self._loop.call_soon_threadsafe(self._pieces.put_nowait, text)

    def end(self) -> None:
        """Nothing more will be said."""
        self._pieces.put_nowait(None)

    async def next(self, seconds: float) -> str | None:
        """The next piece; "" where none came in time, None at the end."""
        try:
            async with asyncio.timeout(seconds):
                return await self._pieces.get()
        except TimeoutError:
            return ""


def stream(ask: Ask, keep: Keep, request_id: str, told: Told | None = None) -> EventSourceResponse:
    """The response that streams what `ask` returns.

    FastAPI encodes events by itself only for routes that always stream; this one does so when asked.
    """
    return EventSourceResponse(_encoded(events(ask, keep, request_id, told=told)), headers=HEADERS)


async def events(
    ask: Ask, keep: Keep, request_id: str, heartbeat: float = HEARTBEAT_SECONDS, told: Told | None = None
) -> AsyncGenerator[ServerSentEvent]:
    """The events of one answer, a comment every `heartbeat` seconds while it is awaited; no error escapes. `told` is its beginning."""
    yield _small("status", status="searching")
    told = told or Told()
    asking = asyncio.ensure_future(ask())
    asking.add_done_callback(lambda _: told.end())
    shown = ""
    try:
        while (piece := await told.next(heartbeat)) is not None:
            if not piece:
                yield ServerSentEvent(comment="still searching")
                continue
            if not shown:
                yield _small("status", status="answered")
            shown += piece
            yield _small("delta", text=piece)
        answer = asking.result()
        if not shown:
            yield _small("status", status=answer.status)
        for text in deltas(answer.answer[len(shown) :]):
            yield _small("delta", text=text)
        for citation in answer.citations:
            yield _event("citation", citation)
        await keep(answer)
        yield _event("done", answer)
    except Exception as error:
        problem = problem_of(error)
        log_fault(problem, error, request_id)
        yield _event("error", problem, exclude_none=True)
    finally:
        asking.cancel()


def deltas(answer: str) -> Iterator[str]:
    """The answer in whole sentences with their markers, or lines; joined they are the answer, character for character."""
    for line in LINE.findall(answer):
        starts = {_after_markers(line, start) for start, _ in spans(line)[1:]}
        cuts = sorted({0, *starts, *(end.end() for end in SENTENCE_END.finditer(line))} - {len(line)})
        for start, end in zip(cuts, [*cuts[1:], len(line)], strict=True):
            yield line[start:end]


def _after_markers(line: str, start: int) -> int:
    """`start`, or the place behind the markers that stand there: they belong to the sentence before."""
    markers = MARKERS.match(line, start)
    return markers.end() if markers else start


def _event(name: str, value: BaseModel, exclude_none: bool = False) -> ServerSentEvent:
    return ServerSentEvent(event=name, raw_data=value.model_dump_json(exclude_none=exclude_none))


def _small(name: str, **fields: str) -> ServerSentEvent:
    return ServerSentEvent(event=name, raw_data=json.dumps(fields, ensure_ascii=False))


async def _encoded(source: AsyncIterator[ServerSentEvent]) -> AsyncIterator[bytes]:
    async for event in source:
        yield format_sse_event(data_str=event.raw_data, event=event.event, comment=event.comment)
