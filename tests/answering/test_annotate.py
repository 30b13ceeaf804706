from dataclasses import replace

import pytest

from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft, Line, Support
from pc_assistant.answering.state import Corpus, State
from pc_assistant.answering.steps.annotate import annotate
from pc_assistant.domain.documents import Passage
from tests.answering.conftest import Ask


def cited(ask: Ask, corpus: Corpus, question: str, *headings: str) -> State:
    """A state whose answer cites the first unit beneath each heading; every passage was found."""
    held = corpus.snapshot
    lines = []
    for heading in headings:
        place = next(place for place, chunk in enumerate(held.chunks) if chunk.heading == heading)
        chunk, document = held.chunks[place], held.owners[place].document
        lines.append(
            Line(
                text=chunk.quote(chunk.units[0]), kind="sentence", supports=(Support(chunk=chunk, document=document, unit=chunk.units[0]),)
            )
        )
    answer, citations = render(Draft(lines=tuple(lines)))
    found = [
        Passage(chunk=c, document=o.document, score=1.0, rank=n) for n, (c, o) in enumerate(zip(held.chunks, held.owners, strict=True), 1)
    ]
    return replace(ask(question), status="answered", answer=answer, citations=citations, passages=tuple(found))


def test_an_answer_from_before_the_act_says_so_and_names_its_sources(ask: Ask, corpus: Corpus) -> None:
    state = annotate(cited(ask, corpus, "Who may join?", "Membership by date", "Joint committees since the Act", "Steps for setting up"))
    assert [notice.code for notice in state.notices] == ["predates_2022_act"]
    message = state.notices[0].message
    assert "“Harbours at scale” (2021)" in message and "“Harbour toolkit” (2022)" in message
    assert "Harbour conference" not in message
    assert "1 July 2022" in message


@pytest.mark.parametrize("question", ["What does QB stand for?", "What's a QB?", "QB – meaning?", "QB"])
def test_who_asks_what_an_acronym_means_is_told(ask: Ask, corpus: Corpus, question: str) -> None:
    notices = annotate(cited(ask, corpus, question, "Joint committees since the Act")).notices
    assert [(notice.code, "QB stands for: quay board" in notice.message) for notice in notices] == [("acronym", True)]
    refused = annotate(replace(ask(question), status="refused", answer="The documents do not say.", reason="not_covered"))
    assert [notice.code for notice in refused.notices] == ["acronym"]


@pytest.mark.parametrize("question", ["Who chairs the QB?", "What is a quay board (QB)?", "What is pilotage?"])
def test_who_asks_something_else_is_not(ask: Ask, corpus: Corpus, question: str) -> None:
    assert annotate(cited(ask, corpus, question, "Joint committees since the Act")).notices == ()


def test_an_answer_from_after_the_act_needs_no_notice(ask: Ask, corpus: Corpus) -> None:
    assert annotate(cited(ask, corpus, "What is a joint committee?", "Joint committees since the Act")).notices == ()


def test_what_a_source_says_of_itself_is_no_law(ask: Ask, corpus: Corpus) -> None:
    assert annotate(cited(ask, corpus, "When was it published?", "About this source")).notices == ()


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("May a joint committee decide?", "joint committees were planned"),
        ("What are “joint committees”?", "joint committees were planned"),
        ("Is there a pooled fund?", "Funds may be pooled"),
        ("Who may join the committee?", None),
        ("Is it disjoint committees?", None),
    ],
)
def test_a_later_position_is_given_for_the_subject_asked_about_and_no_other(
    ask: Ask, corpus: Corpus, question: str, changed: str | None
) -> None:
    said = annotate(cited(ask, corpus, question, "Membership by date")).notices[0].message
    messages = [subject.message for subject in corpus.reference.subjects]
    assert [message for message in messages if message in said] == [message for message in messages if changed and changed in message]


def test_notices_given_before_stay(ask: Ask, corpus: Corpus) -> None:
    told = annotate(cited(ask, corpus, "Who may join?", "Membership by date")).notices
    state = replace(cited(ask, corpus, "Who may join?", "Membership by date"), notices=told)
    assert annotate(state).notices == (*told, *told)


def test_suggestions_are_questions_about_what_was_found_and_not_cited(ask: Ask, corpus: Corpus) -> None:
    state = annotate(cited(ask, corpus, "Who may join?", "Membership by date"))
    assert 0 < len(state.suggestions) <= 3
    assert len(set(state.suggestions)) == len(state.suggestions)
    assert all(suggestion.endswith("?") for suggestion in state.suggestions)
    assert not any("Membership by date" in suggestion or "About this source" in suggestion for suggestion in state.suggestions)


def test_names_keep_their_capitals_in_suggestions(ask: Ask, corpus: Corpus) -> None:
    state = cited(ask, corpus, "Who may join?", "Membership by date")
    only = replace(state, passages=tuple(p for p in state.passages if p.chunk.heading == "South Quay"))
    assert annotate(only).suggestions == ("What do the documents say about “South Quay”?",)


def test_a_refusal_is_left_as_it_is(ask: Ask) -> None:
    state = replace(ask("What is the capital of France?"), status="refused", reason="out_of_scope", answer="No.")
    assert annotate(state) is state
