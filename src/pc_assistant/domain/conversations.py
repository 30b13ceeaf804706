"""Question, Turn, Conversation, Feedback: what people say."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from pc_assistant.domain.documents import Kind
from pc_assistant.domain.values import Value

MAX_QUESTION = 2000
MAX_HISTORY = 20

AnswererName = Literal["auto", "extractive", "llm"]


class Turn(Value):
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class Filters(Value):
    """Which documents may be cited; an empty list allows all."""

    documents: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


class Question(Value):
    """What was asked, with what was said before. `text` is trimmed and has 1 to 2,000 characters."""

    text: str = Field(min_length=1, max_length=MAX_QUESTION)
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    answerer: AnswererName = "auto"


class Conversation(Value):
    """The turns that the service keeps under one id."""

    id: str
    created: datetime
    turns: tuple[Turn, ...] = ()


class Feedback(Value):
    """What a person said of one answer."""

    answer_id: str
    rating: Literal["up", "down"]
    comment: str = ""
    reasons: tuple[str, ...] = ()
