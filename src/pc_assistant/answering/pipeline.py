"""A question's way: the ordered list of steps, and nothing else."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pc_assistant.answering.state import Corpus, State, Step
from pc_assistant.answering.steps.annotate import annotate
from pc_assistant.answering.steps.answer import make_answer
from pc_assistant.answering.steps.retrieve import make_query, make_retrieve, search
from pc_assistant.answering.steps.rewrite import make_rewrite
from pc_assistant.answering.steps.route import route
from pc_assistant.answering.steps.screen import screen
from pc_assistant.answering.steps.verify import verify
from pc_assistant.answering.tracing import trace
from pc_assistant.domain.answers import Answer, Retrieved
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import Embedder, SearchMode

if TYPE_CHECKING:  # only who has a language model needs what it imports
    from pc_assistant.answering.answerers.llm import Writer


def steps(embedder: Embedder, writer: "Writer | None" = None) -> tuple[tuple[str, Step], ...]:
    """The steps by name, in order."""
    retrieve = make_retrieve(embedder)
    return (
        ("screen", screen),
        ("rewrite", make_rewrite(embedder)),
        ("route", route),
        ("retrieve", retrieve),
        ("answer", make_answer(retrieve, writer)),
        ("verify", verify),
        ("annotate", annotate),
    )


class Pipeline:
    """An Assistant in process. `corpus` gives the corpus of the moment; `clock` counts seconds; `new_id` makes answer ids.

    `made_with` names versions for receipts, the embedder's aside. `writer` is the language model, where there is one.
    """

    def __init__(
        self,
        corpus: Callable[[], Corpus],
        embedder: Embedder,
        clock: Callable[[], float] = time.perf_counter,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        made_with: Mapping[str, str] | None = None,
        writer: "Writer | None" = None,
    ) -> None:
        self._corpus = corpus
        self._embedder = embedder
        self._steps = steps(embedder, writer)
        self._clock = clock
        self._new_id = new_id
        self._made_with = {**(made_with or {}), "embedder": embedder.name}

    async def ask(self, question: Question) -> Answer:
        """One answer; a refusal is an answer."""
        return await asyncio.to_thread(self.answer, question)

    async def speak(self, question: Question, show: Callable[[str], None]) -> Answer:
        """The same as `ask`; `show` is handed the beginning of the answer piece by piece, as far as a language model's sentences pass."""
        return await asyncio.to_thread(self.answer, question, show)

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """At most `k` passages, best first."""

        def find() -> list[Passage]:
            corpus = self._corpus()
            return search(make_query(query, corpus, self._embedder, filters), corpus, k, mode)

        return await asyncio.to_thread(find)

    async def passage_text(self, passage_id: str) -> str:
        """The text of a passage. Raises NotFound."""
        return self._corpus().snapshot.passage(passage_id).text

    def answer(self, question: Question, show: Callable[[str], None] | None = None) -> Answer:
        """The same as `ask` or `speak`, on the calling thread."""
        corpus = self._corpus()
        state = run(State(question=question, corpus=corpus, text=question.text, show=show), self._steps, self._clock)
        assert state.status is not None
        return Answer(
            id=self._new_id(),
            asked=state.asked,
            status=state.status,
            answer=state.answer,
            citations=state.citations,
            notices=state.notices,
            suggestions=state.suggestions,
            confidence=round(state.confidence, 4),
            reason=state.reason,
            standalone_question=state.standalone,
            retrieved=tuple(Retrieved(passage_id=p.chunk.id, document_id=p.document.id, score=round(p.score, 4)) for p in state.passages),
            timings_ms=_timings(state.timings),
            corpus_version=corpus.snapshot.version,
            answerer=state.answerer,
            prompt_version=state.prompt_version,
            trace=trace(state, self._made_with),
        )


def run(state: State, ordered: Sequence[tuple[str, Step]], clock: Callable[[], float]) -> State:
    """Takes a state through the steps, each timed; a finished state passes all but `annotate` by."""
    begun = clock()
    for name, step in ordered:
        if state.status is not None and name != "annotate":
            continue
        before = clock()
        state = step(state)
        state = replace(state, timings={**state.timings, name: clock() - before})
    return replace(state, timings={**state.timings, "total": clock() - begun})


def _timings(seconds: dict[str, float]) -> dict[str, float]:
    """Milliseconds a step; `retrieve`, `answer` and `total` are always there."""
    return {name: round(1000 * seconds.get(name, 0.0), 3) for name in dict.fromkeys(["retrieve", "answer", *seconds, "total"])}
