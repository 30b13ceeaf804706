"""Receipt: an answer as it was kept, with all that is needed to ask again and see what has changed."""

from datetime import datetime

from pydantic import Field

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import MAX_HISTORY, Filters, KeptAnswer, Turn
from pc_assistant.domain.traces import Check, Trace
from pc_assistant.domain.values import Value


class StepTime(Value):
    """One step of a question's way, and the milliseconds that it took."""

    name: str
    ms: float


class ReceiptPassage(Value):
    """A passage that was found or cited; `sha256` is of its text in UTF-8 as it then was, `score` null where it was cited only."""

    passage_id: str
    document_id: str
    sha256: str | None = None
    score: float | None = None
    cited: bool


class Receipt(Answer):
    """An answer and how it came about. What only newer versions record is empty for an answer of an older one."""

    created: datetime
    question: str = Field(description="The question as it was kept, without personal data.")
    history: tuple[Turn, ...] = Field((), description="What was said before, where the service keeps the conversation.")
    filters: Filters = Filters()
    wanted: str = Field("auto", description="The answerer that was asked for; `answerer` is the one that answered.")
    steps: tuple[StepTime, ...] = Field((), description="The steps that ran, in order, with the time that each took.")
    passages: tuple[ReceiptPassage, ...] = ()
    verification: tuple[Check, ...] = Field((), description="Every line of the draft, also those that were left out, and why.")
    made_with: dict[str, str] = Field({}, description="The versions of the software and of the models.")
    fallback: str | None = Field(None, description="Why a language model that was asked did not give the answer, or not the whole of it.")


def receipt(kept: KeptAnswer, created: datetime) -> Receipt:
    """The receipt of an answer that is kept with its trace."""
    answer, trace = kept.answer, kept.answer.trace or Trace()
    return Receipt(
        **{name: getattr(answer, name) for name in Answer.model_fields if name != "trace"},
        created=created,
        question=kept.question,
        history=kept.history[-MAX_HISTORY:],
        filters=Filters(documents=trace.documents, kinds=trace.kinds),
        wanted=trace.wanted,
        steps=tuple(StepTime(name=name, ms=answer.timings_ms.get(name, 0.0)) for name in trace.steps),
        passages=_passages(answer, trace),
        verification=trace.checks,
        made_with=trace.made_with,
        fallback=trace.fallback,
    )


def _passages(answer: Answer, trace: Trace) -> tuple[ReceiptPassage, ...]:
    cited = {citation.passage_id: citation.document_id for citation in answer.citations}
    found = {passage.passage_id: passage for passage in answer.retrieved}
    documents = {name: passage.document_id for name, passage in found.items()} | cited
    return tuple(
        ReceiptPassage(
            passage_id=name,
            document_id=document,
            sha256=trace.hashes.get(name),
            score=found[name].score if name in found else None,
            cited=name in cited,
        )
        for name, document in documents.items()
    )
