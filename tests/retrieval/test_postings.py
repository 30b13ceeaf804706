"""Postings and the best of many scores: quicker ways that must find what the plain ones find."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.retrieval.hybrid import top
from pc_assistant.retrieval.postings import Postings

TERMS = ("ferri", "lundi", "arran", "£2m", "unheard")
rows = st.lists(st.lists(st.sampled_from(TERMS[:4]), max_size=6), max_size=12)


@given(rows)
def test_a_text_holds_the_terms_that_it_was_made_of(texts: list[list[str]]) -> None:
    postings = Postings(texts)
    places = np.arange(len(texts), dtype=np.int64)
    for term in TERMS:
        expected = [term in row for row in texts]
        assert postings.holding(term, places).tolist() == expected
        assert postings.holding(term, places[::2]).tolist() == expected[::2]
        assert [postings.holds(place, term) for place in range(len(texts))] == expected


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0]), max_size=40), st.integers(1, 12))
def test_the_best_are_those_that_sorting_everything_gives(values: list[float], k: int) -> None:
    scores = np.array(values, dtype=np.float32)
    everything = [int(place) for place in np.argsort(-scores, kind="stable") if scores[place] > 0]
    assert top(scores, k) == everything[:k]
