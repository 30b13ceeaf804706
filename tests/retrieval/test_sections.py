from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.asking import analyse
from pc_assistant.answering.evidence import gather
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.answering.support import Verdicts
from pc_assistant.bootstrap import SECTIONS, make_embedder
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.ports import Vectors
from pc_assistant.retrieval.sections import (
    LAYERS,
    LEAST,
    NETWORKS,
    Expected,
    Layers,
    Section,
    SectionClassifier,
    load_sections,
    sections_of,
    stems,
)
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.settings import read_settings
from tests.retrieval.tiny import EMBEDDER

QUESTION = "How long do ships wait for a pilot?"
DIMENSION = 4
HIDDEN = 3


WORDS = ("pilot", "ship", "wait")


def layers(random: np.random.Generator, inputs: int, count: int) -> Layers:
    return Layers(*(random.normal(size=shape).astype(np.float32) for shape in ((inputs, HIDDEN), HIDDEN, (count, HIDDEN), count)))


def classifier(seed: int, count: int = 3, dimension: int = DIMENSION) -> SectionClassifier:
    random = np.random.default_rng(seed)
    named = tuple(("document", f"heading {n}") for n in range(count))
    return SectionClassifier(named, WORDS, layers(random, dimension, count), layers(random, len(WORDS), count))


def likely(snapshot: Snapshot, odds: dict[Section, float]) -> SectionClassifier:
    """Gives the sections of a snapshot the same log odds whatever is asked: those given, 0 to all others."""
    sections = sorted({section for chunk in snapshot.chunks for section in sections_of(chunk)})
    return with_odds(sections, snapshot.chunk_vectors.shape[1], np.array([odds.get(section, 0.0) for section in sections]))


def with_odds(sections: Sequence[Section], dimension: int, odds: Vectors) -> SectionClassifier:
    """Gives these sections these log odds whatever is asked."""
    outer = np.zeros((len(sections), HIDDEN), dtype=np.float32)
    even = (Layers(np.zeros((inputs, HIDDEN)), np.zeros(HIDDEN), outer, odds.astype(np.float32)) for inputs in (dimension, len(WORDS)))
    return SectionClassifier(tuple(sections), WORDS, *even)


def certain(snapshot: Snapshot, place: int, *, level: int = -1) -> SectionClassifier:
    """Holds that the section of one chunk answers whatever is asked, and that of no other does."""
    return likely(snapshot, {sections_of(snapshot.chunks[place])[level]: 100.0})


@given(st.integers(0, 1000), st.integers(1, 6), st.floats(0, 50), st.lists(st.sampled_from([*WORDS, "harbours"])))
def test_chances_are_those_of_a_softmax_of_the_mean_of_both(seed: int, count: int, scale: float, said: list[str]) -> None:
    one, asked = classifier(seed, count), scale * np.random.default_rng(seed + 1).normal(size=DIMENSION)
    text = " ".join(said)
    chances = np.exp(one.log_chances(asked, text))
    assert chances.sum() == pytest.approx(1.0)
    told = np.array([float(word in said) for word in WORDS])
    told /= max(1.0, np.linalg.norm(told))
    pairs = ((one.by_vector, asked), (one.by_words, told))
    odds = sum(part.outer @ np.maximum(inputs @ part.inner + part.inner_bias, 0.0) + part.outer_bias for part, inputs in pairs)
    assert np.diff(one.log_chances(asked, text)) == pytest.approx(np.diff(odds / 2), abs=1e-4)


@given(st.integers(0, 1000), st.permutations(["pilots", "ship", "waiting"]))
def test_words_tell_by_their_stems_however_often_and_in_whatever_order(seed: int, said: list[str]) -> None:
    one, asked = classifier(seed), np.zeros(DIMENSION)
    assert stems(QUESTION) > set(WORDS)
    assert one.log_chances(asked, " ".join([*said, said[0].upper(), "unheard"])) == pytest.approx(one.log_chances(asked, QUESTION))


def test_other_words_give_other_chances() -> None:
    one, asked = classifier(1), np.zeros(DIMENSION)
    assert one.log_chances(asked, "ships") != pytest.approx(one.log_chances(asked, "pilots"))


def test_a_classifier_comes_back_as_it_was_kept_for_its_model_alone(tmp_path: Path) -> None:
    kept = classifier(1)
    kept.save(tmp_path / "sections.npz", "model")
    found = load_sections(tmp_path / "sections.npz", "model")
    assert found and found.sections == kept.sections
    assert found.vocabulary == kept.vocabulary
    for name in NETWORKS:
        one, other = getattr(found, name), getattr(kept, name)
        assert [getattr(one, part) for part in LAYERS] == [pytest.approx(getattr(other, part), abs=2e-3) for part in LAYERS]
    assert load_sections(tmp_path / "sections.npz", "another model") is None
    assert load_sections(tmp_path / "nothing.npz", "model") is None


@pytest.mark.parametrize("level", [0, -1])
def test_chunks_of_the_section_that_answers_score_one_and_all_others_nothing(corpus: Corpus, level: int) -> None:
    snapshot = corpus.snapshot
    asked, places = EMBEDDER.embed([QUESTION])[0], np.arange(len(snapshot.chunks))
    for place in range(0, len(places), 5):
        expected = Expected(certain(snapshot, place, level=level), snapshot)
        scores = expected.scores(expected.chances(asked, QUESTION), places)
        wanted = sections_of(snapshot.chunks[place])[level]
        assert scores.tolist() == [float(wanted in sections_of(chunk)) for chunk in snapshot.chunks]


def test_nothing_is_expected_of_what_was_not_learned(corpus: Corpus) -> None:
    snapshot = corpus.snapshot
    asked, places = EMBEDDER.embed([QUESTION])[0], np.arange(len(snapshot.chunks))
    for expected in (Expected(None, snapshot), Expected(classifier(0, dimension=len(asked)), snapshot)):
        assert not expected.scores(expected.chances(asked, QUESTION), places).any()


@given(st.integers(0, 1000))
def test_scores_lie_between_none_and_one_and_keep_the_order_of_chances(corpus: Corpus, seed: int) -> None:
    snapshot, random = corpus.snapshot, np.random.default_rng(seed)
    sections = likely(snapshot, {}).sections
    asked, places = EMBEDDER.embed([QUESTION])[0], np.arange(len(snapshot.chunks))
    one = with_odds(sections, len(asked), 4 * random.normal(size=len(sections)))
    found = Expected(one, snapshot).chances(asked, QUESTION)
    scores, chances = Expected(one, snapshot).scores(found, places), dict(zip(sections, found, strict=True))
    best = [max(*(chances[section] for section in sections_of(chunk)), LEAST) for chunk in snapshot.chunks]
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores == pytest.approx(1 - np.array(best) / LEAST, abs=1e-5)


@given(st.integers(0, 1000), st.sampled_from([1.0, 4.0, 40.0]))
def test_a_document_is_as_likely_as_all_its_sections_together(corpus: Corpus, seed: int, scale: float) -> None:
    snapshot = corpus.snapshot
    sections, asked = likely(snapshot, {}).sections, EMBEDDER.embed([QUESTION])[0]
    one = with_odds(sections, len(asked), scale * np.random.default_rng(seed).normal(size=len(sections)))
    found = Expected(one, snapshot).chances(asked, QUESTION)
    chances = {document: 0.0 for document, _ in sections}
    for (document, _), chance in zip(sections, found, strict=True):
        chances[document] += float(np.exp(chance))
    behind = Expected(one, snapshot).documents(found)
    assert max(behind.values()) == 0
    assert behind.keys() == chances.keys()
    for document, far in behind.items():
        assert np.exp(far) == pytest.approx(max(chances[document] / max(chances.values()), np.exp(LEAST)), rel=1e-3)


def test_no_document_is_behind_where_nothing_was_learned(corpus: Corpus) -> None:
    asked = EMBEDDER.embed([QUESTION])[0]
    expected = Expected(None, corpus.snapshot)
    assert expected.documents(expected.chances(asked, QUESTION)) == {}


def test_what_is_expected_reaches_passages_and_evidence(corpus: Corpus) -> None:
    query = make_query(QUESTION, corpus, EMBEDDER, Filters())
    place = corpus.snapshot.places[search(query, corpus, 12, "hybrid")[-1].chunk.id]
    knowing = Corpus(**{**vars(corpus), "expected": Expected(certain(corpus.snapshot, place), corpus.snapshot)})
    query = make_query(QUESTION, knowing, EMBEDDER, Filters())
    found = search(query, knowing, 12, "hybrid")
    wanted = sections_of(corpus.snapshot.chunks[place])[-1]
    assert {p.chunk.id: p.parts["expected"] for p in found} == {p.chunk.id: float(wanted in sections_of(p.chunk)) for p in found}
    for one in gather(analyse(QUESTION), query, found, corpus.snapshot):
        assert one.features["expected"] == one.passage.parts["expected"]


def test_what_ships_fits_the_model_and_the_documents(model_dir: Path) -> None:
    model = make_embedder(read_settings(model_dir=model_dir))
    found = load_sections(SECTIONS, model.name)
    assert found
    for network, inputs in ((found.by_vector, model.dimension), (found.by_words, len(found.vocabulary))):
        assert (len(network.inner), len(network.outer)) == (inputs, len(found.sections))
    assert len(set(found.vocabulary)) == len(found.vocabulary)
    assert stems("Who chairs the committees in common of a provider collaborative?") <= set(found.vocabulary)
    assert {document for document, _ in found.sections} == Verdicts.read(model.name, None).documents
