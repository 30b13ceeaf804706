"""The bodies of requests: strict, unknown fields refused, text cleaned."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from pc_assistant.channels.cleaning import clean, encodable
from pc_assistant.domain.conversations import MAX_HISTORY, MAX_QUESTION, AnswererName, Filters, Turn
from pc_assistant.domain.documents import Kind
from pc_assistant.domain.ports import SearchMode

MAX_MESSAGE = 20_000
MAX_COMMENT = 2_000
MAX_PASSAGES = 50
MAX_FILTERED = 100

Reason = Literal["wrong", "incomplete", "wrong_source", "out_of_date", "not_what_i_asked"]


def _question(text: str) -> str:
    return clean(text, 1, MAX_QUESTION)


def _message(text: str) -> str:
    return clean(text, 0, MAX_MESSAGE)


def _comment(text: str) -> str:
    return clean(text, 0, MAX_COMMENT)


Id = Annotated[str, Field(max_length=100), AfterValidator(encodable)]
QuestionText = Annotated[str, AfterValidator(_question), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_QUESTION})]
MessageText = Annotated[str, AfterValidator(_message), WithJsonSchema({"type": "string", "maxLength": MAX_MESSAGE})]
CommentText = Annotated[str, AfterValidator(_comment), WithJsonSchema({"type": "string", "maxLength": MAX_COMMENT})]


class Body(BaseModel):
    """The base of every request body."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class HistoryMessage(Body):
    """One message of a conversation that the caller keeps."""

    role: Literal["user", "assistant"]
    content: MessageText

    def turn(self) -> Turn:
        """The same as a domain value."""
        return Turn(role=self.role, content=self.content)


class FilterBody(Body):
    """Which documents may be cited; an empty list allows all."""

    documents: list[Id] = Field(default=[], max_length=MAX_FILTERED, description="Document ids, as /v1/documents lists them.")
    kinds: list[Kind] = Field(default=[], max_length=MAX_FILTERED)

    def filters(self) -> Filters:
        """The same as a domain value."""
        return Filters(documents=tuple(self.documents), kinds=tuple(self.kinds))


class ChatRequest(Body):
    """One question, with what is needed to understand it."""

    question: QuestionText = Field(description="1 to 2,000 characters after trimming; no control characters but line ends and tabs.")
    conversation_id: Id | None = Field(default=None, description="Goes on with a conversation that the service keeps.")
    history: list[HistoryMessage] | None = Field(
        default=None,
        max_length=MAX_HISTORY,
        description="What was said before, for a caller who keeps the turns; the service then keeps none. Not together with conversation_id.",
    )
    filters: FilterBody = FilterBody()
    answerer: AnswererName = "auto"
    stream: bool = Field(default=False, description="Answer as a stream of server-sent events.")


class SearchRequest(Body):
    """What to look for in the documents."""

    query: QuestionText
    k: int = Field(default=10, ge=1, le=MAX_PASSAGES, description="At most so many passages.")
    mode: SearchMode = "hybrid"
    filters: FilterBody = FilterBody()


class FeedbackRequest(Body):
    """What a person says of one answer."""

    answer_id: Id = Field(min_length=1)
    rating: Literal["up", "down"]
    comment: CommentText = ""
    reasons: list[Reason] = Field(default=[], max_length=5)
