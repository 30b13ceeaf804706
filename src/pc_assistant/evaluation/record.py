"""What a run writes down: whole answers, so that scoring can be redone without asking again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.values import Value
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.jsonl import read_lines, text_of, write_lines
from pc_assistant.evaluation.split import Split

RESULTS = "results.jsonl"
RUN = "run.json"

Variant = Literal["typos", "capitals", "keywords", "padding"]
Key = tuple[str, Variant | None, int]


class RunInfo(Value):
    """What was asked of whom."""

    datasets: tuple[str, ...]
    split: Split
    target: str
    repeat: int = 1
    variants: bool = False
    seed: int = 0
    started: datetime


class Found(Value):
    """A passage as the evaluation sees it, wherever it came from."""

    passage_id: str
    document_id: str
    section: tuple[str, ...]
    text: str
    score: float

    @classmethod
    def of(cls, passage: Passage) -> "Found":
        """The passage without what is not judged."""
        chunk = passage.chunk
        return cls(passage_id=chunk.id, document_id=chunk.document_id, section=chunk.section, text=chunk.text, score=passage.score)


class Attempt(Value):
    """One question asked once: one line of `results.jsonl`.

    `found` are the passages that a search for the question gave (null where the service has no search), `held` the passages of the
    sections that the case names, `cited` the texts of the cited passages by id ("" where there is no such passage; absent where unknown).
    `elapsed_ms` is the time as the caller saw it. `answer` is null where the assistant failed; `error` says how.
    """

    case: Case
    variant: Variant | None = None
    repetition: int = 1
    question: str
    answer: Answer | None = None
    error: str | None = None
    found: tuple[Found, ...] | None = None
    held: tuple[Found, ...] = ()
    cited: dict[str, str] = {}
    elapsed_ms: float = 0.0

    @property
    def key(self) -> Key:
        """What makes this line the only one of its kind in a run."""
        return self.case.id, self.variant, self.repetition


class Record(Value):
    """What metrics judge: one attempt, and, with the first one, the other times the same thing was asked."""

    attempt: Attempt
    repetitions: tuple[Attempt, ...] = ()
    variants: tuple[Attempt, ...] = ()

    @property
    def case(self) -> Case:
        """The case that was asked."""
        return self.attempt.case

    @property
    def answer(self) -> Answer | None:
        """The answer, null where the assistant failed."""
        return self.attempt.answer

    @property
    def given(self) -> Answer | None:
        """The answer where one was expected and given: neither refused nor failed."""
        answer = self.attempt.answer
        return answer if answer and answer.status != "refused" and self.case.expect == "answer" else None


def read_attempts(directory: Path) -> list[Attempt]:
    """The attempts of a run; of two lines with one key the later counts. Raises UsageError when there are none."""
    attempts = {attempt.key: attempt for _, attempt in read_lines(directory / RESULTS, Attempt)}
    if not attempts:
        raise UsageError(f"{directory / RESULTS} holds no result; run `pc-assistant eval run --out {directory}` first")
    return list(attempts.values())


def read_run(directory: Path) -> RunInfo:
    """What was asked of whom in the run recorded in `directory`. Raises UsageError."""
    return RunInfo.model_validate_json(text_of(directory / RUN))


def write_attempts(directory: Path, attempts: Iterable[Attempt]) -> None:
    """Replaces the results of a run, all or none: answers that were asked for are never lost half-way."""
    beside = directory / f"{RESULTS}.new"
    write_lines(beside, attempts)
    beside.replace(directory / RESULTS)


def with_cases(attempts: Iterable[Attempt], cases: Mapping[str, Case]) -> list[Attempt]:
    """The attempts with their cases as they now read; those of no such case as they are."""
    return [attempt.model_copy(update={"case": cases.get(attempt.case.id, attempt.case)}) for attempt in attempts]


def records(attempts: Iterable[Attempt]) -> list[Record]:
    """One record a case and repetition, sorted by both whatever the order of the attempts."""
    plain: dict[str, list[Attempt]] = defaultdict(list)
    varied: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in sorted(attempts, key=lambda attempt: (attempt.case.id, attempt.repetition, attempt.variant or "")):
        (varied if attempt.variant else plain)[attempt.case.id].append(attempt)
    found: list[Record] = []
    for case_id, (first, *later) in plain.items():
        found.append(Record(attempt=first, repetitions=tuple(later), variants=tuple(varied[case_id])))
        found += [Record(attempt=attempt) for attempt in later]
    return found
