import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.asking import Ask, analyse
from pc_assistant.answering.evidence import Evidence, fills, gather, similar
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.domain.conversations import Filters
from tests.retrieval.tiny import EMBEDDER


def found(corpus: Corpus, text: str) -> list[Evidence]:
    query = make_query(text, corpus, EMBEDDER, Filters())
    return gather(analyse(text), query, search(query, corpus, 12, "hybrid"), corpus.snapshot)


asked = st.lists(
    st.sampled_from("how what models pilots North Bay steps moorings £2m 40% joint committee wait zymurgy".split()), min_size=1
).map(" ".join)


@given(asked)
def test_every_unit_of_the_passages_but_lead_ins_and_headers_stands_once_best_first(corpus: Corpus, question: str) -> None:
    evidence = found(corpus, question)
    assert [piece.score for piece in evidence] == sorted((piece.score for piece in evidence), reverse=True)
    assert all(math.isfinite(value) for piece in evidence for value in piece.features.values())
    units = {(piece.place, piece.index) for piece in evidence}
    assert len(units) == len(evidence)
    assert units == {
        (place, index)
        for place in {piece.place for piece in evidence}
        for index, unit in enumerate(corpus.snapshot.chunks[place].units)
        if unit.kind not in {"lead", "header"}
    }


def test_the_unit_that_answers_is_first(corpus: Corpus) -> None:
    first = found(corpus, "How far did the wait for a pilot fall in North Bay?")[0]
    assert "from 73 minutes to seven" in first.chunk.quote(first.unit)


def test_an_item_is_covered_by_its_lead_in_too(corpus: Corpus) -> None:
    items = [piece for piece in found(corpus, "three models of harbour collaborative") if piece.chunk.heading == "Models of collaborative"]
    assert len(items) == 3
    assert all(piece.features["coverage"] > 0.5 for piece in items)


def test_a_unit_is_covered_by_what_the_notes_say_in_its_place(corpus: Corpus) -> None:
    """The original says "keeps its moorings in one register"; only our notes say that it moved them."""
    moved = {piece.chunk.quote(piece.unit): piece.features["coverage"] for piece in found(corpus, "moved register")}
    assert moved["South Quay keeps its moorings in one register."] == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "filling", "not_filling"),
    [
        ("number", "It has 12 cranes.", "It has cranes."),
        ("date", "It began in 2016.", "It began early."),
        ("person", "The chair decides.", "It decides."),
    ],
)
def test_what_fills_a_kind_of_question(kind: str, filling: str, not_filling: str) -> None:
    ask = Ask.model_validate({"kind": kind})
    assert fills(ask, filling) and not fills(ask, not_filling)
    assert not fills(Ask(kind="open"), filling)


def test_a_unit_is_like_itself(corpus: Corpus) -> None:
    first, second = found(corpus, "pilots of North Bay")[:2]
    assert similar(first, first, corpus.snapshot) == pytest.approx(1, abs=1e-5)
    assert similar(first, second, corpus.snapshot) < 0.99
