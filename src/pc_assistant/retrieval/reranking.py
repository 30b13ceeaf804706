"""The best candidates put in order anew, by a network that was learned from questions to some documents."""

from collections.abc import Container

import numpy as np

from pc_assistant.domain.ports import Vectors
from pc_assistant.retrieval.hybrid import NORMALISED, WEIGHTS, Candidates, normalise
from pc_assistant.retrieval.network import Network
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot

RANKED = 40  # candidates that are looked at: what answers is seldom behind them


def inputs(found: Candidates) -> Vectors:
    """What the network sees of the first candidates beside their vectors, shape (n, features): what the hybrid weighs."""
    columns = [normalise(values) if name in NORMALISED else values for name, values in ((name, found.features[name]) for name in WEIGHTS)]
    return np.stack(columns, axis=1)[:RANKED].astype(np.float32)


def rerank(found: Candidates, query: Query, snapshot: Snapshot, network: Network | None, learned: Container[str]) -> Candidates:
    """The same candidates, those of the documents that the network was `learned` from in a new order among the ranks that they hold.

    It tells nothing of other documents, whose candidates keep their ranks. Scores belong to ranks, and stay where they are.
    """
    held = np.array([snapshot.chunks[place].document_id in learned for place in found.places[:RANKED]], dtype=bool)
    ranks = np.flatnonzero(held)
    if not network or not len(ranks):
        return found
    first = found.places[ranks]
    added = network.scores(inputs(found)[ranks], query.vectors.asked, query.vectors.chunks, snapshot.chunk_vectors[first])
    order = np.arange(len(found.places))
    order[ranks] = ranks[np.argsort(-(found.scores[ranks] + added), kind="stable")]
    return Candidates(found.places[order], {name: values[order] for name, values in found.features.items()}, found.scores)
