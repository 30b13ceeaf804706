from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import SearchMode
from pc_assistant.retrieval.hybrid import candidates
from pc_assistant.retrieval.snapshot import take
from tests.fakes_vectors import MemoryVectors
from tests.retrieval.tiny import EMBEDDER

MODES: tuple[SearchMode, ...] = get_args(SearchMode)
WORDS = "harbour collaborative pilots North Bay wait 73 £2m 40% s65Z5 joint committee moorings cranes unheard what is the".split()
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
filters = st.builds(
    Filters,
    documents=st.lists(st.sampled_from(["harbour-event", "harbour-cases", "harbour-toolkit", "nowhere"]), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(["guidance", "event", "briefing"]), max_size=2).map(tuple),
)


def find(corpus: Corpus, question: str, mode: SearchMode = "hybrid", allowed: Filters | None = None, k: int = 100) -> list[Passage]:
    return search(make_query(question, corpus, EMBEDDER, allowed or Filters()), corpus, k, mode)


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("What is a harbour collaborative?", "What a harbour collaborative is"),
        ("How far did the wait for a pilot fall?", "North Bay pilots"),
        ("Who may delegate functions under s65Z5?", "What a harbour collaborative is"),
        ("moorings saved £2m", "Sharing risk and gain"),
        ("40% legal flexibilities", "Survey of collaboratives"),
        ("How fast do crews launch in the North Bay Lifeboat Alliance?", "North Bay lifeboats"),
    ],
)
def test_the_passage_that_answers_is_first(corpus: Corpus, question: str, heading: str) -> None:
    assert find(corpus, question)[0].chunk.heading == heading


def test_the_notes_question_leads_where_no_word_of_the_passage_does(corpus: Corpus) -> None:
    question = "Which body plans moorings with a neighbour?"
    assert find(corpus, question)[0].chunk.heading == "What a harbour collaborative is"
    assert find(corpus, question, "lexical")[0].chunk.heading != "What a harbour collaborative is"


def test_a_question_about_one_place_is_not_answered_from_anothers(corpus: Corpus) -> None:
    found = find(corpus, "How many minutes do ships wait in the North Bay Pilots Partnership?")
    ranks = {passage.chunk.heading: passage.rank for passage in found}
    assert ranks["North Bay pilots"] == 1
    assert found[0].parts["entity"] == 1
    assert found[ranks["North Bay lifeboats"] - 1].parts["entity"] == -1


def test_a_synonym_finds_what_the_question_does_not_name(corpus: Corpus) -> None:
    assert find(corpus, "Who is on a QB?", "lexical")[0].chunk.heading == "Models of collaborative"


@settings(max_examples=60, deadline=None)
@given(questions, filters, st.sampled_from(MODES))
def test_scores_are_sorted_within_0_and_1_and_filters_hold(corpus: Corpus, question: str, allowed: Filters, mode: SearchMode) -> None:
    found = find(corpus, question, mode, allowed)
    scores = [passage.score for passage in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [passage.rank for passage in found] == list(range(1, len(found) + 1))
    assert len({passage.chunk.id for passage in found}) == len(found)
    assert all(not allowed.documents or passage.document.id in allowed.documents for passage in found)
    assert all(not allowed.kinds or passage.document.kind in allowed.kinds for passage in found)


@pytest.mark.parametrize("mode", MODES)
def test_a_filter_looks_past_the_pool(corpus: Corpus, mode: SearchMode) -> None:
    """The best of a filtered search is the best allowed of the whole, not of a cut pool."""
    only = Filters(documents=("harbour-toolkit",))
    everything = [chunk for chunk in corpus.snapshot.chunks if chunk.document_id == "harbour-toolkit"]
    assert mode == "lexical" or len(find(corpus, "harbour moorings", mode, only)) == len(everything) > 3
    assert [p.chunk.id for p in find(corpus, "harbour moorings", mode, only)] == [
        p.chunk.id for p in find(corpus, "harbour moorings", mode) if p.document.id == "harbour-toolkit"
    ]


@pytest.mark.parametrize("mode", MODES)
def test_k_cuts_and_changes_nothing_else(corpus: Corpus, mode: SearchMode) -> None:
    whole = find(corpus, "joint committee of harbours", mode)
    assert find(corpus, "joint committee of harbours", mode, k=2) == whole[:2]


def test_a_query_without_a_known_term_finds_nothing_by_words(corpus: Corpus) -> None:
    assert find(corpus, "zymurgy", "lexical") == []


@pytest.mark.parametrize("mode", MODES)
def test_the_same_query_gives_the_same_passages(corpus: Corpus, mode: SearchMode) -> None:
    assert find(corpus, "wait of ships", mode) == find(corpus, "wait of ships", mode)


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_corpus_gives_nothing(corpus: Corpus, mode: SearchMode) -> None:
    empty = replace(corpus, snapshot=take("0", [], MemoryVectors(), {}))
    found = candidates(
        make_query("harbour", empty, EMBEDDER, Filters()), empty.snapshot, mode, lambda ids, place: 0.0, empty.expected.scores
    )
    assert found.places.size == found.scores.size == 0


def test_scores_of_one_candidate_are_finite(corpus: Corpus) -> None:
    found = find(corpus, "zymurgy of dredging", "lexical")
    assert len(found) == 1
    assert np.isfinite(found[0].score)
