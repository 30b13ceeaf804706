import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.asking import analyse

QUESTIONS = """
definition: What is a provider collaborative?
definition: What is meant by subsidiarity?
definition: What does ICB stand for?
definition: Define lead provider
definition: what do we mean by committees in common?
definition: What's a joint committee?
number: How many trusts are in WYAAT?
number: How far did placements fall?
number: What share of collaboratives were considering legal flexibilities?
number: By how much did readmissions fall?
number: How big is the South London Partnership?
number: In one sentence, how many collaboratives answered the survey?
date: When were collaboratives created?
date: What year was the white paper?
date: By when must trusts join?
date: and when did the Act come into force?
person: Who chairs the partnership board?
person: Whose idea was it?
why: Why do we need provider collaboratives?
why: For what reason did they merge?
list: What are the six challenges?
list: Which trusts make up the partnership?
list: Which of WYAAT's decisions are mandatory?
list: List the members of WYAAT
list: Give me examples of joint procurement
list: What types of collaborative are there?
comparison: Compare the lead provider model with shared leadership
comparison: What is the difference between a joint committee and a committee in common?
comparison: What distinguishes a joint committee from a committee in common?
comparison: Lead provider versus leadership board?
comparison: How do the two models differ?
steps: How do we set up a provider collaborative?
steps: How should boards delegate functions?
steps: What should we consider before we start?
yes_no: Can a joint committee include people who are not employees?
yes_no: Is membership mandatory?
yes_no: We are a community trust. Must we join a collaborative?
open: Tell me about risk and gain share
open: What does the toolkit say about risk and gain share?
open: What role do ICBs play?
open: What happens next?
open: What is the role of the chair?
""".strip().splitlines()


@pytest.mark.parametrize(("kind", "question"), [line.split(": ", 1) for line in QUESTIONS])
def test_the_kind_of_answer(kind: str, question: str) -> None:
    assert analyse(question).kind == kind


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("What are the six challenges?", 6),
        ("Name the three programmes", 3),
        ("Which 4 trusts take part?", 4),
        ("What are the main twelve boroughs?", 12),
        ("What are the challenges?", None),
        ("When did the six trusts join?", None),
    ],
)
def test_how_long_a_list_is_asked_for(question: str, count: int | None) -> None:
    assert analyse(question).count == count


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What are the six challenges?", True),
        ("What types of collaborative are there?", True),
        ("Who are the members of WYAAT?", True),
        ("Which organisations take part in the Dorset partnership?", True),
        ("What does the toolkit say about risk?", False),
        ("Who chairs the board?", False),
        ("Is membership mandatory?", False),
    ],
)
def test_whether_a_whole_list_is_wanted(question: str, wanted: bool) -> None:
    assert analyse(question).wants_list == wanted


@pytest.mark.parametrize(
    ("question", "brief"),
    [
        ("In one line, what is a lead provider?", True),
        ("What is a lead provider, briefly?", True),
        ("TL;DR of the guidance", True),
        ("What is a lead provider?", False),
        ("What is shorthand for?", False),
    ],
)
def test_whether_it_must_be_short(question: str, brief: bool) -> None:
    assert analyse(question).brief == brief


@given(st.text(max_size=120))
def test_every_text_has_a_kind(text: str) -> None:
    assert analyse(text) == analyse(f"  {text.upper()} ".lower())
