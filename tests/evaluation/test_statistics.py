"""Intervals, paired differences and the exact test against known values and invariants."""

from math import sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.evaluation.statistics import estimate, mcnemar, minimum_detectable_difference, paired_difference

values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(values, st.randoms())
def test_an_estimate_holds_its_mean_and_ignores_order(data: list[float], random: Random) -> None:
    found = estimate(data, resamples=200)
    assert min(data) - 1e-12 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= max(data) + 1e-12
    assert found.mean == pytest.approx(np.mean(data))
    random.shuffle(data)
    assert estimate(data, resamples=200) == found


def test_the_interval_is_that_of_the_binomial_for_large_n() -> None:
    found = estimate([1.0] * 300 + [0.0] * 100)
    half = 1.96 * sqrt(0.75 * 0.25 / 400)
    assert found.low == pytest.approx(0.75 - half, abs=0.006)
    assert found.high == pytest.approx(0.75 + half, abs=0.006)
    assert (found.n, found.mean, found.p50) == (400, 0.75, 1.0)


def test_the_interval_covers_the_truth_in_about_95_of_100_samples() -> None:
    random = Random(1)
    samples = [[float(random.random() < 0.7) for _ in range(60)] for _ in range(200)]
    covered = sum(found.low <= 0.7 <= found.high for found in (estimate(sample, resamples=400) for sample in samples))
    assert 178 <= covered <= 200


def test_one_value_and_equal_values_have_an_interval_of_no_width() -> None:
    assert (estimate([0.3]).low, estimate([0.3]).high) == (0.3, 0.3)
    assert estimate([1.0] * 9).detectable == 0.0


def test_pairing_sees_what_two_means_would_not() -> None:
    before = {f"c{number}": number / 50 for number in range(50)}
    after = {case_id: value - 0.02 for case_id, value in before.items()}
    change = paired_difference(before, after)
    assert change is not None
    assert change.difference == pytest.approx(-0.02)
    assert change.high < 0
    assert estimate(after.values()).high > estimate(before.values()).mean


def test_a_difference_of_nothing_is_nothing() -> None:
    same = {"a": 0.0, "b": 1.0}
    change = paired_difference(same, dict(reversed(same.items())))
    assert change is not None
    assert (change.difference, change.low, change.high) == (0.0, 0.0, 0.0)
    assert paired_difference({}, same) is None


def test_scores_on_one_side_only_count_there() -> None:
    before = {f"r{number}": 1.0 for number in range(20)}
    after = before | {f"a{number}": 0.0 for number in range(20)}
    change = paired_difference(before, after)
    assert change is not None
    assert (change.before, change.after) == (1.0, 0.5)
    assert change.high < 0


@pytest.mark.parametrize(
    ("worse", "better", "p"), [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (8, 2, 0.109375), (2, 8, 0.109375), (4, 4, 1.0)]
)
def test_mcnemar_gives_the_binomial_tail(worse: int, better: int, p: float) -> None:
    assert mcnemar(worse, better) == p


def test_the_detectable_difference_is_the_textbook_one() -> None:
    assert minimum_detectable_difference(100, 0.5) == pytest.approx((1.959964 + 0.841621) * 0.5 / 10, abs=1e-6)
    assert minimum_detectable_difference(400, 0.5) == pytest.approx(minimum_detectable_difference(100, 0.5) / 2)
