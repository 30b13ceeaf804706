from itertools import combinations
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.ranking import chance, hit, holds_all, holds_one, ndcg
from pc_assistant.evaluation.case import Case

CASE = Case(id="a", category="list", question="Which?", expect="answer", key_facts=(("red",), ("green",), ("blue|azure",)), min_facts=2)


@pytest.mark.parametrize(
    ("text", "one", "every"), [("A grey sea.", False, False), ("An azure sea.", True, False), ("Azure **sea**,\n red [1] sun.", True, True)]
)
def test_a_chunk_holds_one_fact_or_as_many_as_are_needed(text: str, one: bool, every: bool) -> None:
    assert (holds_one(CASE, text), holds_all(CASE, text)) == (one, every)


def test_a_hit_is_among_the_first() -> None:
    assert [hit([False, False, True], k) for k in (1, 2, 3, 10)] == [0.0, 0.0, 1.0, 1.0]


def test_ndcg_of_a_known_ranking() -> None:
    assert isclose(ndcg([False, True, True], held=2, k=10), (0.63093 + 0.5) / (1 + 0.63093), rel_tol=1e-5)
    assert ndcg([True, True, True], held=3, k=2) == 1.0
    assert ndcg([False], held=0, k=10) == 0.0


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 12))
def test_ndcg_is_one_where_nothing_better_could_stand_and_never_more(relevant: list[bool], k: int) -> None:
    held = sum(relevant)
    assert 0.0 <= ndcg(relevant, held, k) <= 1.0 + 1e-12
    assert isclose(ndcg(sorted(relevant, reverse=True), held, k), float(held > 0))


@given(st.integers(1, 8).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size), st.integers(1, size))))
def test_chance_is_the_share_of_all_draws_that_hit(drawn: tuple[int, int, int]) -> None:
    size, held, k = drawn
    draws = list(combinations(range(size), k))
    assert isclose(chance(held, size, k), sum(min(draw) < held for draw in draws) / len(draws), abs_tol=1e-12)
