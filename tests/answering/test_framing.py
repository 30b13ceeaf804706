from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.framing import core
from pc_assistant.retrieval.terms import terms


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Dear assistant, what is a quay board? Kind regards, Jane", "What is a quay board?"),
        ("Hi all - who chairs it? Thanks in advance, Tom Jones, Company Secretary, Kent NHS FT", "Who chairs it?"),
        ("Hello, which ferries sail to Lundy Thank you", "Which ferries sail to Lundy"),
        ("WHAT IS A LEAD PROVIDER MODEL?", "What is a lead provider model?"),
        ("My chair asks: who decides?", "Who decides?"),
        ("Our chief executive would like to know - who decides?", "Who decides?"),
        ("Sorry if this is a silly question, but what is place?", "What is place?"),
        ("Can you please tell me: who decides?", "Who decides?"),
        ("What should I tell my governors: what has changed?", "What has changed?"),
        ("What should I tell my board about the new powers?", "What is said about the new powers?"),
        ("What does a chair need to know about quay boards?", "What is said about quay boards?"),
        ("Could you tell me about NBPP, please? Thanks, Jo", "What is said about NBPP?"),
        ("We need a short briefing on delegation for our board.", "What is said about delegation?"),
        ("Give us some background on risk sharing", "What is said about risk sharing?"),
        ("What do the documents say about pilots?", "What is said about pilots?"),
        ("What is the Ports and Harbour Dues Act 2012?", "What is said about the Ports and Harbour Dues Act 2012?"),
        ("could you explain to my board the Pilotage Bill", "What is said about the Pilotage Bill?"),
        ("Summarise the Pilotage Act for a new harbour master, please", "What is said about the Pilotage Act?"),
    ],
)
def test_what_stands_around_a_question_is_left_out(text: str, question: str) -> None:
    assert core(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "Thanks a lot",
        "ICB MOU",
        "which model is best",
        "We are two trusts. Who leads?",
        "What is the best way to thank volunteers?",
        "How did it do with regards to cost",
        "What should governors know about pilots?",
        "What does the toolkit say about pilots?",
        "Tell me about it",
        "Tell me about the second",  # of what was told before
        "Tell me more about pilots",  # than was told before
        "Tell me about how pilots work",
        "Tell me about NBPP. Who chairs it?",
        "Who should tell the board about pilots?",
        "What is the Pilotage Act good for?",  # asks for more than what it is
        "Explain pilots",
        "Under the Pilotage Act, who leads?",
        "Please",
    ],
)
def test_a_question_in_which_nothing_is_idle_stays_as_it_is(text: str) -> None:
    assert core(text) == text


def small_talk(parts: Sequence[str]) -> list[bool]:
    return ["weather" in part for part in parts]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Nice weather. Who decides? Mind the weather", "Who decides?"),
        ("Nice weather; We are two trusts. Who decides? The weatherman", "We are two trusts. Who decides?"),
        ("About the weather: who decides?", "Who decides?"),
        ("Is the weather fine? Who decides?", "Who decides?"),
        ("Is the weather fine? We decide.", "Is the weather fine? We decide."),  # a question stays where it is the only one
        ("Nice weather", "Nice weather"),
        ("Nice weather. Fine weather.", "Nice weather. Fine weather."),
    ],
)
def test_sentences_that_are_idle_are_left_out(text: str, question: str) -> None:
    assert core(text, small_talk) == question


@given(st.text(), st.lists(st.booleans(), min_size=200, max_size=200))
def test_something_of_what_is_asked_is_always_left(text: str, idle: list[bool]) -> None:
    kept = core(text, lambda parts: (idle * len(parts))[: len(parts)])
    assert bool(terms(kept)) == bool(terms(text))
    assert set(terms(kept)) <= set(terms(text)) | set(terms(text.lower()))


@given(st.from_regex(r"(?:[a-z]{2,8} ){2,6}[a-z]{2,8}\?", fullmatch=True), st.sampled_from(["Hi, ", "Dear team, ", "Hello Ann! ", ""]))
def test_a_greeting_makes_no_difference(question: str, greeting: str) -> None:
    assert core(greeting + question).lower() == core(question).lower()
