"""The syllable counter and the reading ease."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.reading import reading_ease, syllables

COUNTED = {
    1: "the care used make role whole rules shared based through",
    2: "needed achieved table people little social create agreed places houses science patient quiet doing being changes leaders",
    3: "provider governance clinical hospital ambulance leadership area radio creation foundation previous various quality resourcing together",
    4: "community situation delegated integrated statutory variety reliable continuous experience",
    5: "collaborative organisation evaluation confederation individual",
    6: "accountability",
}


@pytest.mark.parametrize(("word", "count"), [(word, count) for count, words in COUNTED.items() for word in words.split()])
def test_syllables_of_the_words_of_the_trade(word: str, count: int) -> None:
    assert syllables(word) == count


def test_an_acronym_is_said_letter_by_letter() -> None:
    assert syllables("ICS") == 3
    assert syllables("WYAAT") == 7


def test_the_formula() -> None:
    """Six words of one syllable: 206.835 − 1.015 · 6 − 84.6."""
    assert reading_ease(["The cat sat on the mat."]) == pytest.approx(116.145)
    assert reading_ease([]) == 100.0


def test_longer_words_and_longer_sentences_read_less_easily() -> None:
    easy = reading_ease(["We meet each week.", "We talk of beds and staff."])
    assert reading_ease(["We meet each week and we talk of beds and staff."]) < easy
    assert (
        reading_ease(["Representatives deliberate collaboratively.", "Organisational accountability necessitates deliberation."]) < 0 < easy
    )


@given(st.from_regex(r"[A-Za-z]{1,20}", fullmatch=True))
def test_every_word_has_a_syllable(word: str) -> None:
    assert syllables(word) >= 1
