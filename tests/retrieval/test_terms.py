import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.retrieval.terms import STOP, stem, terms, vocabulary, words


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("under s65Z5 of the Act", "s65z5"),
        ("section 65Z5 allows it", "65z5"),
        ("£2m saved", "£2m"),
        ("£1,200.50 a head", "£1200.50"),
        ("1,000,000 people", "1000000"),
        ("40% were considering it", "40%"),
        ("3.6 million people", "3.6"),
        ("the NHS-led model", "nhs-led"),
        ("A&E waits", "a&e"),
        ("in 2021/22", "2021"),
        ("St George’s trust", "georg"),
    ],
)
def test_what_leaders_write_survives_as_one_term(text: str, kept: str) -> None:
    assert kept in terms(text)


def test_a_section_of_an_act_is_found_with_and_without_its_s() -> None:
    assert "65z5" in set(terms("s65Z5")) & set(terms("section 65Z5"))


def test_the_parts_of_a_compound_stand_beside_it() -> None:
    assert terms("NHS-led") == ["nhs", "led", "nhs-led"]


def test_figures_are_not_cut_or_stemmed() -> None:
    assert terms("73 miles to 7") == ["73", "mile", "7"]
    assert stem("£9m") == "£9m"


def test_words_that_carry_no_meaning_go() -> None:
    assert terms("What is it that they would do to us?") == []


def test_inflections_share_a_term() -> None:
    assert set(terms("delegating")) == set(terms("delegated")) == set(terms("delegates"))


@given(st.text(max_size=80))
def test_any_text_has_words_in_its_order_and_terms_without_stop_words(text: str) -> None:
    found = words(text)
    assert all(word == word.lower() and word for word in found)
    assert not STOP & {word for word in terms(text) if "-" not in word and word in found}
    assert vocabulary([text]) == frozenset(terms(text))


@given(st.lists(st.sampled_from(["ferry", "£2m", "40%", "s65Z5", "the", "pilots"]), max_size=8))
def test_case_and_spacing_change_nothing(chosen: list[str]) -> None:
    assert terms("  ".join(chosen).upper()) == terms(" ".join(chosen))
