"""Answer, Citation, Notice: what is said back, and why."""

from datetime import date
from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from pc_assistant.domain.dates import Precision
from pc_assistant.domain.documents import Kind, Representation
from pc_assistant.domain.traces import Trace
from pc_assistant.domain.values import Value

Status = Literal["answered", "partial", "refused"]
RefusalReason = Literal[
    "greeting",
    "instruction",
    "no_question",
    "not_covered",
    "out_of_scope",
    "personal_matter",
]


class Citation(Value):
    """A passage bound to sentences of an answer by a marker and a verbatim quote."""

    marker: int
    document_id: str
    title: str
    publisher: str
    published: date | None
    published_precision: Precision | None = None
    kind: Kind
    representation: Representation
    section: tuple[str, ...]
    page: int | None = None
    passage_id: str
    quote: str
    url: str


class Notice(Value):
    """Something that the reader must know to read the answer rightly."""

    code: str
    message: str


class Retrieved(Value):
    """A passage that was found for the question, used or not."""

    passage_id: str
    document_id: str
    score: float


class Answer(Value):
    """The whole answer to one question: the body of a `POST /v1/chat` response.

    `asked` is the question as it may be kept, without personal data; `answer` is Markdown with markers `[1]`; `reason` says why a refused
    question was refused; `standalone_question` is what a follow-up was taken to mean, null where the question stood alone; `confidence` is
    the estimated probability that the answer is right.
    """

    id: str
    conversation_id: str | None = None
    asked: str = ""
    status: Status
    answer: str
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    suggestions: tuple[str, ...] = ()
    confidence: float = 0.0
    answerer: str = "extractive"
    reason: RefusalReason | None = None
    standalone_question: str | None = None
    retrieved: tuple[Retrieved, ...] = ()
    timings_ms: dict[str, float] = {}
    corpus_version: str = ""
    prompt_version: str | None = None
    # How it came about: kept for the receipt, and left out wherever an answer is written.
    trace: SkipJsonSchema[Trace | None] = Field(default=None, exclude=True, repr=False)
