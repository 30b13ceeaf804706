"""A server that speaks as OpenAI, Azure OpenAI, Anthropic and Ollama do, writes what it is told to, and fails as it is told to."""

import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

PIECE = 40  # characters
TOKENS_IN, TOKENS_OUT = 100, 20


@dataclass(frozen=True)
class Reply:
    """What the server writes; `cut` breaks the connection off after so many characters, `wait` and `pace` are seconds."""

    text: str = '{"sentences": []}'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    pace: float = 0.0
    cut: int | None = None
    raw: bytes | None = None

    async def pieces(self) -> AsyncIterator[str]:
        shown = self.text if self.cut is None else self.text[: self.cut]
        for start in range(0, len(shown), PIECE):
            await asyncio.sleep(self.pace)
            yield shown[start : start + PIECE]
        if self.cut is not None:
            raise ConnectionAbortedError


class Stub:
    """Gives the replies enqueued, then `usual`; keeps what it was asked."""

    def __init__(self) -> None:
        self.port = 0
        self.reset()

    def reset(self) -> None:
        self.replies: deque[Reply] = deque()
        self.usual = Reply()
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.refuses: set[str] = set()  # ways to tell a schema

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            body = await request.json()
            self.asked.append(body)
            self.headers.append(dict(request.headers))
            if body.get("response_format", {}).get("type") in self.refuses:
                return JSONResponse({"error": {"message": "no such schemas here"}}, 422 if len(self.refuses) == 1 else 400)
            reply = self.replies.popleft() if self.replies else self.usual
            await asyncio.sleep(reply.wait)
            if reply.status != 200:
                return JSONResponse({"error": {"message": f"refused for {dict(request.headers)}"}}, reply.status, reply.headers)
            if reply.raw is not None:
                return Response(reply.raw, media_type="text/event-stream")
            path = request.url.path
            write = _anthropic if path.endswith("/messages") else _ollama if path.endswith("/api/chat") else _openai
            kind = "application/x-ndjson" if write is _ollama else "text/event-stream"
            return StreamingResponse(write(reply), media_type=kind)

        return Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])


async def _openai(reply: Reply) -> AsyncIterator[str]:
    def chunk(delta: dict[str, str], **more: object) -> str:
        choices = [{"index": 0, "delta": delta, "finish_reason": more.pop("finish", None)}] if delta or "finish" in more else []
        head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub", "choices": choices}
        return f"data: {json.dumps(head | more)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    async for piece in reply.pieces():
        yield chunk({"content": piece})
    yield chunk({}, finish="stop")
    usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT, "total_tokens": TOKENS_IN + TOKENS_OUT}
    yield chunk({}, usage=usage)
    yield "data: [DONE]\n\n"


async def _anthropic(reply: Reply) -> AsyncIterator[str]:
    def event(name: str, **data: object) -> str:
        return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n"

    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }
    yield event("message_start", message=message | {"usage": {"input_tokens": TOKENS_IN, "output_tokens": 0}})
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    async for piece in reply.pieces():
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    yield event(
        "message_delta",
        delta={"stop_reason": "end_turn", "stop_sequence": None},
        usage={"input_tokens": TOKENS_IN, "output_tokens": TOKENS_OUT},
    )
    yield event("message_stop")


async def _ollama(reply: Reply) -> AsyncIterator[str]:
    head = {"model": "stub", "created_at": "2026-11-22T00:00:00Z"}
    async for piece in reply.pieces():
        yield json.dumps(head | {"message": {"role": "assistant", "content": piece}, "done": False}) + "\n"
    done = {"done": True, "done_reason": "stop", "prompt_eval_count": TOKENS_IN, "eval_count": TOKENS_OUT}
    yield json.dumps(head | {"message": {"role": "assistant", "content": ""}, **done}) + "\n"


@contextmanager
def serving() -> Iterator[Stub]:
    """The stub on a free port, in a thread."""
    stub = Stub()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stub.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(stub.app(), log_level=60, access_log=False, lifespan="off", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield stub
        server.should_exit = True
        thread.join(10)
