from collections.abc import Container
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import SearchMode
from pc_assistant.retrieval.hybrid import WEIGHTS, Candidates, candidates
from pc_assistant.retrieval.network import Network
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.reranking import RANKED, inputs, rerank
from tests.answering.test_network import network
from tests.retrieval.tiny import EMBEDDER

QUESTION = "How long do ships wait for a pilot?"


def random_network(dimension: int, seed: int) -> Network:
    return network(len(WEIGHTS), dimension, seed)


def towards(vector: np.ndarray, by: float) -> Network:
    """Adds `by` times what a chunk has of a vector, where that is positive."""
    none = np.zeros((len(vector), 1), dtype=np.float32)
    unit = vector[:, None].astype(np.float32)
    return Network(np.zeros((len(WEIGHTS), 1), dtype=np.float32), none, none, unit, np.zeros(1, np.float32), np.full(1, by, np.float32))


def pool(corpus: Corpus, question: str = QUESTION) -> tuple[Candidates, Query]:
    query = make_query(question, corpus, EMBEDDER, Filters())
    return candidates(query, corpus.snapshot, "hybrid", corpus.entities.score, corpus.expected.scores), query


def documents(corpus: Corpus) -> set[str]:
    return {held.document.id for held in corpus.snapshot.held}


def places_of(found: Candidates, corpus: Corpus, documents: Container[str]) -> list[tuple[int, int]]:
    """Rank and place of the candidates that are of these documents."""
    return [(rank, p) for rank, p in enumerate(found.places.tolist()) if corpus.snapshot.chunks[p].document_id in documents]


def found_by(corpus: Corpus, mode: SearchMode) -> list[Passage]:
    return search(make_query(QUESTION, corpus, EMBEDDER, Filters()), corpus, 100, mode)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1000), st.data())
def test_candidates_of_other_documents_keep_their_ranks_and_scores_belong_to_ranks(corpus: Corpus, seed: int, data: st.DataObject) -> None:
    learned = data.draw(st.sets(st.sampled_from(sorted(documents(corpus)))))
    before, query = pool(corpus)
    after = rerank(before, query, corpus.snapshot, random_network(corpus.snapshot.chunk_vectors.shape[1], seed), learned)
    others = documents(corpus) - learned
    assert places_of(after, corpus, others) == places_of(before, corpus, others)
    assert sorted(after.places.tolist()) == sorted(before.places.tolist())
    assert after.scores.tolist() == before.scores.tolist()
    features = {name: dict(zip(before.places.tolist(), values.tolist(), strict=True)) for name, values in before.features.items()}
    assert features == {name: dict(zip(after.places.tolist(), values.tolist(), strict=True)) for name, values in after.features.items()}


def test_among_what_was_learned_the_sum_of_both_scores_gives_the_order(corpus: Corpus) -> None:
    before, query = pool(corpus)
    added_by = random_network(corpus.snapshot.chunk_vectors.shape[1], 7)
    after = rerank(before, query, corpus.snapshot, added_by, documents(corpus))
    vectors = corpus.snapshot.chunk_vectors[before.places[:RANKED]]
    added = added_by.scores(inputs(before), query.vectors.asked, query.vectors.chunks, vectors)
    both = dict(zip(before.places.tolist(), (before.scores[:RANKED] + added).tolist(), strict=False))
    assert after.places[:RANKED].tolist() == sorted(both, key=lambda place: -both[place])
    assert after.places.tolist() != before.places.tolist()


def test_what_a_network_has_learned_comes_first_in_the_hybrid_alone(corpus: Corpus) -> None:
    last = found_by(corpus, "hybrid")[-1].chunk
    taught_by = towards(corpus.snapshot.chunk_vectors[corpus.snapshot.places[last.id]], 10.0)
    verdicts = corpus.verdicts.model_copy(update={"documents": frozenset(documents(corpus))})
    taught = replace(corpus, reranking=taught_by, verdicts=verdicts)
    ranked = found_by(taught, "hybrid")
    assert ranked[0].chunk == last
    assert [passage.rank for passage in ranked] == list(range(1, len(ranked) + 1))
    for mode in ("dense", "lexical"):
        assert found_by(taught, mode) == found_by(corpus, mode)


def test_without_a_network_or_candidates_nothing_changes(corpus: Corpus) -> None:
    before, query = pool(corpus)
    assert rerank(before, query, corpus.snapshot, None, documents(corpus)) is before
    unused = random_network(corpus.snapshot.chunk_vectors.shape[1], 0)
    nothing = replace(before, places=before.places[:0], features={}, scores=before.scores[:0])
    assert rerank(nothing, query, corpus.snapshot, unused, documents(corpus)) is nothing
