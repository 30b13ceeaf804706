"""The time, and dates in words, no more exactly than they are known."""

from datetime import UTC, date, datetime
from typing import Literal

Precision = Literal["day", "month", "year"]


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def precision(value: date) -> Precision:
    """How exactly a date is known of which nothing else is said: the first of a month stands for the month."""
    return "month" if value.day == 1 else "day"


def dated(value: date, known: Precision | None = None) -> str:
    """`10 January 2022`, `August 2021` or `2021`."""
    known = known or precision(value)
    return f"{value:%Y}" if known == "year" else f"{value:%B %Y}" if known == "month" else f"{value.day} {value:%B %Y}"
