"""Figures in one form, however they are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.figures import MONTHS, figures, keys, supported


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("£2m", "£2 million"),
        ("£2.5bn", "£2,500,000,000"),
        ("£300k", "£300,000"),
        ("1.2 million people", "1,200,000 people"),
        ("66%", "66 per cent"),
        ("73 miles to seven", "seventy-three miles to 7"),
        ("2021/22", "2021-22"),
        ("mid-24/25", "2024/25"),
        ("5 December 2023", "December 5th, 2023"),
        ("9th September", "9 September"),
        ("section 65Z5", "s65Z5"),
        ("T4 beds", "tier 4 beds"),
        ("a hundred", "100"),
        ("a dozen", "twelve"),
        ("80–90%", "80% to 90%"),
        ("£2-3m", "£2m to £3m"),
        ("three quarters", "three-quarters"),
    ],
)
def test_one_figure_has_one_key(written: str, otherwise: str) -> None:
    assert keys(written) == keys(otherwise) != set()


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("£2m", "£2bn"),
        ("£2m", "2 million"),
        ("66%", "66"),
        ("5 December 2023", "6 December 2023"),
        ("2021/22", "2021"),
        ("a third", "a quarter"),
    ],
)
def test_different_facts_have_different_keys(written: str, other: str) -> None:
    assert keys(written) != keys(other)


def test_a_date_holds_its_parts() -> None:
    assert keys("5 December 2023") == {"dec", "5 dec", "dec 2023", "2023"}
    assert keys("April 2021 to March 2022") == {"apr", "apr 2021", "2021", "mar", "mar 2022", "2022"}


@pytest.mark.parametrize(
    "text",
    [
        "Call 020 7799 6666 or write to SW1P 3HZ",
        "https://example.org/2021/08/report-12.pdf and post@place12.org",
        "COVID-19",
        "Trusts may march on, and one of them is first",
        "the third sector and a two-way street",
    ],
)
def test_what_is_no_figure_has_no_key(text: str) -> None:
    assert keys(text) == set()


def test_may_is_a_month_only_where_it_must_be() -> None:
    assert keys("In May trusts met") == {"may"}
    assert keys("May 2021") == {"may", "may 2021", "2021"}
    assert keys("May trusts meet?") == set()


@pytest.mark.parametrize(("key", "held"), [("2/3", {"66%"}), ("67%", {"2/3"}), ("1/2", {"50%"}), ("#2", {"2"}), ("4", {"#4"})])
def test_the_same_fact_in_another_shape_supports_it(key: str, held: set[str]) -> None:
    assert supported(key, held)
    assert not supported(key, {"7"})


@given(st.integers(0, 10**7), st.sampled_from(["", "£"]))
def test_thousands_separators_change_nothing(number: int, sign: str) -> None:
    assert keys(f"about {sign}{number:,} people") == keys(f"about {sign}{number} people") == {f"{sign}{number}"}


@given(st.decimals(min_value=Decimal("0.1"), max_value=999, places=1), st.sampled_from([("m", "million", 10**6), ("bn", "billion", 10**9)]))
def test_a_scale_is_a_factor(number: Decimal, scale: tuple[str, str, int]) -> None:
    short, long, factor = scale
    assert keys(f"£{number}{short}") == keys(f"£{number} {long}") == {f"£{int(number * factor)}"}


@given(st.integers(1, 28), st.sampled_from(MONTHS), st.integers(1990, 2049))
def test_day_month_and_year_are_found_in_either_order(day: int, month: str, year: int) -> None:
    name = month.capitalize()
    assert keys(f"on {day} {name} {year}") == keys(f"on {name} {day}, {year}") == {month, f"{day} {month}", f"{month} {year}", str(year)}


@given(st.text())
def test_any_text_can_be_read_and_its_figures_stand_in_it(text: str) -> None:
    for figure in figures(text):
        assert text[figure.start :].strip().startswith(figure.shown)
