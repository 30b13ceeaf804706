"""Candidates by meaning, by words and by the questions that sections are known to answer; their scores normalised and added."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.ports import SearchMode, Vectors
from pc_assistant.knowledge.indexing import ABOUT
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot

Scores = NDArray[np.float32]
POOL = 60
# Normalised within the pool before they are weighed; the rest are weighed as they are.
NORMALISED = ("dense", "lexical", "prompted", "prompted_lexical", "unit")
# Fitted by eval/fit_hybrid.py, then rounded; `entity`, `named` and `about` by hand, where questions show nothing.
WEIGHTS: Mapping[str, float] = {
    "dense": 0.165,
    "lexical": 0.135,
    "prompted": 0.16,
    "prompted_lexical": 0.085,
    "unit": 0.32,
    "entity": 0.03,
    "body": 0.125,
    "named": 0.02,
    "about": -0.05,
    "expected": 0.0,  # left to the networks: nothing of the kind is known of documents that are added
}
MODES: Mapping[SearchMode, tuple[str, ...]] = {"hybrid": tuple(WEIGHTS), "dense": ("dense",), "lexical": ("lexical",)}

# +1 where the chunk at a place speaks of one of the query's entities, -1 where it speaks of another only, else 0.
EntityScore = Callable[[tuple[str, ...], int], float]
# How surely a question, by the chances of the sections, is answered in those of the chunks at some places; 0 to 1.
ExpectedScores = Callable[[Vectors, NDArray[np.int64]], Scores]


@dataclass(frozen=True)
class Candidates:
    """Places with each feature's raw score, `fused` among them, and the scores by which they are ranked (0 to 1), best first."""

    places: NDArray[np.int64]
    features: dict[str, Scores]
    scores: Scores


def candidates(query: Query, snapshot: Snapshot, mode: SearchMode, entity: EntityScore, expected: ExpectedScores) -> Candidates:
    """The pool of candidates for a query; with filters, all that they let through, since scores are normalised within the pool."""
    allowed = _allowed(query, snapshot)
    size = len(snapshot.chunks)
    lexical = snapshot.lexical.scores(query.terms) + 0.4 * snapshot.lexical.scores(query.expansion)
    prompted, prompted_lexical = _prompted(query, snapshot, size)
    if allowed is not None:
        chosen = sorted(allowed if mode != "lexical" else (place for place in allowed if lexical[place] > 0))
    else:
        dense_pool = [snapshot.places[i] for i, _ in snapshot.vectors.nearest(query.vectors.chunks, POOL) if i in snapshot.places]
        named = [place for place in range(size) if entity(query.entities, place) > 0] if query.entities else []
        pools: dict[SearchMode, list[int]] = {
            "dense": dense_pool,
            "lexical": top(lexical, POOL),
            "hybrid": [*dense_pool, *top(lexical, POOL), *top(prompted, 30), *top(prompted_lexical, 20), *named],
        }
        chosen = sorted(set(pools[mode]))
    places = np.array(chosen, dtype=np.int64)
    if not chosen:
        return Candidates(places, {}, np.zeros(0, dtype=np.float32))
    names = [snapshot.chunks[p].document_id in query.documents for p in chosen]
    features: dict[str, Scores] = {
        "dense": snapshot.chunk_vectors[places] @ query.vectors.chunks,
        "lexical": lexical[places],
        "prompted": prompted[places],
        "prompted_lexical": prompted_lexical[places],
        "unit": np.array([snapshot.similarities(query.vectors.units, p).max() for p in chosen], dtype=np.float32),
        "entity": np.array([entity(query.entities, p) for p in chosen], dtype=np.float32),
        "body": _coverage(query, snapshot, places),
        "named": np.array(names, dtype=np.float32),
        # what a document is stands in the way of what it says, unless the question is about the document
        "about": np.array([snapshot.chunks[p].section == (ABOUT,) and not n for p, n in zip(chosen, names, strict=True)], dtype=np.float32),
        "expected": expected(query.chances, places),
    }
    used = {name: WEIGHTS[name] for name in MODES[mode]}
    fused = np.zeros(len(chosen), dtype=np.float32)
    for name, weight in used.items():
        fused += weight * (normalise(features[name]) if name in NORMALISED else features[name])
    fused = np.clip(fused / sum(weight for weight in used.values() if weight > 0), 0.0, 1.0)
    order = np.argsort(-fused, kind="stable")
    features["fused"] = fused
    return Candidates(places[order], {name: score[order] for name, score in features.items()}, fused[order])


def _allowed(query: Query, snapshot: Snapshot) -> set[int] | None:
    filters = query.filters
    if not filters.documents and not filters.kinds:
        return None
    return {
        place
        for place, owner in enumerate(snapshot.owners)
        if (not filters.documents or owner.document.id in filters.documents) and (not filters.kinds or owner.document.kind in filters.kinds)
    }


def _prompted(query: Query, snapshot: Snapshot, size: int) -> tuple[Scores, Scores]:
    """For each chunk the best cosine, and the best BM25 score, of the questions it is known to answer."""
    near, words = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    if not snapshot.prompted_places:
        return near, words
    cosines = snapshot.prompted_vectors @ query.vectors.questions
    matches = snapshot.prompted_lexical.scores(query.terms)
    np.maximum.at(near, snapshot.answered_places, cosines[snapshot.answering_rows])
    np.maximum.at(words, snapshot.answered_places, matches[snapshot.answering_rows])
    return near, words


def _coverage(query: Query, snapshot: Snapshot, places: NDArray[np.int64]) -> Scores:
    """The share of the query's terms, weighed by how telling they are, that the body of each chunk holds."""
    weights = {term: snapshot.lexical.idf(term) for term in query.terms}
    covered = np.zeros(len(places))
    for term, weight in weights.items():
        covered += weight * snapshot.body_terms.holding(term, places)
    return (covered / (sum(weights.values()) or 1.0)).astype(np.float32)


def top(scores: Scores, k: int) -> list[int]:
    """The places of the `k` best that are above 0, the first of equals first; only what reaches the k-th is sorted."""
    near = np.flatnonzero(scores > 0)
    if len(near) > k:
        near = near[scores[near] >= np.partition(scores[near], -k)[-k]]
    return [int(place) for place in near[np.argsort(-scores[near], kind="stable")][:k]]


def normalise(scores: Scores) -> Scores:
    """Scores from 0, the lowest, to 1, the highest; all 0 where they are equal."""
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
