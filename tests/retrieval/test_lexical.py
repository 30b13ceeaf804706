import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
