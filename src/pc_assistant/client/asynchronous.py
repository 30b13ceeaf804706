"""The client that is awaited: as the other, method for method (a test holds them alike)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx2

from pc_assistant.client import calls
from pc_assistant.client.calls import Call, Mode, Rating, Result
from pc_assistant.client.errors import failed, refused
from pc_assistant.client.events import Event, cut_short, event_of
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import AnswererName, Conversation, Feedback, Filters, Turn
from pc_assistant.domain.library import DocumentEntry, DocumentText, FoundPassage, PassageText
from pc_assistant.domain.receipts import Receipt

TIMEOUT = 60.0


class AsyncClient:
    """Asks the service at `url`. `timeout` in seconds is for each wait for the service; `headers` go with every request; `key` says
    who asks, where the service wants to know.

    Every method raises NotSignedIn, NotAllowed, NotFound, UsageError (the request is not valid), Busy (try again), SetupError (the service
    is not ready) or ServiceFault; `problem` of the error is the problem document that told of it.
    """

    def __init__(
        self, url: str = "http://127.0.0.1:8000", timeout: float = TIMEOUT, headers: Mapping[str, str] | None = None, key: str | None = None
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=url.rstrip("/"), timeout=timeout, headers=calls.headers(headers, key))

    async def ask(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        history: Sequence[Turn] | None = None,
        filters: Filters | None = None,
        answerer: AnswererName = "auto",
    ) -> Answer:
        """One answer; a refusal is an answer. Without `conversation_id` and `history` a conversation is begun, and its id is in the answer."""
        return await self._send(calls.ask(question, conversation_id, history, filters, answerer))

    async def stream(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        history: Sequence[Turn] | None = None,
        filters: Filters | None = None,
        answerer: AnswererName = "auto",
    ) -> AsyncIterator[Event]:
        """The same in events: Progress and Delta while it comes, each Citation, and last the whole Answer."""
        call = calls.ask(question, conversation_id, history, filters, answerer, stream=True)
        last: Event | None = None
        try:
            async with self._http.stream(call.method, call.path, json=call.body) as response:
                if response.is_error:
                    await response.aread()
                    raise refused(response)
                async for sent in httpx2.EventSource(response):
                    event = event_of(sent)
                    if event is not None:
                        last = event
                        yield event
        except httpx2.HTTPError as error:
            raise failed(error) from error
        if not isinstance(last, Answer):
            raise cut_short()

    async def search(self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None) -> tuple[FoundPassage, ...]:
        """At most `k` passages, best first."""
        return (await self._send(calls.search(query, k, mode, filters))).passages

    async def documents(self) -> tuple[DocumentEntry, ...]:
        """Every document that can be cited, in the order of authority."""
        return (await self._send(calls.documents())).documents

    async def document(self, document_id: str) -> DocumentText:
        """A document with its sections."""
        return await self._send(calls.document(document_id))

    async def passage(self, passage_id: str) -> PassageText:
        """A passage as it is cited."""
        return await self._send(calls.passage(passage_id))

    async def conversation(self, conversation_id: str) -> Conversation:
        """The turns of a conversation, oldest first."""
        return await self._send(calls.conversation(conversation_id))

    async def forget(self, conversation_id: str) -> None:
        """Deletes a conversation with its answers and what was said of them."""
        return await self._send(calls.forget(conversation_id))

    async def receipt(self, answer_id: str) -> Receipt:
        """How an answer came about."""
        return await self._send(calls.receipt(answer_id))

    async def feedback(self, answer_id: str, rating: Rating, *, comment: str = "", reasons: Sequence[str] = ()) -> Feedback:
        """Says whether an answer was good; what was kept of it."""
        return await self._send(calls.feedback(answer_id, rating, comment, reasons))

    async def close(self) -> None:
        """Ends the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        await self.close()

    async def _send(self, call: Call[Result]) -> Result:
        try:
            response = await self._http.request(call.method, call.path, json=call.body)
        except httpx2.HTTPError as error:
            raise failed(error) from error
        if not response.is_success:
            raise refused(response)
        return call.read(response.content)
