"""What can be asked of the service: each call knows its address, its body and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from pc_assistant.client.errors import breach
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import AnswererName, Conversation, Feedback, Filters, Turn
from pc_assistant.domain.library import DocumentList, DocumentText, PassageList, PassageText
from pc_assistant.domain.receipts import Receipt

Result = TypeVar("Result")
Mode = Literal["hybrid", "dense", "lexical"]
Rating = Literal["up", "down"]


@dataclass(frozen=True)
class Call(Generic[Result]):
    """One request. `returns` reads the response's body."""

    method: str
    path: str
    returns: TypeAdapter[Result]
    body: dict[str, Any] | None = None

    def read(self, content: bytes) -> Result:
        """What came back; fields that newer services add are passed over. Raises ServiceFault where it is something else."""
        try:
            return self.returns.validate_json(content or b"null", extra="ignore")
        except ValidationError as error:
            raise breach(self.path, error) from error


def headers(given: Mapping[str, str] | None, key: str | None) -> dict[str, str]:
    """What goes with every request."""
    return dict(given or {}) | ({"Authorization": f"Bearer {key}"} if key else {})


def ask(
    question: str,
    conversation_id: str | None = None,
    history: Sequence[Turn] | None = None,
    filters: Filters | None = None,
    answerer: AnswererName = "auto",
    stream: bool = False,
) -> Call[Answer]:
    """POST /v1/chat."""
    body: dict[str, Any] = {"question": question, "answerer": answerer, "stream": stream}
    if conversation_id is not None:
        body["conversation_id"] = conversation_id
    if history is not None:
        body["history"] = [turn.model_dump() for turn in history]
    return Call("POST", "/v1/chat", TypeAdapter(Answer), body | _filtered(filters))


def search(query: str, k: int, mode: Mode, filters: Filters | None) -> Call[PassageList]:
    """POST /v1/search."""
    return Call("POST", "/v1/search", TypeAdapter(PassageList), {"query": query, "k": k, "mode": mode} | _filtered(filters))


def documents() -> Call[DocumentList]:
    """GET /v1/documents."""
    return Call("GET", "/v1/documents", TypeAdapter(DocumentList))


def document(document_id: str) -> Call[DocumentText]:
    """GET /v1/documents/{id}."""
    return Call("GET", _path("documents", document_id), TypeAdapter(DocumentText))


def passage(passage_id: str) -> Call[PassageText]:
    """GET /v1/passages/{id}."""
    return Call("GET", _path("passages", passage_id), TypeAdapter(PassageText))


def conversation(conversation_id: str) -> Call[Conversation]:
    """GET /v1/conversations/{id}."""
    return Call("GET", _path("conversations", conversation_id), TypeAdapter(Conversation))


def forget(conversation_id: str) -> Call[None]:
    """DELETE /v1/conversations/{id}."""
    return Call("DELETE", _path("conversations", conversation_id), TypeAdapter(None))


def receipt(answer_id: str) -> Call[Receipt]:
    """GET /v1/answers/{id}."""
    return Call("GET", _path("answers", answer_id), TypeAdapter(Receipt))


def feedback(answer_id: str, rating: Rating, comment: str, reasons: Sequence[str]) -> Call[Feedback]:
    """POST /v1/feedback."""
    body = {"answer_id": answer_id, "rating": rating, "comment": comment, "reasons": list(reasons)}
    return Call("POST", "/v1/feedback", TypeAdapter(Feedback), body)


def _path(collection: str, identity: str) -> str:
    return f"/v1/{collection}/{quote(identity, safe='')}"


def _filtered(filters: Filters | None) -> dict[str, Any]:
    return {} if filters is None else {"filters": filters.model_dump(mode="json")}
