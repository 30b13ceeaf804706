"""Any service that keeps `POST /v1/chat`, as an assistant. `POST /v1/search` and `GET /v1/passages/{id}` are used where they are there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, ValidationError

from pc_assistant.domain.answers import Answer, Citation, Notice, Retrieved
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Chunk, Document, Passage
from pc_assistant.domain.errors import NotFound, PcAssistantError, SetupError
from pc_assistant.domain.ports import SearchMode
from pc_assistant.evaluation.jsonl import explain

TRIES = 4
LONGEST_WAIT = 60.0
_BUSY: Final = (429, 503)


class HttpAssistant:
    """Keeps the Assistant port over HTTP.

    Faults of the service are PcAssistantError, a missing route or id NotFound, no service at all SetupError. A busy service (429, 503) is
    asked again after the time that it names.
    """

    def __init__(self, client: httpx2.AsyncClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._client = client
        self._sleep = sleep

    async def ask(self, question: Question) -> Answer:
        """One answer; fields that the contract does not name are passed over."""
        body = question.model_dump(mode="json", exclude={"text"}) | {"question": question.text, "stream": False}
        reply = await self._send("POST", "/v1/chat", body)
        try:
            answer = _known(Answer, reply)
            for name, model in (("citations", Citation), ("notices", Notice), ("retrieved", Retrieved)):
                answer[name] = [_known(model, item) for item in answer.get(name, [])]
            return Answer.model_validate(answer)
        except (ValidationError, AttributeError, TypeError) as error:
            raise _breach("/v1/chat", error) from error

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """At most `k` passages. The route gives no heading, anchor, units or document but its id: those are left empty."""
        body = {"query": query, "k": k, "mode": mode, "filters": filters.model_dump(mode="json")}
        reply = await self._send("POST", "/v1/search", body)
        try:
            return [_passage(item, rank) for rank, item in enumerate(reply["passages"], start=1)]
        except (ValidationError, KeyError, TypeError) as error:
            raise _breach("/v1/search", error) from error

    async def passage_text(self, passage_id: str) -> str:
        """The text of one passage. Raises NotFound."""
        reply = await self._send("GET", f"/v1/passages/{quote(passage_id, safe='')}")
        try:
            return str(reply["text"])
        except (KeyError, TypeError) as error:
            raise _breach("/v1/passages/{id}", error) from error

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                response = await self._client.request(method, path, json=body)
            except httpx2.ConnectError as error:
                raise SetupError(f"nothing answers at {self._client.base_url}; start the service, or give another --target") from error
            except httpx2.HTTPError as error:
                raise PcAssistantError(f"{method} {path} failed: {type(error).__name__} {error}".strip()) from error
            if response.status_code not in _BUSY or attempt == TRIES:
                break
            await self._sleep(_wait(response, attempt))
        if response.status_code in (404, 405):
            raise NotFound(f"{method} {path}: {_problem(response)}")
        if response.is_error:
            raise PcAssistantError(f"{method} {path} gave {response.status_code}: {_problem(response)}")
        try:
            return response.json()
        except ValueError as error:
            raise _breach(path, error) from error


@asynccontextmanager
async def connect_http(url: str, timeout: float = 120.0, key: str | None = None) -> AsyncIterator[HttpAssistant]:
    """An assistant at `url`, the address before `/v1/…`; `timeout` in seconds for each request, `key` says who asks."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(base_url=url.rstrip("/"), timeout=timeout, headers=headers) as client:
        yield HttpAssistant(client)


def _known(model: type[BaseModel], body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in model.model_fields}


def _passage(item: dict[str, Any], rank: int) -> Passage:
    section = tuple(item.get("section") or ())
    chunk = Chunk(
        id=item["passage_id"],
        document_id=item["document_id"],
        ordinal=0,
        section=section,
        heading=section[-1] if section else "",
        anchor="",
        page=item.get("page"),
        text=item["text"],
        units=(),
    )
    return Passage(chunk=chunk, document=Document(id=chunk.document_id, title=chunk.document_id), score=item["score"], rank=rank)


def _wait(response: httpx2.Response, attempt: int) -> float:
    """Seconds until the next try: what the service asks for, else 1, 2, 4, …"""
    asked = response.headers.get("Retry-After", "")
    return min(LONGEST_WAIT, float(asked) if asked.isdigit() else 2.0 ** (attempt - 1))


def _problem(response: httpx2.Response) -> str:
    try:
        body = response.json()
        return str(body.get("detail") or body.get("title") or response.reason_phrase)
    except (ValueError, AttributeError):
        return response.reason_phrase or "no reason given"


def _breach(route: str, error: Exception) -> PcAssistantError:
    why = "; ".join(explain(error)) if isinstance(error, ValidationError) else f"{type(error).__name__} {error}"
    return PcAssistantError(f"the service does not keep the contract of {route}: {why}")
