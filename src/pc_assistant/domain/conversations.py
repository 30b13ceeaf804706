"""Question, Turn, Conversation, Feedback: what people say, and what is kept of it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal

from pydantic import Field

from pc_assistant.domain.answers import Answer
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


class KeptAnswer(Value):
    """An answer as it was kept, with the question that it was given to and the turns before that question, oldest first."""

    question: str
    history: tuple[Turn, ...] = ()
    answer: Answer


class KeptFeedback(Value):
    """What a person said of an answer, with that answer."""

    feedback: Feedback
    created: datetime
    about: KeptAnswer


def turns_of(question: str, answer: Answer) -> tuple[Turn, Turn]:
    """One exchange as a conversation keeps it."""
    return Turn(role="user", content=question), Turn(role="assistant", content=answer.answer)


def history_before(question: str, answer: Answer, turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns of a conversation before the first exchange of this question and answer; none where it is not among them."""
    exchange = turns_of(question, answer)
    return next((tuple(turns[:place]) for place, pair in enumerate(pairwise(turns)) if pair == exchange), ())
