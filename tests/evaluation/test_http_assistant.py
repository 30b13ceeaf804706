"""A service at a URL is asked as an assistant in process is, and gives the same record. The service is a real one on a free port."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeVar

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import AnswererName, Filters, Question, Turn
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.errors import NotFound, PcAssistantError, SetupError
from pc_assistant.domain.ports import Assistant, SearchMode
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.http_assistant import HttpAssistant, connect_http
from pc_assistant.evaluation.record import Attempt, RunInfo
from pc_assistant.evaluation.run import ask_all, planned, prepare, settle

Recorder = Callable[..., list[Attempt]]
Result = TypeVar("Result")


class Oracle(Assistant, Protocol):
    """What the oracle of this room offers beyond the port."""

    passages: tuple[Passage, ...]

    async def passage_text(self, passage_id: str) -> str: ...


class Body(BaseModel):
    """A request as the contract has it, nothing more."""

    model_config = ConfigDict(extra="forbid")


class ChatBody(Body):
    question: Annotated[str, Field(min_length=1, max_length=2000)]
    conversation_id: str | None = None
    history: list[Turn] = []
    filters: Filters = Filters()
    answerer: AnswererName = "auto"
    stream: Literal[False] = False


class SearchBody(Body):
    query: str
    k: int = 10
    mode: SearchMode = "hybrid"
    filters: Filters = Filters()


def service(oracle: Oracle) -> FastAPI:
    """A stand-in that keeps the contract, with a field more than the contract names."""
    app = FastAPI()

    @app.post("/v1/chat")
    async def _chat(body: ChatBody) -> dict[str, Any]:
        answer = await oracle.ask(Question(text=body.question, history=tuple(body.history), filters=body.filters, answerer=body.answerer))
        return answer.model_dump(mode="json") | {"conversation_id": "c", "mood": "good"}

    @app.post("/v1/search")
    async def _search(body: SearchBody) -> dict[str, Any]:
        found = await oracle.search(body.query, body.k, body.mode, body.filters)
        return {
            "passages": [
                {
                    "passage_id": one.chunk.id,
                    "document_id": one.chunk.document_id,
                    "section": one.chunk.section,
                    "page": one.chunk.page,
                    "text": one.chunk.text,
                    "score": one.score,
                }
                for one in found
            ]
        }

    @app.get("/v1/passages/{passage_id:path}")
    async def _passage(passage_id: str) -> Response:
        try:
            return JSONResponse({"passage_id": passage_id, "text": await oracle.passage_text(passage_id)})
        except NotFound as error:
            return JSONResponse({"title": "Not found", "status": 404, "detail": str(error)}, 404, media_type="application/problem+json")

    return app


def replies(*responses: Response) -> FastAPI:
    """A service that gives these responses one after the other, whatever is asked."""
    app = FastAPI()
    queue = iter(responses)

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def _any(path: str) -> Response:
        return next(queue)

    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def problem(status: int, detail: str, **headers: str) -> Response:
    return JSONResponse({"title": "Trouble", "status": status, "detail": detail}, status, headers, media_type="application/problem+json")


@pytest.fixture(scope="module")
def url(oracle: Oracle) -> Iterator[str]:
    with serving(service(oracle)) as url:
        yield url


def over_http(url: str, use: Callable[[HttpAssistant], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        async with connect_http(url) as assistant:
            return await use(assistant)

    return asyncio.run(run())


def test_the_record_is_the_same_in_process_and_over_http(
    oracle: Assistant, url: str, cases: list[Case], record: Recorder, info: Callable[..., RunInfo], tmp_path: Path
) -> None:
    in_process = record(oracle, cases, tmp_path / "in-process")
    run = prepare(tmp_path / "http", info(target=url), resume=False)
    asks = planned(cases, run)
    over_http(url, lambda assistant: ask_all(assistant, asks, tmp_path / "http"))
    for here, there in zip(in_process, settle(tmp_path / "http", asks), strict=True):
        assert there.error is None
        assert there.answer is not None
        assert there.model_copy(
            update={"elapsed_ms": 0, "answer": there.answer.model_copy(update={"conversation_id": None})}
        ) == here.model_copy(update={"elapsed_ms": 0})


def test_a_passage_is_read_by_its_id(url: str, oracle: Oracle) -> None:
    held = oracle.passages[3].chunk
    assert over_http(url, lambda assistant: assistant.passage_text(held.id)) == held.text
    with pytest.raises(NotFound, match="there is no passage nowhere"):
        over_http(url, lambda assistant: assistant.passage_text("nowhere"))


def _ask(*responses: Response) -> tuple[Answer, list[float]]:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def ask(url: str) -> Answer:
        async with httpx2.AsyncClient(base_url=url) as client:
            return await HttpAssistant(client, sleep).ask(Question(text="Why?"))

    with serving(replies(*responses)) as url:
        return asyncio.run(ask(url)), waits


GOOD = JSONResponse({"id": "x", "status": "refused", "answer": "No."})


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    answer, waits = _ask(problem(429, "slow down", **{"Retry-After": "7"}), problem(503, "starting"), GOOD)
    assert answer.status == "refused"
    assert waits == [7.0, 2.0]


@pytest.mark.parametrize(
    ("responses", "words"),
    [
        ([problem(503, "down")] * 4, "gave 503: down"),
        ([problem(500, "broken")], "POST /v1/chat gave 500: broken"),
        ([problem(422, "too long")], "gave 422: too long"),
        ([Response("<h1>Bad gateway</h1>", 502)], "gave 502"),
        ([Response("not json")], "does not keep the contract of /v1/chat"),
        ([JSONResponse(["a list"])], "does not keep the contract"),
        ([JSONResponse({"id": "x", "status": "maybe", "answer": "No."})], "status: Input should be"),
        ([JSONResponse({"id": "x", "status": "answered", "answer": "A [1].", "citations": [{"marker": 1}]})], "citations.0.document_id"),
    ],
)
def test_a_fault_of_the_service_is_one_clear_sentence(responses: list[Response], words: str) -> None:
    with pytest.raises(PcAssistantError) as error:
        _ask(*responses)
    assert words in str(error.value)


def test_no_service_and_no_route_are_told_apart() -> None:
    with pytest.raises(SetupError, match="nothing answers at"):
        over_http("http://127.0.0.1:1", lambda assistant: assistant.ask(Question(text="Why?")))
    with serving(FastAPI()) as url, pytest.raises(NotFound, match="POST /v1/search"):
        over_http(url, lambda assistant: assistant.search("why", 10, "hybrid", Filters()))
