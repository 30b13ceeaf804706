"""Metric and Score: a name, a judgement of one record, and what to do with the result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.record import Record


class Score(Value):
    """The judgement of one record by one metric. The reason lets a reader disagree."""

    value: float
    reason: str


@dataclass(frozen=True)
class Metric:
    """How one aspect of an answer is judged.

    `judge` returns None where the metric does not apply; 0 means bad, never absent. `gate` is how the gate treats it: "noise" lets pass
    what the number of cases cannot show, "strict" forgives nothing (it states a promise of the contract), "no" only reports it.
    """

    name: str
    judge: Callable[[Record], Score | None]
    meaning: str
    better: Literal["higher", "lower"] = "higher"
    gate: Literal["noise", "strict", "no"] = "noise"
    unit: Literal["share", "words", "ms"] = "share"


def share(good: int, of: int, reason: str) -> Score:
    """`good` out of `of`, with the count in front of the reason."""
    return Score(value=good / of, reason=f"{good} of {of}" + (f": {reason}" if reason else ""))
