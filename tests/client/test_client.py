"""Both clients against the real app, served: they ask alike, give typed values, and raise typed errors."""

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.client import AsyncClient, Client, Delta, Progress
from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.conversations import Feedback, Filters, Turn
from pc_assistant.domain.errors import Busy, IndexMissing, NotFound, PcAssistantError, ServiceFault, SetupError, UsageError
from pc_assistant.web.app import create_app
from tests.fakes import CHUNK, DOCUMENT, WORDS, FakeAssistant, FakeLibrary, answer
from tests.served import served

Ask = Callable[..., Any]
HISTORY = (Turn(role="user", content="Who sails?"), Turn(role="assistant", content="The ferry. [1]"))


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def url(assistant: FakeAssistant) -> Iterator[str]:
    with served(create_app(assistant, FakeLibrary(), MemoryConversations())) as url:
        yield url


def waiting(url: str) -> Ask:
    def ask(method: str, *given: Any, **named: Any) -> Any:
        with Client(url) as client:
            found = getattr(client, method)(*given, **named)
            return list(found) if method == "stream" else found

    return ask


def awaited(url: str) -> Ask:
    async def asked(method: str, *given: Any, **named: Any) -> Any:
        async with AsyncClient(url) as client:
            found = getattr(client, method)(*given, **named)
            return [event async for event in found] if method == "stream" else await found

    return lambda *given, **named: asyncio.run(asked(*given, **named))


KINDS = pytest.mark.parametrize("kind", [waiting, awaited])


@KINDS
def test_a_question_is_answered_in_a_conversation_of_its_own(kind: Callable[[str], Ask], url: str, assistant: FakeAssistant) -> None:
    ask = kind(f"{url}/")
    first = ask("ask", "When?")
    assert isinstance(first, Answer)
    assert (first.answer, first.citations[0].published) == (f"{WORDS} [1]", date(2024, 2, 1))
    second = ask("ask", "And then?", conversation_id=first.conversation_id, answerer="extractive", filters=Filters(kinds=("guidance",)))
    assert assistant.asked[1].history == (Turn(role="user", content="When?"), Turn(role="assistant", content=first.answer))
    assert (assistant.asked[1].answerer, assistant.asked[1].filters.kinds) == ("extractive", ("guidance",))
    assert [turn.content for turn in ask("conversation", first.conversation_id).turns][::2] == ["When?", "And then?"]
    assert ask("receipt", second.id).question == "And then?"
    assert ask("feedback", second.id, "down", comment="No.", reasons=["wrong"]) == Feedback(
        answer_id=second.id, rating="down", comment="No.", reasons=("wrong",)
    )
    assert ask("forget", first.conversation_id) is None
    with pytest.raises(NotFound):
        ask("conversation", first.conversation_id)


@KINDS
def test_who_keeps_the_turns_sends_them(kind: Callable[[str], Ask], url: str, assistant: FakeAssistant) -> None:
    assert kind(url)("ask", "When?", history=HISTORY).conversation_id is None
    assert assistant.asked[0].history == HISTORY


@KINDS
def test_a_stream_gives_text_then_citations_then_the_whole(kind: Callable[[str], Ask], url: str) -> None:
    events = kind(url)("stream", "When?")
    *before, citation, whole = events
    assert isinstance(whole, Answer) and isinstance(citation, Citation)
    assert [event.status for event in before if isinstance(event, Progress)] == ["searching", "answered"]
    assert "".join(event.text for event in before if isinstance(event, Delta)) == whole.answer == f"{WORDS} [1]"


@KINDS
def test_the_library_is_read(kind: Callable[[str], Ask], url: str, assistant: FakeAssistant) -> None:
    ask = kind(url)
    (found,) = ask("search", "ferry", k=3, mode="lexical", filters=Filters(documents=(DOCUMENT.id,)))
    assert (found.passage_id, found.text, found.score) == (CHUNK.id, WORDS, 0.75)
    assert assistant.searched == [("ferry", 3, "lexical", Filters(documents=(DOCUMENT.id,)))]
    (held,) = ask("documents")
    assert (held.id, held.passage_count) == (DOCUMENT.id, 1)
    assert ask("document", DOCUMENT.id).sections[0].heading == "Mornings"
    assert ask("passage", CHUNK.id).text == WORDS


@KINDS
@pytest.mark.parametrize(
    ("raised", "kept"), [(IndexMissing("No index."), SetupError), (Busy("Later."), Busy), (RuntimeError("insides"), ServiceFault)]
)
def test_a_fault_of_the_service_is_its_own_error(
    kind: Callable[[str], Ask], url: str, assistant: FakeAssistant, raised: Exception, kept: type[PcAssistantError]
) -> None:
    for method in ("ask", "stream"):
        assistant.replies.append(raised)
        with pytest.raises(PcAssistantError) as error:
            kind(url)(method, "When?")
        assert type(error.value) is kept
        assert error.value.problem is not None and error.value.problem["detail"] == str(error.value)
        assert "insides" not in str(error.value)


@KINDS
@pytest.mark.parametrize(
    ("given", "kept", "said"),
    [
        (("ask", "x" * 2001), UsageError, "question: Has 2,001 characters: at most 2,000 are allowed."),
        (("stream", " "), UsageError, "question: Must not be empty."),
        (("document", "a?b#c d"), NotFound, "There is no document with this id."),
        (("receipt", "nobody"), NotFound, "There is no answer with this id."),
        (("feedback", "nobody", "up"), NotFound, "There is no answer with this id."),
    ],
)
def test_a_problem_document_is_a_typed_error(
    kind: Callable[[str], Ask], url: str, given: tuple[str, ...], kept: type[PcAssistantError], said: str
) -> None:
    with pytest.raises(kept) as error:
        kind(url)(*given)
    assert str(error.value) == said
    problem = error.value.problem or {}
    if kept is UsageError:
        assert problem["errors"] == [{"field": "question", "message": said.removeprefix("question: ")}]


def service(reply: Response) -> FastAPI:
    """Gives this reply, whatever is asked."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def _any(path: str) -> Response:
        return reply

    return app


def sse(text: str) -> Response:
    return Response(text, media_type="text/event-stream")


NEWER = answer().model_dump(mode="json") | {"mood": "good"}
NEWER["citations"][0]["colour"] = "blue"


@KINDS
@pytest.mark.parametrize(
    ("method", "reply", "kept", "said"),
    [
        ("ask", Response("<h1>Bad gateway</h1>", 502), ServiceFault, "/v1/chat gave 502 Bad Gateway."),
        ("ask", JSONResponse({"title": "Slow down"}, 429), Busy, "Slow down"),
        ("ask", Response("no JSON"), ServiceFault, "does not keep the contract of /v1/chat"),
        ("ask", JSONResponse({"id": "x", "status": "maybe", "answer": "No."}), ServiceFault, "/v1/chat: status: Input should be"),
        ("documents", JSONResponse([]), ServiceFault, "does not keep the contract of /v1/documents"),
        ("stream", JSONResponse({"id": "x"}), ServiceFault, "text/event-stream"),
        ("stream", sse('event: delta\ndata: {"text": "The"}\n\n'), ServiceFault, "The stream ended before the answer was whole"),
        ("stream", sse("event: delta\ndata: {}\n\n"), ServiceFault, "/v1/chat: text: Field required"),
        ("stream", sse('event: error\ndata: {"detail": "Gone.", "status": 404}\n\n'), NotFound, "Gone."),
        ("stream", sse("event: error\ndata: [1]\n\n"), ServiceFault, "does not keep the contract"),
        ("stream", Response("<h1>Bad gateway</h1>", 502), ServiceFault, "gave 502"),
    ],
)
def test_a_service_that_keeps_no_contract_is_told_of_in_one_sentence(
    kind: Callable[[str], Ask], method: str, reply: Response, kept: type[PcAssistantError], said: str
) -> None:
    with served(service(reply)) as url, pytest.raises(PcAssistantError) as error:
        kind(url)(method, *([] if method == "documents" else ["When?"]))
    assert type(error.value) is kept
    assert said in str(error.value)


@KINDS
def test_what_a_newer_service_adds_is_passed_over(kind: Callable[[str], Ask]) -> None:
    with served(service(JSONResponse(NEWER))) as url:
        assert kind(url)("ask", "When?").answer == f"{WORDS} [1]"
    news = f": still searching\n\nevent: mood\ndata: 1\n\nevent: done\ndata: {json.dumps(NEWER)}\n\nevent: mood\ndata: 2\n\n"
    with served(service(sse(news))) as url:
        assert [type(event) for event in kind(url)("stream", "When?")] == [Answer]


@KINDS
def test_no_service_is_told_of(kind: Callable[[str], Ask]) -> None:
    for method in ("ask", "stream"):
        with pytest.raises(ServiceFault, match=r"Nothing answers at http://127\.0\.0\.1:9/: is the service up\?"):
            kind("http://127.0.0.1:9")(method, "When?")


def test_headers_go_with_every_request_and_a_slow_service_is_given_up() -> None:
    seen: list[str | None] = []
    app = FastAPI()

    @app.get("/v1/documents")
    async def _slow() -> None:
        await asyncio.sleep(2)

    @app.middleware("http")
    async def _look(request: Any, go_on: Any) -> Any:
        seen.append(request.headers.get("authorization"))
        return await go_on(request)

    with (
        served(app) as url,
        Client(url, timeout=0.2, headers={"Authorization": "Bearer x"}) as client,
        pytest.raises(ServiceFault, match="ReadTimeout"),
    ):
        client.documents()
    assert seen == ["Bearer x"]


def test_both_clients_offer_the_same() -> None:
    def offered(kind: type) -> dict[str, tuple[object, str | None]]:
        public = {name: getattr(kind, name) for name in vars(kind) if not name.startswith("_")}
        return {name: (inspect.signature(method).parameters, method.__doc__) for name, method in public.items()}

    assert offered(Client) == offered(AsyncClient)
    assert inspect.signature(Client) == inspect.signature(AsyncClient)
