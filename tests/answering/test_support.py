import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.asking import analyse
from pc_assistant.answering.evidence import Evidence, gather
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import attribute_of, make_query, search
from pc_assistant.answering.support import ALL_BUT_SURE, Bounds, Verdicts, Weights, judge, signals, strangers
from pc_assistant.bootstrap import make_embedder
from pc_assistant.domain.conversations import Filters
from pc_assistant.retrieval.query import Query
from pc_assistant.settings import read_settings
from tests.retrieval.tiny import EMBEDDER

QUESTION = "How far did the wait for a pilot fall in North Bay?"


def found(corpus: Corpus, text: str) -> tuple[Query, Sequence[Evidence]]:
    query = make_query(text, corpus, EMBEDDER, Filters())
    return query, gather(analyse(text), query, search(query, corpus, 12, "hybrid"), corpus.snapshot)


def verdicts(bias: float, sure: float = 0.0) -> Verdicts:
    bounds = Bounds(scope=Weights(bias=-0.3, weights={"similarity": 1.0}), support=Weights(bias=bias, weights={}))
    return Verdicts(general=bounds, confidence=Weights(bias=sure, weights={}))


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=6, unique=True))
def test_what_supports_more_is_never_refused_where_less_is_answered(corpus: Corpus, biases: list[float]) -> None:
    query, evidence = found(corpus, QUESTION)
    answered = [judge(query, evidence, corpus.snapshot, verdicts(bias)).reason is None for bias in sorted(biases)]
    assert answered == sorted(answered)
    assert answered == [bias >= 0 for bias in sorted(biases)]


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=6, unique=True))
def test_confidence_grows_with_its_score_and_is_a_probability(corpus: Corpus, biases: list[float]) -> None:
    query, evidence = found(corpus, QUESTION)
    sure = [judge(query, evidence, corpus.snapshot, verdicts(1.0, bias)).confidence for bias in sorted(biases)]
    assert all(0 <= a <= b <= 1 for a, b in itertools.pairwise(sure))
    assert sure[0] == pytest.approx(1 / (1 + math.exp(-min(biases))))


def test_no_evidence_is_not_covered(corpus: Corpus) -> None:
    query, _ = found(corpus, QUESTION)
    verdict = judge(query, [], corpus.snapshot, Verdicts.open())
    assert (verdict.confidence, verdict.reason) == (0.0, "not_covered")


def test_far_from_everything_is_out_of_scope_and_near_is_not_covered(corpus: Corpus) -> None:
    far, near = "zymurgy quaffs xylophones", QUESTION
    assert judge(*found(corpus, far), corpus.snapshot, verdicts(-1.0)).reason == "out_of_scope"
    assert judge(*found(corpus, near), corpus.snapshot, verdicts(-1.0)).reason == "not_covered"


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Does the harbour of Plymouth take part?", ["Plymouth"]),
        ("Does NBPP share cranes with Rotterdam and Antwerp?", ["Rotterdam", "Antwerp"]),
        ("What does the QB of South Quay do in March?", []),
        ("Plymouth has a harbour", []),  # a first word has a capital anyway
        ("We at Plymouth wonder: must harbours join?", []),  # askers name themselves
        ("Which NHS harbours join?", []),  # short acronyms may be anybody's
        ("What of WXYZ harbours?", ["WXYZ"]),
        ("Does the Crews Act bind harbours?", ["Crews Act"]),  # each word is known, the statute is not
    ],
)
def test_names_that_nobody_knows(corpus: Corpus, question: str, unknown: list[str]) -> None:
    query, _ = found(corpus, question)
    assert strangers(query, corpus.snapshot) == unknown


def test_a_question_about_a_stranger_is_refused_however_much_supports_it(corpus: Corpus) -> None:
    query, evidence = found(corpus, "How far did the wait for a pilot fall in Plymouth?")
    assert judge(query, evidence, corpus.snapshot, verdicts(20.0)).reason is not None


def test_signals_are_those_that_the_fitted_weights_know_and_finite(corpus: Corpus) -> None:
    fitted = Verdicts.read("no model")
    for question in (QUESTION, "How many cranes has South Quay?", "What is its budget in 2025?", "the", "zymurgy"):
        query, evidence = found(corpus, question)
        seen = signals(query, evidence, corpus.snapshot)
        assert set(seen) == set(fitted.general.support.weights) == set(fitted.confidence.weights)
        assert all(math.isfinite(value) for value in seen.values())


def test_a_slot_that_nothing_fills_shows(corpus: Corpus) -> None:
    assert signals(*found(corpus, "How many cranes has South Quay?"), corpus.snapshot)["unbound"] == 0
    near_miss = signals(*found(corpus, "What is the budget of South Quay's cranes?"), corpus.snapshot)
    assert (near_miss["open_slot"], near_miss["money"]) == (1, 1)
    without = [piece for piece in found(corpus, "What is the budget of South Quay's cranes?")[1] if "£" not in piece.chunk.text]
    query, _ = found(corpus, "What is the budget of South Quay's cranes?")
    assert signals(query, without, corpus.snapshot)["unbound"] == 1


def test_a_year_that_no_passage_holds_shows(corpus: Corpus) -> None:
    assert signals(*found(corpus, "What was lawful since July 2022?"), corpus.snapshot)["year"] == 0
    late = signals(*found(corpus, "What was lawful in 2031?"), corpus.snapshot)
    assert (late["year"], late["late"]) == (1, 1)


def test_weights_add_up() -> None:
    weights = Weights(bias=0.5, weights={"a": 2.0, "b": -1.0})
    assert weights.score({"a": 1.0, "b": 3.0}, np.ones(2)) == -0.5
    assert weights.model_copy(update={"vector": (1.0, 2.0)}).score({"a": 1.0, "b": 3.0}, np.array([0.5, 1.0])) == 2.0


def test_what_is_asked_counts_only_of_the_documents_that_it_was_learned_from(corpus: Corpus) -> None:
    query, evidence = found(corpus, QUESTION)
    never = Weights(bias=1.0, weights={}, vector=tuple(-10 * query.unnamed))
    fitted = verdicts(1.0).model_copy(update={"own": Bounds(scope=Weights(bias=1.0, weights={}), support=never)})
    own, other = evidence[0].chunk.document_id, "another"
    assert judge(query, evidence, corpus.snapshot, fitted.model_copy(update={"documents": frozenset({own})})).reason == "not_covered"
    assert judge(query, evidence, corpus.snapshot, fitted.model_copy(update={"documents": frozenset({other})})).reason is None


def test_how_it_is_asked_does_not_talk_away_what_the_signals_are_all_but_sure_of(corpus: Corpus) -> None:
    query, evidence = found(corpus, QUESTION)
    talked = Weights(bias=0.0, weights={}, vector=tuple(50 * query.unnamed))
    for against, reason in ((ALL_BUT_SURE + 0.1, None), (ALL_BUT_SURE - 0.1, "not_covered")):
        own = Bounds(scope=Weights(bias=1.0, weights={}), support=talked)
        fitted = verdicts(against).model_copy(update={"own": own, "documents": frozenset({evidence[0].chunk.document_id})})
        assert judge(query, evidence, corpus.snapshot, fitted).reason == reason


def test_the_weights_of_vectors_are_those_of_the_shipped_model_and_documents(model_dir: Path) -> None:
    model = make_embedder(read_settings(model_dir=model_dir))
    fitted = Verdicts.read(model.name)
    assert fitted.own and len(fitted.own.scope.vector) == len(fitted.own.support.vector) == model.dimension
    assert fitted.documents == {path.name for path in Path("corpus").iterdir() if path.is_dir()}
    assert Verdicts.read("another model").own is None


def test_the_name_of_a_collaborative_is_no_part_of_what_is_asked(corpus: Corpus) -> None:
    one, other = (with_attribute(corpus, f"How many cranes has {name}?")[0] for name in ("South Quay", "NBPP"))
    assert np.array_equal(one.unnamed, other.unnamed)
    assert not np.array_equal(one.vectors.asked, other.vectors.asked)
    plain, _ = found(corpus, "How many cranes are there?")
    assert np.array_equal(plain.unnamed, plain.vectors.asked)


def test_a_term_that_the_top_lacks_widens_the_gap(corpus: Corpus) -> None:
    query, evidence = found(corpus, "average wait of ships for a pilot")
    wider = replace(query, terms=(*query.terms, "zymurgi"))
    assert signals(wider, evidence, corpus.snapshot)["gap"] > signals(query, evidence, corpus.snapshot)["gap"]
    assert signals(wider, evidence, corpus.snapshot)["unknown"] > 0


def with_attribute(corpus: Corpus, text: str) -> tuple[Query, Sequence[Evidence]]:
    query, evidence = found(corpus, text)
    return replace(query, attribute=attribute_of(query, corpus, EMBEDDER)), evidence


def test_what_is_asked_of_a_collaborative_is_looked_for_in_what_is_said_of_it(corpus: Corpus) -> None:
    said = signals(*with_attribute(corpus, "How many cranes has South Quay?"), corpus.snapshot)
    of_another = signals(*with_attribute(corpus, "How many minutes do lifeboat crews of South Quay take to launch?"), corpus.snapshot)
    assert said["attribute"] > of_another["attribute"]
    assert of_another["attribute"] < of_another["similarity"]


def test_a_question_that_another_collaborative_s_section_answers_is_told_apart(corpus: Corpus) -> None:
    own = signals(*with_attribute(corpus, "How far did the wait for a pilot fall in North Bay?"), corpus.snapshot)
    elsewhere = signals(*with_attribute(corpus, "How far did the wait for a pilot fall at South Quay?"), corpus.snapshot)
    assert own["attribute_elsewhere"] == 0 < elsewhere["attribute_elsewhere"]
    assert own["attribute_prompted"] > elsewhere["attribute_prompted"]


def test_a_question_about_no_collaborative_has_no_attribute_of_one(corpus: Corpus) -> None:
    query, evidence = with_attribute(corpus, "What is a harbour collaborative?")
    assert query.attribute is None
    seen = signals(query, evidence, corpus.snapshot)
    assert (seen["attribute"], seen["attribute_elsewhere"]) == (seen["similarity"], 0)


def test_names_and_words_of_every_question_do_not_count_among_the_rest(corpus: Corpus) -> None:
    asked = signals(*with_attribute(corpus, "South Quay budget?"), corpus.snapshot)
    assert asked["rest"] == asked["rest_all"] == 0 < asked["share"]
    assert signals(*with_attribute(corpus, "South Quay cranes?"), corpus.snapshot)["rest"] == 1
