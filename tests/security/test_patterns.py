"""No text that somebody types, or puts into a document, makes a regular expression work long: its time grows as the text does, and no faster."""

import re
import time

import pytest

from tests.security.patterns import hostile, patterns

PACKAGES = ("answering", "retrieval", "knowledge", "channels", "bots", "web", "domain", "adapters.loaders", "settings", "mcp")
LENGTH = 2_000
SHORTER = 4  # how many times shorter the other string is
BRIEF = 0.003  # seconds within which nothing is asked about how it grows
LONGEST = 0.15
LINEAR = 2.2 * SHORTER


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """The processor time of looking through a text, the best of three where it is not brief."""
    best = 1e9
    for _ in range(3):
        began = time.thread_time()
        for _ in pattern.finditer(text):
            pass
        best = min(best, time.thread_time() - began)
        if best < BRIEF or best > LONGEST:
            break
    return best


def slow(pattern: re.Pattern[str]) -> list[str]:
    """The strings for which its time grows faster than they do, each by its beginning."""
    found = []
    for text in hostile(pattern, LENGTH):
        spent = seconds(pattern, text)
        if spent > LONGEST or (spent > BRIEF and spent > LINEAR * seconds(pattern, text[: LENGTH // SHORTER - 1] + text[-1])):
            found.append(f"{text[:40]!r}… takes {spent * 1000:.0f} ms")
    return found


def test_time_grows_with_the_length_of_a_text() -> None:
    found = patterns(*(f"pc_assistant.{package}" for package in PACKAGES))
    assert len(found) > 140
    assert {name: told for name, pattern in found.items() if (told := slow(pattern))} == {}


@pytest.mark.parametrize("pattern", [r"[A-Z]\w*(?:\s+[A-Z]\w*)+", r"</?b(?:\s+\w+\s*=[^<>]*)?\s*/?>", r"\b[\w.]+@\w+"])
def test_what_is_slow_is_found(pattern: str) -> None:
    assert slow(re.compile(pattern))
