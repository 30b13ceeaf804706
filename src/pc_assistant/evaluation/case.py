"""Case: one question with what a right answer must state, or why it must be refused."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from pc_assistant.domain.answers import RefusalReason
from pc_assistant.domain.conversations import MAX_HISTORY, MAX_QUESTION, Turn
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.values import Value
from pc_assistant.evaluation.jsonl import read_lines


class Source(Value):
    """Where a fact stands: a document and a heading of the original (or a path of headings joined by " > ")."""

    doc: str = Field(min_length=1)
    section: str = Field(min_length=1)


class Case(Value):
    """One line of a dataset.

    `key_facts` holds one list of alternative regular expressions a fact; a fact is stated where any of them is found, ignoring case.
    `min_facts` is how many facts a complete answer states (all, where it is null; 0 only where a refusal is expected). `notices` are the
    notice codes that a right answer carries (null: not judged), `reason` the reason of a right refusal, `figure` the figure as the original
    writes it.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")
    category: str = Field(min_length=1)
    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    history: tuple[Turn, ...] = Field(default=(), max_length=MAX_HISTORY)
    expect: Literal["answer", "refuse"]
    key_facts: tuple[tuple[str, ...], ...] = ()
    min_facts: int | None = Field(default=None, ge=0)
    sources: tuple[Source, ...] = ()
    note: str = ""
    notices: tuple[str, ...] | None = None
    reason: RefusalReason | None = None
    figure: str | None = None

    @field_validator("key_facts")
    @classmethod
    def _patterns_compile(cls, facts: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        for number, alternatives in enumerate(facts, start=1):
            if not alternatives:
                raise ValueError(f"fact {number} has no pattern")
            for pattern in alternatives:
                try:
                    re.compile(pattern)
                except re.error as error:
                    raise ValueError(f"fact {number}: {pattern!r} is not a regular expression: {error}") from error
        return facts

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.expect == "answer" and not self.key_facts:
            raise ValueError("a case that expects an answer states at least one key fact")
        if self.expect == "answer" and self.min_facts == 0:
            raise ValueError("min_facts is 0: a case that expects an answer needs at least one of its key facts")
        if self.expect == "answer" and self.reason:
            raise ValueError("only a case that expects a refusal has a reason")
        if self.min_facts and self.min_facts > len(self.key_facts):
            raise ValueError(f"min_facts is {self.min_facts}, but there are {len(self.key_facts)} key facts")
        return self

    @property
    def needed(self) -> int:
        """How many key facts a complete answer states."""
        return self.min_facts or len(self.key_facts)

    def stated(self, text: str) -> tuple[bool, ...]:
        """Which key facts `text` (already plain, see `text.plain`) states."""
        return tuple(any(re.search(pattern, text, re.IGNORECASE) for pattern in fact) for fact in self.key_facts)


class DatasetCase(Value):
    """A case with the dataset it came from: the file's name without its suffix."""

    dataset: str
    case: Case


def load_cases(paths: Sequence[Path]) -> list[DatasetCase]:
    """The cases of all files in order. Raises UsageError naming every fault by file and line, ids used twice included."""
    cases: list[DatasetCase] = []
    first_seen: dict[str, str] = {}
    faults: list[str] = []
    for path in paths:
        try:
            lines = read_lines(path, Case)
        except UsageError as error:
            faults.append(str(error))
            continue
        for number, case in lines:
            if case.id in first_seen:
                faults.append(f"{path}:{number}: id: {case.id!r} is used already at {first_seen[case.id]}")
            first_seen.setdefault(case.id, f"{path}:{number}")
            cases.append(DatasetCase(dataset=path.stem, case=case))
    if faults:
        raise UsageError("\n".join(faults))
    if not cases:
        raise UsageError("there is no case to ask; give at least one dataset with --dataset FILE")
    return cases
