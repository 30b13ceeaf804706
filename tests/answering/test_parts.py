from dataclasses import replace

import pytest

from pc_assistant.answering.asking import analyse
from pc_assistant.answering.evidence import Evidence, gather
from pc_assistant.answering.parts import asks, parts, unanswered
from pc_assistant.answering.pipeline import Pipeline
from pc_assistant.answering.state import Corpus, State
from pc_assistant.answering.steps.answer import answer as compose_answer
from pc_assistant.answering.steps.retrieve import attribute_of, make_query, search
from pc_assistant.answering.support import Bounds, Verdicts, Weights
from pc_assistant.domain.conversations import Filters, Question
from tests.retrieval.tiny import EMBEDDER


def held(corpus: Corpus, text: str) -> list[Evidence]:
    query = make_query(text, corpus, EMBEDDER, Filters())
    return gather(analyse(text), query, search(query, corpus, 12, "hybrid"), corpus.snapshot)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who chairs the board?", ("Who chairs the board",)),
        ("Who chairs the board and when does it meet?", ("Who chairs the board", "when does it meet")),
        ("What does it do, and what does it cost?", ("What does it do", "what does it cost")),
        ("How many cranes are there? Who owns them?", ("How many cranes are there", "Who owns them")),
        ("Which boards and committees are there?", ("Which boards and committees are there",)),
        ("What is the depth of North Bay and its budget?", ("What is the depth of North Bay", "its budget")),
        ("?", ()),
    ],
)
def test_a_part_begins_with_a_question_word_of_its_own(question: str, asked: tuple[str, ...]) -> None:
    assert parts(question) == asked


def test_the_part_that_nothing_answers_is_named(corpus: Corpus) -> None:
    question = "How many cranes has South Quay, and what is their e-mail address?"
    assert unanswered(question, held(corpus, question)) == "what is their e-mail address"


def test_a_saving_is_no_salary(corpus: Corpus) -> None:
    question = "What is a risk and gain share, and what salary does the dredging pay?"
    assert unanswered(question, held(corpus, question)) == "what salary does the dredging pay"
    question = "What is a risk and gain share, and how much money did dredging save?"
    assert unanswered(question, held(corpus, question)) is None


def test_one_more_thing_of_the_same_is_a_part_too(corpus: Corpus) -> None:
    question = "How many cranes has South Quay and its phone number?"
    assert unanswered(question, held(corpus, question)) == "its phone number"
    question = "How many cranes has South Quay and their staff?"
    assert unanswered(question, held(corpus, question)) is None


@pytest.mark.parametrize("question", ["How many cranes has South Quay?", "How many cranes has South Quay, and what do they lift?"])
def test_what_is_answered_or_asks_for_one_thing_leaves_nothing_open(corpus: Corpus, question: str) -> None:
    assert unanswered(question, held(corpus, question)) is None


def test_where_no_part_is_answered_none_is_left_open_beside_another(corpus: Corpus) -> None:
    question = "What is the e-mail address of South Quay, and what is the phone number of North Bay?"
    assert unanswered(question, held(corpus, question)) is None


def test_an_answer_to_a_part_is_partial_and_says_which_part_is_missing(corpus: Corpus) -> None:
    open_corpus = Corpus(**{**vars(corpus), "verdicts": Verdicts.open()})
    answer = Pipeline(lambda: open_corpus, EMBEDDER).answer(
        Question(text="How many cranes has South Quay, and what is their e-mail address?")
    )
    assert answer.status == "partial"
    assert "“what is their e-mail address”" in answer.answer
    assert answer.citations


def test_what_another_place_has_answers_no_part(corpus: Corpus) -> None:
    question = "How long do ships wait for a pilot in North Bay, and how many cranes are there?"
    query = make_query(question, corpus, EMBEDDER, Filters())
    found = tuple(search(query, corpus, 12, "hybrid"))
    state = State(
        question=Question(text=question),
        corpus=replace(corpus, verdicts=Verdicts.open()),
        text=question,
        ask=analyse(question),
        passages=found,
    )
    named = replace(query, attribute=attribute_of(query, corpus, EMBEDDER))
    anywhere, there = (compose_answer(replace(state, query=one)).draft for one in (query, named))
    assert anywhere and anywhere.missing is None  # South Quay has twelve
    assert there and there.missing == "how many cranes are there"


def test_what_is_refused_as_a_whole_is_answered_without_the_part_that_nothing_answers(corpus: Corpus) -> None:
    question = "How many cranes has South Quay, and what is their e-mail address?"
    wary = Bounds(scope=Weights(bias=1.0, weights={}), support=Weights(bias=0.5, weights={"wording": -1.0}))
    strict = Corpus(**{**vars(corpus), "verdicts": Verdicts.open().model_copy(update={"general": wary})})
    ask = Pipeline(lambda: strict, EMBEDDER).answer
    assert ask(Question(text="What is the e-mail address of the cranes of South Quay?")).status == "refused"
    answer = ask(Question(text=question))
    assert (answer.status, answer.reason, answer.asked) == ("partial", None, question)
    assert "“what is their e-mail address”" in answer.answer
    assert "12 cranes" in " ".join(citation.quote for citation in answer.citations)
    never = Corpus(
        **{
            **vars(corpus),
            "verdicts": strict.verdicts.model_copy(update={"general": Bounds(scope=wary.scope, support=Weights(bias=-1.0, weights={}))}),
        }
    )
    assert Pipeline(lambda: never, EMBEDDER).answer(Question(text=question)).status == "refused"


@pytest.mark.parametrize(
    ("part", "asking"),
    [
        ("How many cranes has South Quay", True),
        ("We are two trusts in Kent. How is South Quay run", True),
        ("Can a trust leave", True),
        ("I chair South Quay", False),
        ("We are two trusts in Kent", False),
        ("Our board meets next week", False),
    ],
)
def test_who_asks_and_why_is_no_question(part: str, asking: bool) -> None:
    assert asks(part) == asking


def test_who_asks_is_not_answered_in_place_of_what_is_asked(corpus: Corpus) -> None:
    wary = Bounds(scope=Weights(bias=1.0, weights={}), support=Weights(bias=0.5, weights={"wording": -1.0}))
    strict = Corpus(**{**vars(corpus), "verdicts": Verdicts.open().model_copy(update={"general": wary})})
    question = "I look after the cranes of South Quay, what is their e-mail address?"
    assert unanswered(question, held(corpus, question)) == "what is their e-mail address"
    assert Pipeline(lambda: strict, EMBEDDER).answer(Question(text=question)).status == "refused"
