import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.knowledge.sentences import spans


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@given(st.one_of(st.text(), st.text(alphabet="aA1 .!?;:()[]”\"'’…\n\t\r\x0b\x85\u2028\u00a0\u200b。")))
def test_spans_hold_every_character_but_white_space_between_them(text: str) -> None:
    cursor = 0
    for start, end in spans(text):
        assert not text[cursor:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        cursor = end
    assert not text[cursor:].strip()


@pytest.mark.parametrize(
    "sentence",
    [
        "The power in para. 4 applies.",
        "It cost approx. £2m to build.",
        "It holds several parts, incl. Part 3 and the rest.",
        "The sum stands in EWCA Civ. 7 of that year.",
        "See Regs. 5 and 6, and ss. 4 to 9.",
        "Section s. 65Z5 allows it, as reg. 5(3)(d) does.",
        "The organ works are by J. S. Bach of Leipzig.",
        "It was held (see annex.) and noted.",
        "The tide turns at 5 p.m. and again at night.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(sentence: str) -> None:
    assert cut(f"{sentence} The next one follows.") == [sentence, "The next one follows."]


@pytest.mark.parametrize(
    "first",
    [
        "The gain was the harbour's.",
        "The crew hadn't.",
        "We chose option B.",
        "They study the arts.",
        "The answer was no.",
        "It grew by 3.5%.",
        "It ended in 2021.",
    ],
)
def test_what_looks_like_an_abbreviation_may_end_a_sentence(first: str) -> None:
    assert cut(f"{first} Then it sailed.") == [first, "Then it sailed."]


def test_a_no_break_space_before_a_stop_does_not_end_the_process() -> None:
    assert cut("A\xa0.…1a. The next.")[-1] == "The next."
