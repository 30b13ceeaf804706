"""Where the position has moved since a document was written, the answer gives the later one, too."""

import pytest

from pc_assistant.answering.answerers.extractive import Budget, compose
from pc_assistant.answering.asking import analyse
from pc_assistant.answering.evidence import gather
from pc_assistant.answering.state import Corpus, State
from pc_assistant.answering.steps.retrieve import PASSAGES, make_retrieve
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.retrieval.subjects import touched
from tests.retrieval.tiny import EMBEDDER

LATER = "harbour-event"


def retrieved(corpus: Corpus, text: str, filters: Filters = Filters()) -> State:
    return make_retrieve(EMBEDDER)(State(question=Question(text=text, filters=filters), corpus=corpus, text=text, ask=analyse(text)))


def sources(corpus: Corpus, text: str, words: int) -> list[str]:
    state = retrieved(corpus, text)
    assert state.ask and state.query
    evidence = gather(state.ask, state.query, state.passages, corpus.snapshot)
    found = compose(state.ask, state.query, evidence, corpus.snapshot, budget=Budget(words=words))
    return [support.chunk.document_id for line in found.lines for support in line.supports]


def test_what_is_answered_from_before_tells_how_it_stands_now_too(corpus: Corpus) -> None:
    assert sources(corpus, "In 2021, could functions be delegated to a joint committee under s65Z5?", words=12)[:1] == ["harbour-guidance"]
    assert LATER in sources(corpus, "May functions be delegated to a joint committee under s65Z5?", words=12)
    assert LATER not in sources(corpus, "In 2021, could functions be delegated to a joint committee under s65Z5?", words=12)


def test_what_the_later_document_answers_already_is_not_said_twice(corpus: Corpus) -> None:
    said = sources(corpus, "Is a joint committee a lawful form since 1 July 2022?", words=12)
    assert said.count(LATER) == 1


@pytest.mark.parametrize(
    "question",
    [
        "In 2021, could functions be delegated to a joint committee?",
        "What does the guidance say about a joint committee?",
        "Has South Quay a joint committee?",
        "How many moorings are there?",
    ],
)
def test_the_past_a_document_and_a_place_are_answered_as_asked(corpus: Corpus, question: str) -> None:
    state = retrieved(corpus, question)
    assert state.query and state.query.later == ()


def test_a_filter_keeps_the_later_document_out(corpus: Corpus) -> None:
    state = retrieved(corpus, "May a joint committee decide?", Filters(documents=("harbour-guidance",)))
    assert {passage.chunk.document_id for passage in state.passages} == {"harbour-guidance"}


def test_passages_stay_as_many_and_each_stands_once(corpus: Corpus) -> None:
    state = retrieved(corpus, "May functions be delegated to a joint committee?")
    ids = [passage.chunk.id for passage in state.passages]
    assert state.query and state.query.later and len(set(ids)) == len(ids) <= PASSAGES
    assert {corpus.snapshot.chunks[place].id for place in state.query.later} <= set(ids)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("May a committee decide that is joint?", ["joint-committees"]),
        ("Which funds are pooled?", ["pooled-funds"]),
        ("Which fund is it?", []),
        ("Is a committee disjoint?", []),
    ],
)
def test_a_subject_is_touched_by_all_its_words_in_any_order(corpus: Corpus, question: str, found: list[str]) -> None:
    assert [subject.id for subject in touched(question, corpus.reference.subjects)] == found
