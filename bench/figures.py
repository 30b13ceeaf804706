"""Figure, Row, Part: what was measured, with its spread, how often, and the budget that it is held to."""

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np
from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(Value):
    """A number and the range that it lies in: lowest and highest round, or a 95% interval."""

    value: float
    low: float
    high: float


class Budget(Value):
    """What the figure in `column` may at most, or must at least, be."""

    column: str
    most: float | None = None
    least: float | None = None

    def met(self, value: float) -> bool:
        """Whether a value keeps it."""
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)


class Row(Value):
    """One thing measured: its figures by column, and the number of observations that they rest on, all rounds together."""

    what: str
    figures: dict[str, Figure]
    n: int
    budget: Budget | None = None


class Part(Value):
    """Rows that are read together. A column's name ends with its unit."""

    title: str
    note: str
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the rows, in order of appearance."""
        return tuple(dict.fromkeys(column for row in self.rows for column in row.figures))


def exact(value: float) -> Figure:
    """A figure that is the same every time."""
    return Figure(value=value, low=value, high=value)


def over_rounds(values: Sequence[float]) -> Figure:
    """The median of what the rounds gave, with the lowest and the highest."""
    return Figure(value=median(values), low=min(values), high=max(values))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    return float(np.quantile(values, share))


def columns_over_rounds(rounds: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """For each column the figure over the rounds."""
    return {column: over_rounds([found[column] for found in rounds]) for column in rounds[0]}
