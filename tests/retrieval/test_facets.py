import pytest

from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query
from pc_assistant.domain.conversations import Filters
from pc_assistant.retrieval.facets import Facet, facets
from tests.retrieval.tiny import EMBEDDER


def sides(corpus: Corpus, question: str) -> tuple[Facet, ...]:
    return facets(make_query(question, corpus, EMBEDDER, Filters()), corpus.snapshot, corpus.entities)


def headings(corpus: Corpus, facet: Facet) -> set[str]:
    return {chunk.heading for place, chunk in enumerate(corpus.snapshot.chunks) if facet.holds(place)}


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("Compare the North Bay Pilots Partnership with South Quay", ["North Bay Pilots Partnership", "South Quay"]),
        ("What do the guidance and the toolkit say on harbours?", ["Harbours at scale", "Harbour toolkit"]),
        ("What is the difference between a joint committee and a quay board?", ["joint committee", "quay board"]),
        ("How is a joint committee different from a quay board?", ["joint committee", "quay board"]),
        ("What was said of joint committees before the Act and what now?", ["Before July 2022", "Since July 2022"]),
        ("What is a harbour collaborative?", []),
        ("What happens in North Bay?", []),
    ],
)
def test_what_a_question_sets_side_by_side(corpus: Corpus, question: str, labels: list[str]) -> None:
    assert [facet.label for facet in sides(corpus, question)] == labels


def test_a_side_holds_what_speaks_of_it(corpus: Corpus) -> None:
    pilots, south = sides(corpus, "Compare the North Bay Pilots Partnership with South Quay")
    assert "North Bay pilots" in headings(corpus, pilots)
    assert headings(corpus, south) == {"South Quay"}


def test_then_and_now_part_the_documents_by_the_act(corpus: Corpus) -> None:
    before, since = sides(corpus, "What was said of joint committees before the Act and what now?")
    assert "Joint committees since the Act" in headings(corpus, since)
    assert not headings(corpus, before) & {"Joint committees since the Act", "Survey of collaboratives"}


def test_the_sides_of_a_pair_are_told_apart_by_their_own_words(corpus: Corpus) -> None:
    committee, board = sides(corpus, "What is the difference between a joint committee and a quay board?")
    assert "Models of collaborative" in headings(corpus, board) - headings(corpus, committee)
    assert "Joint committees since the Act" in headings(corpus, committee) - headings(corpus, board)
