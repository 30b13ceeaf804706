from collections.abc import Sequence
from itertools import pairwise

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.retrieval.counting import count, join
from pc_assistant.retrieval.lexical import Lexical
from pc_assistant.retrieval.terms import terms

TEXTS = [
    terms(text)
    for text in (
        "Ferries sail to Lundy",
        "The ferry to Lundy, and the ferry to Arran",
        "Lighthouses of Arran",
        "£2m for s65Z5 and the NHS-led model",
    )
]


@pytest.mark.parametrize(
    ("query", "best"), [("lighthouse", 2), ("ferries", 1), ("£2m", 3), ("s65Z5", 3), ("NHS-led", 3), ("sailing to Lundy", 0)]
)
def test_the_text_that_shares_the_terms_scores_best(query: str, best: int) -> None:
    assert int(np.argmax(Lexical(TEXTS).scores(terms(query)))) == best


def test_a_text_that_shares_no_term_scores_nothing() -> None:
    scores = Lexical(TEXTS).scores(terms("ferry"))
    assert [score > 0 for score in scores] == [True, True, False, False]


@given(
    st.lists(st.lists(st.sampled_from("abcd"), max_size=4), min_size=1, max_size=6),
    st.lists(st.sampled_from("abcde"), min_size=1, max_size=4),
)
def test_together_counts_the_texts_that_hold_every_term(texts: list[list[str]], query: list[str]) -> None:
    assert Lexical(texts).together(query) == sum(set(query) <= set(text) for text in texts)


@pytest.mark.parametrize("query", [[], ["unheard"], ["unheard", "of"]])
def test_unknown_terms_score_nothing(query: list[str]) -> None:
    assert Lexical(TEXTS).scores(query).tolist() == [0, 0, 0, 0]


def test_a_rare_term_tells_more_than_a_common_one_and_an_unknown_one_most() -> None:
    index = Lexical(TEXTS)
    assert index.idf("ferri") < index.idf("lighthous") < index.idf("unheard")
    assert index.knows("ferri") and not index.knows("unheard")


@pytest.mark.parametrize("texts", [[], ["", "the of and"]])
def test_texts_without_terms_are_no_fault(texts: list[str]) -> None:
    assert Lexical([terms(text) for text in texts]).scores(["ferri"]).tolist() == [0.0] * len(texts)


@given(st.lists(st.sampled_from(["ferri", "lundi", "arran", "£2m", "unheard"]), max_size=6))
def test_scores_are_finite_and_never_negative(query: list[str]) -> None:
    scores = Lexical(TEXTS).scores(query)
    assert scores.shape == (len(TEXTS),)
    assert np.isfinite(scores).all() and (scores >= 0).all()


def by_bm25s(texts: Sequence[str], query: Sequence[str]) -> list[float]:
    tokens = [terms(text) for text in texts]
    known = [term for term in query if any(term in row for row in tokens)]
    if not known:
        return [0.0] * len(texts)
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index(tokens, show_progress=False)
    found: list[float] = index.get_scores(known).tolist()
    return found


WORDS = st.sampled_from(["ferry", "ferries", "Lundy", "Arran", "£2m", "of", "NHS-led", "tide", "sail"])
SOME_TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(SOME_TEXTS, st.lists(WORDS, max_size=5).map(" ".join), st.lists(st.integers(0, 8), max_size=2))
def test_scores_are_those_of_bm25s_to_the_last_bit_however_the_texts_are_counted(texts: list[str], query: str, cuts: list[int]) -> None:
    wanted = by_bm25s(texts, terms(query))
    assert Lexical([terms(text) for text in texts]).scores(terms(query)).tolist() == wanted
    numbers: dict[str, int] = {}
    count([terms("what was held before: tides, sails")], numbers)
    places = [0, *sorted(min(cut, len(texts)) for cut in cuts), len(texts)]
    parts = [count([terms(text) for text in texts[a:b]], numbers) for a, b in pairwise(places)]
    assert Lexical(counted=join(parts), numbers=numbers).scores(terms(query)).tolist() == wanted
