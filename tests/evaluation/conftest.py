"""A small world whose right answers are known, an assistant that gives them, and ways to spoil it."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pc_assistant.domain.answers import Answer, Citation, Notice
from pc_assistant.domain.conversations import Filters, Question, Turn
from pc_assistant.domain.documents import Chunk, Document, Passage
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.ports import Assistant, SearchMode
from pc_assistant.evaluation.case import Case, Source
from pc_assistant.evaluation.record import Attempt, RunInfo
from pc_assistant.evaluation.run import ask_all, planned, prepare, remaining, settle

PLACES = 48
DOCUMENTS = [Document(id=f"report-{number}", title=f"Report {number}", published=date(2021, 6, number + 1)) for number in range(3)]


def _passage(number: int) -> Passage:
    document = DOCUMENTS[number % len(DOCUMENTS)]
    chunk = Chunk(
        id=f"{document.id}/{number}",
        document_id=document.id,
        ordinal=number,
        section=(f"Chapter {number % len(DOCUMENTS)}", f"Visits in place{number:02}"),
        heading=f"Visits in place{number:02}",
        anchor=f"place{number:02}",
        text=f"The trust of place{number:02} counted {300 + number} visits during winter.",
        units=(),
    )
    return Passage(chunk=chunk, document=document, score=1.0, rank=1)


class Oracle:
    """Knows the visits of every place and nothing else. A place's name holds a figure, so that no variant of a question hides it."""

    passages = tuple(_passage(number) for number in range(PLACES))

    async def ask(self, question: Question) -> Answer:
        said = " ".join([*(turn.content for turn in question.history), question.text]).casefold()
        found = [self.passages[int(number)] for number in sorted(set(re.findall(r"place(\d\d)", said)))]
        if not found or "2019" in said:
            return Answer(id="a", status="refused", answer="The documents do not say. Ask about visits.", reason="not_covered")
        lines = [f"{one.chunk.text[:-1]} [{marker}]." for marker, one in enumerate(found, start=1)]
        return Answer(
            id="a",
            status="answered",
            answer=lines[0] if len(lines) == 1 else "What the reports say:\n\n" + "\n".join(f"- {line}" for line in lines),
            citations=tuple(_citation(marker, one) for marker, one in enumerate(found, start=1)),
            notices=(Notice(code="old", message="This is old."),),
            confidence=1.0,
            standalone_question=f"Visits in {' '.join(one.chunk.anchor for one in found)}?" if question.history else None,
            timings_ms={"retrieve": 2.0, "answer": 1.0, "total": 3.0},
            corpus_version="c1",
        )

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        named = re.findall(r"place\d\d", query.casefold())
        allowed = [one for one in self.passages if not filters.documents or one.document.id in filters.documents]
        best_first = sorted(allowed, key=lambda one: one.chunk.anchor not in named)
        return [one.model_copy(update={"rank": rank, "score": 1 / rank}) for rank, one in enumerate(best_first[:k], start=1)]

    async def passage_text(self, passage_id: str) -> str:
        for one in self.passages:
            if one.chunk.id == passage_id:
                return one.chunk.text
        raise NotFound(f"there is no passage {passage_id}")


def _citation(marker: int, one: Passage) -> Citation:
    return Citation(
        marker=marker,
        document_id=one.document.id,
        title=one.document.title,
        publisher=one.document.publisher,
        published=one.document.published,
        kind=one.document.kind,
        representation=one.document.representation,
        section=one.chunk.section,
        passage_id=one.chunk.id,
        quote=one.chunk.text,
        url="/",
    )


class Spoilt(Oracle):
    """The oracle with every answer changed before it is given."""

    def __init__(self, spoil: Callable[[Answer], Answer]) -> None:
        self._spoil = spoil

    async def ask(self, question: Question) -> Answer:
        return self._spoil(await super().ask(question))


def _wrong_number(answer: Answer) -> Answer:
    return answer.model_copy(update={"answer": re.sub(r"\b3(\d\d)\b", r"9\1", answer.answer)})


def _dropped_marker(answer: Answer) -> Answer:
    return answer.model_copy(update={"answer": answer.answer.replace(" [1]", "")})


def _invented_quote(answer: Answer) -> Answer:
    return answer.model_copy(
        update={"citations": tuple(one.model_copy(update={"quote": f"{one.quote} Indeed."}) for one in answer.citations)}
    )


def _refusal_of_everything(answer: Answer) -> Answer:
    return Answer(id="a", status="refused", answer="I cannot say.", reason="out_of_scope")


def _answer_to_everything(answer: Answer) -> Answer:
    if answer.status == "answered":
        return answer
    one = Oracle.passages[0]
    return Answer(id="a", status="answered", answer=f"{one.chunk.text[:-1]} [1].", citations=(_citation(1, one),), confidence=1.0)


def _shuffled_citations(answer: Answer) -> Answer:
    def next_place(citation: Citation) -> Citation:
        number = int(citation.passage_id.rpartition("/")[2])
        return _citation(citation.marker, Oracle.passages[(number + 1) % PLACES])

    return answer.model_copy(update={"citations": tuple(map(next_place, answer.citations))})


FAULTS = {
    "wrong number": _wrong_number,
    "dropped marker": _dropped_marker,
    "invented quote": _invented_quote,
    "refusal of everything": _refusal_of_everything,
    "answer to everything": _answer_to_everything,
    "shuffled citations": _shuffled_citations,
}


def _cases() -> list[Case]:
    def about(number: int, question: str, category: str, history: tuple[Turn, ...] = (), more: tuple[int, ...] = ()) -> Case:
        numbers = (number, *more)
        return Case(
            id=f"{category}-{number:02}",
            category=category,
            question=question,
            history=history,
            expect="answer",
            key_facts=tuple((rf"\b{300 + one}\b",) for one in numbers),
            sources=tuple(Source(doc=Oracle.passages[one].document.id, section=f"Visits in place{one:02}") for one in numbers),
            notices=("old",),
        )

    history = (Turn(role="user", content="I want to know about {}."), Turn(role="assistant", content="Please ask."))
    cases = [
        about(number, f"How many visits were counted during winter by the trust of place{number:02}?", "numbers") for number in range(24)
    ]
    for number in range(24, 36):
        turns = tuple(turn.model_copy(update={"content": turn.content.format(f"place{number:02}")}) for turn in history)
        cases.append(about(number, "And how many visits?", "follow-ups", turns))
    cases += [
        about(number, f"Compare visits in place{number:02} with place{number + 1:02}.", "several", more=(number + 1,))
        for number in range(36, 46)
    ]
    cases += [
        Case(
            id=f"near-{number:02}",
            category="near-miss",
            question=f"What was the budget of place{number:02} in 2019?",
            expect="refuse",
            reason="not_covered",
        )
        for number in range(12)
    ]
    cases += [
        Case(id=f"far-{number:02}", category="other-topic", question=f"Who won the cup in {1950 + number}?", expect="refuse")
        for number in range(12)
    ]
    return cases


Record = Callable[..., list[Attempt]]


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    return _cases()


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture(scope="session")
def faults() -> dict[str, Assistant]:
    return {name: Spoilt(spoil) for name, spoil in FAULTS.items()}


@pytest.fixture(scope="session")
def spoilt() -> Callable[[Callable[[Answer], Answer]], Assistant]:
    return Spoilt


def _info(**changes: object) -> RunInfo:
    return RunInfo(datasets=("world",), split="all", target="in-process", started=datetime(2026, 1, 2, tzinfo=UTC)).model_copy(
        update=changes
    )


@pytest.fixture(scope="session")
def info() -> Callable[..., RunInfo]:
    return _info


@pytest.fixture(scope="session")
def record() -> Record:
    """Asks all cases of an assistant and records the run in a folder."""

    def run(assistant: Assistant, cases: Sequence[Case], directory: Path, **changes: object) -> list[Attempt]:
        run = prepare(directory, _info(**changes), resume=True)
        asks = planned(cases, run)
        asyncio.run(ask_all(assistant, remaining(directory, asks), directory))
        return settle(directory, asks)

    return run


@pytest.fixture(scope="session")
def perfect(oracle: Oracle, cases: list[Case], record: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded run of the oracle."""
    directory = tmp_path_factory.mktemp("perfect")
    record(oracle, cases, directory)
    return directory
