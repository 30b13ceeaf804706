"""Operations: how a service does over some days, for those who run it."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from pc_assistant.domain.answers import RefusalReason, Status
from pc_assistant.domain.values import Value

DocumentState = Literal["cited", "held", "removed"]


class Outcomes(Value):
    """The questions of one day (UTC), by outcome; the refused ones by reason besides."""

    day: date
    answered: int = 0
    partial: int = 0
    refused: int = 0
    reasons: dict[RefusalReason, int] = {}

    @property
    def total(self) -> int:
        """All of them."""
        return self.answered + self.partial + self.refused


class Theme(Value):
    """Questions that the documents did not answer and that share words, the words most shared first."""

    words: tuple[str, ...]
    number: int
    questions: tuple[str, ...] = Field(description="Some of them, as they are kept: without personal data that was recognised.")


class DocumentUse(Value):
    """A document and how many of the answers cite it."""

    document_id: str
    title: str
    state: DocumentState
    answers: int


class RatedAnswer(Value):
    """What somebody said of an answer, and the question and answer that it is about."""

    created: datetime
    rating: Literal["up", "down"]
    reasons: tuple[str, ...]
    comment: str
    answer_id: str
    question: str
    status: Status
    answer: str


class IndexState(Value):
    """What is held. `pending` are documents by whose change the index is behind the corpus folder; null where that cannot be told."""

    version: str
    published: datetime
    chunks: int
    pending: tuple[str, ...] | None


class Measured(Value):
    """A metric of an evaluation: its mean over `n` cases, and the interval of 95%."""

    name: str
    n: int
    mean: float
    low: float
    high: float


class Evaluated(Value):
    """The baseline of the evaluation, and whether it was run on what is held now."""

    name: str
    started: datetime
    on_this_corpus: bool
    metrics: tuple[Measured, ...]


class Spent(Value):
    """Tokens of the language model on one day (UTC), and what they cost; null where the prices are not set."""

    day: date
    tokens_in: int
    tokens_out: int
    cost: float | None


class Operations(Value):
    """All of it, newest days and feedback first. `truncated` says that there were more answers than were looked at."""

    since: date
    outcomes: tuple[Outcomes, ...]
    themes: tuple[Theme, ...]
    documents: tuple[DocumentUse, ...]
    feedback: tuple[RatedAnswer, ...]
    index: IndexState | None
    evaluations: tuple[Evaluated, ...]
    spending: tuple[Spent, ...]
    truncated: bool = False
