"""A run writes whole answers, can be taken up where it stopped, and never mixes two assistants."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.errors import NotFound, SetupError, UsageError
from pc_assistant.domain.ports import Assistant, SearchMode
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.record import RESULTS, Attempt, RunInfo, read_attempts
from pc_assistant.evaluation.run import Ask, ask_all, planned, prepare, remaining

Recorder = Callable[..., list[Attempt]]
Info = Callable[..., RunInfo]


class Counting:
    """Passes everything on and counts the questions; breaks off after a number of them."""

    def __init__(self, inner: Assistant, breaks_after: int = 10**6) -> None:
        self._inner = inner
        self._breaks_after = breaks_after
        self.asked: list[str] = []

    async def ask(self, question: Question) -> Answer:
        if len(self.asked) == self._breaks_after:
            raise SetupError("the service is gone")
        self.asked.append(question.text)
        return await self._inner.ask(question)

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        return await self._inner.search(query, k, mode, filters)


def test_an_attempt_holds_the_whole_answer_and_its_evidence(oracle: Assistant, cases: list[Case], record: Recorder, tmp_path: Path) -> None:
    follow_up = next(case for case in cases if case.category == "follow-ups")
    [attempt] = record(oracle, [follow_up], tmp_path)
    assert attempt.answer == asyncio.run(oracle.ask(Question(text=follow_up.question, history=follow_up.history)))
    assert attempt.found is not None
    assert len(attempt.found) == 10
    assert attempt.found[0].text.startswith("The trust of place24 counted 324 visits")
    assert [passage.section[-1] for passage in attempt.held] == ["Visits in place24"]
    assert attempt.cited == {attempt.found[0].passage_id: attempt.found[0].text}


def test_the_passages_of_a_named_section_are_held_even_where_the_search_missed_them(
    oracle: Assistant, cases: list[Case], record: Recorder, tmp_path: Path
) -> None:
    class Blind(Counting):
        async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
            return await super().search(query if filters.documents else "nothing", k, mode, filters)

    [attempt] = record(Blind(oracle), cases[30:31], tmp_path)
    assert "place30" not in " ".join(passage.text for passage in attempt.found or ())
    assert [passage.section[-1] for passage in attempt.held] == ["Visits in place30"]
    assert list(attempt.cited.values()) == [attempt.held[0].text]


def test_a_cited_passage_nobody_holds_is_known_to_be_absent(
    oracle: Assistant, spoilt: Callable[[Callable[[Answer], Answer]], Assistant], cases: list[Case], record: Recorder, tmp_path: Path
) -> None:
    def renamed(answer: Answer) -> Answer:
        return answer.model_copy(update={"citations": tuple(one.model_copy(update={"passage_id": "nowhere"}) for one in answer.citations)})

    reader = spoilt(renamed)
    [attempt] = record(reader, cases[:1], tmp_path / "reader")
    assert attempt.cited == {"nowhere": ""}
    [attempt] = record(Counting(reader), cases[:1], tmp_path / "search")
    assert attempt.cited == {}


def test_a_service_without_search_is_still_evaluated(oracle: Assistant, cases: list[Case], record: Recorder, tmp_path: Path) -> None:
    class Mute(Counting):
        async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
            raise NotFound("POST /v1/search: Not Found")

    [attempt] = record(Mute(oracle), cases[:1], tmp_path)
    assert (attempt.error, attempt.found, attempt.held, attempt.cited) == (None, None, (), {})


def test_the_caller_s_wait_is_measured(oracle: Assistant, cases: list[Case], info: Info, tmp_path: Path) -> None:
    run = prepare(tmp_path, info(), resume=False)
    ticks = count()
    asyncio.run(ask_all(oracle, planned(cases[:1], run), tmp_path, clock=lambda: next(ticks) * 0.25))
    assert read_attempts(tmp_path)[0].elapsed_ms == 250.0


def test_an_interrupted_run_goes_on_where_it_stopped(oracle: Assistant, cases: list[Case], record: Recorder, tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        record(Counting(oracle, breaks_after=3), cases[:5], tmp_path)
    with (tmp_path / RESULTS).open("ab") as results:
        results.write(b'{"case": {"id": "numbers-03", "qu')
    rest = Counting(oracle)
    attempts = record(rest, cases[:5], tmp_path)
    assert rest.asked == [case.question for case in cases[3:5]]
    assert [attempt.case.id for attempt in attempts] == [case.id for case in cases[:5]]
    assert read_attempts(tmp_path) == attempts
    assert len((tmp_path / RESULTS).read_text(encoding="utf-8").splitlines()) == 5


def test_failed_and_changed_questions_are_asked_again_and_facts_are_renewed(
    oracle: Assistant, cases: list[Case], record: Recorder, spoilt: Callable[[Callable[[Answer], Answer]], Assistant], tmp_path: Path
) -> None:
    def fails(answer: Answer) -> Answer:
        raise OSError("gone")

    record(spoilt(fails), cases[:1], tmp_path)
    record(oracle, cases[:3], tmp_path)
    changed = [
        cases[0],
        cases[1].model_copy(update={"question": f"Now then: {cases[1].question}"}),
        cases[2].model_copy(update={"key_facts": (("other",),)}),
    ]
    counting = Counting(oracle)
    attempts = record(counting, changed, tmp_path)
    assert counting.asked == [changed[1].question]
    assert [attempt.case for attempt in attempts] == changed
    assert all(attempt.error is None for attempt in attempts)


def test_repetitions_and_variants_are_asked_once_each(oracle: Assistant, cases: list[Case], record: Recorder, tmp_path: Path) -> None:
    counting = Counting(oracle)
    attempts = record(counting, cases[:1], tmp_path, repeat=3, variants=True)
    assert [(attempt.variant, attempt.repetition) for attempt in attempts] == [
        (None, 1),
        (None, 2),
        (None, 3),
        ("typos", 1),
        ("capitals", 1),
        ("keywords", 1),
        ("padding", 1),
    ]
    assert counting.asked == [attempt.question for attempt in attempts]
    assert len(set(counting.asked)) == 5
    assert all(attempt.found is None for attempt in attempts if attempt.variant)


def test_a_folder_holds_one_run(info: Info, tmp_path: Path) -> None:
    prepare(tmp_path, info(), resume=False)
    with pytest.raises(UsageError, match="--resume"):
        prepare(tmp_path, info(), resume=False)
    with pytest.raises(UsageError, match="holds a run with target in-process, not http://x"):
        prepare(tmp_path, info(target="http://x"), resume=True)
    assert prepare(tmp_path, info(repeat=2), resume=True).repeat == 2


def test_every_question_is_tracked(oracle: Assistant, cases: list[Case], info: Info, tmp_path: Path) -> None:
    run = prepare(tmp_path, info(), resume=False)
    seen: list[str] = []

    def track(asks: Sequence[Ask]) -> Iterator[Ask]:
        for ask in asks:
            seen.append(ask.question)
            yield ask

    asks = planned(cases[:2], run)
    asyncio.run(ask_all(oracle, remaining(tmp_path, asks), tmp_path, track=track))
    assert seen == [case.question for case in cases[:2]]
