from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.asking import analyse
from pc_assistant.answering.evidence import WEIGHTS, Evidence, gather
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.answering.support import Bounds, Verdicts, Weights, judge
from pc_assistant.bootstrap import NETWORKS, make_embedder
from pc_assistant.domain.conversations import Filters
from pc_assistant.retrieval.hybrid import WEIGHTS as HYBRID
from pc_assistant.retrieval.network import PARTS, Network, load_networks, save_networks
from pc_assistant.settings import read_settings
from tests.retrieval.tiny import EMBEDDER

QUESTION = "How far did the wait for a pilot fall at North Bay?"
HIDDEN = 5


def network(features: int, dimension: int, seed: int = 0) -> Network:
    random = np.random.default_rng(seed)
    shapes = [(features, HIDDEN), *[(dimension, HIDDEN)] * 3, (HIDDEN,), (HIDDEN,)]
    return Network(*(random.normal(size=shape).astype(np.float32) for shape in shapes))


def leaning(dimension: int, towards: np.ndarray, by: float) -> Network:
    """Adds `by` times what a unit has of `towards`, where that is positive."""
    none = np.zeros((dimension, HIDDEN), dtype=np.float32)
    unit, out = none.copy(), np.zeros(HIDDEN, dtype=np.float32)
    unit[:, 0], out[0] = towards, by
    return Network(np.zeros((len(WEIGHTS), HIDDEN), dtype=np.float32), none, none, unit, np.zeros(HIDDEN, dtype=np.float32), out)


def evidence(corpus: Corpus, ranking: Network | None = None, learned: Container[str] = ()) -> list[Evidence]:
    query = make_query(QUESTION, corpus, EMBEDDER, Filters())
    return gather(analyse(QUESTION), query, search(query, corpus, 12, "hybrid"), corpus.snapshot, ranking, learned)


@given(st.integers(0, 1000), st.integers(1, 6))
def test_each_unit_is_scored_by_features_question_unit_and_their_product(seed: int, units: int) -> None:
    one, random = network(3, 4, seed), np.random.default_rng(seed + 1)
    features, vectors = random.normal(size=(units, 3)), random.normal(size=(units, 4))
    asked, aimed = random.normal(size=4), random.normal(size=4)
    whole = np.vstack([one.features, one.meeting, one.asked, one.unit])
    found = one.scores(features, asked, aimed, vectors)
    for row in range(units):
        inputs = np.concatenate([features[row], aimed * vectors[row], asked, vectors[row]])
        assert found[row] == pytest.approx(np.maximum(inputs @ whole + one.bias, 0) @ one.out, rel=1e-4, abs=1e-4)


def test_networks_come_back_as_they_were_kept_for_their_model_alone(tmp_path: Path) -> None:
    kept = {"one": network(3, 4, 1), "other": network(2, 4, 2)}
    save_networks(tmp_path / "networks.npz", "model", kept)
    found = load_networks(tmp_path / "networks.npz", "model")
    assert list(found) == ["one", "other"]
    for name, each in kept.items():
        for part in PARTS:
            assert getattr(found[name], part) == pytest.approx(getattr(each, part), abs=2e-3)
    assert load_networks(tmp_path / "networks.npz", "another model") == {}
    assert load_networks(tmp_path / "nothing.npz", "model") == {}


def test_a_ranking_changes_the_order_of_the_evidence_and_nothing_else(corpus: Corpus) -> None:
    plain = evidence(corpus)
    last = plain[-1]
    vector = corpus.snapshot.units_of(last.place)[last.index]
    ranked = evidence(corpus, leaning(len(vector), vector, 10.0), {held.document.id for held in corpus.snapshot.held})
    assert (ranked[0].place, ranked[0].index) == (last.place, last.index)
    assert {(e.place, e.index): replace(e, score=0.0) for e in ranked} == {(e.place, e.index): replace(e, score=0.0) for e in plain}
    assert [e.score for e in ranked] == sorted((e.score for e in ranked), reverse=True)


def test_a_ranking_lowers_no_unit_of_a_document_that_it_was_not_learned_from(corpus: Corpus) -> None:
    plain = evidence(corpus)
    first = plain[0]
    against = leaning(corpus.snapshot.unit_vectors.shape[1], corpus.snapshot.units_of(first.place)[first.index], -10.0)
    assert evidence(corpus, against) == plain
    ranked = evidence(corpus, against, {first.chunk.document_id})
    assert (ranked[0].place, ranked[0].index) != (first.place, first.index)
    scores = {(e.place, e.index): e.score for e in plain}
    lowered = {e.chunk.document_id for e in ranked if e.score < scores[e.place, e.index]}
    assert lowered == {first.chunk.document_id}


def test_the_network_of_the_verdict_adds_to_its_weights_for_its_own_documents(corpus: Corpus) -> None:
    query = make_query(QUESTION, corpus, EMBEDDER, Filters())
    found = evidence(corpus)
    best = corpus.snapshot.units_of(found[0].place)[found[0].index]
    always = Weights(bias=1.0, weights={})
    against = replace(leaning(len(best), best, -10.0), features=np.zeros((0, HIDDEN), dtype=np.float32))
    fitted = Verdicts(general=Bounds(scope=always, support=always), confidence=always)
    own = fitted.model_copy(update={"own": Bounds(scope=always, support=always, network=against)})
    mine = own.model_copy(update={"documents": frozenset({found[0].chunk.document_id})})
    assert judge(query, found, corpus.snapshot, own).reason is None
    assert judge(query, found, corpus.snapshot, mine).reason == "not_covered"


def test_what_ships_fits_the_model_the_features_and_the_signals(model_dir: Path) -> None:
    model = make_embedder(read_settings(model_dir=model_dir))
    found = load_networks(NETWORKS, model.name)
    fitted = Verdicts.read(model.name, found["support"])
    assert fitted.own
    assert found["ranking"].features.shape[0] == len(WEIGHTS)
    assert found["reranking"].features.shape[0] == len(HYBRID)
    assert fitted.own.network and fitted.own.network.features.shape[0] == len(fitted.own.support.weights)
    assert fitted.leaning and len(fitted.leaning.vector) == model.dimension
    assert fitted.framing and len(fitted.framing.vector) == model.dimension
    assert max(map(abs, fitted.leaning.vector)) < 100  # none rests on a direction that the encoder leaves all but unused
    assert {each.unit.shape[0] for each in found.values()} == {model.dimension}
