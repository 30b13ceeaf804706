import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.premise import denies

UNPAID = "Drills on the jetty are not paid by harbours."


@pytest.mark.parametrize(
    ("sentence", "question", "denied"),
    [
        (UNPAID, "How are drills paid?", True),
        (UNPAID, "Why are drills not paid?", False),
        (UNPAID, "Who sees to the drills on the jetty?", False),
        ("Drills are paid by harbours.", "How are drills paid?", False),
        ("Harbours have no statutory status; crews do.", "What gave harbours statutory status?", True),
        ("The move was achieved without moving ropes.", "How were the ropes moved?", True),
        ("Councils can't delegate to a joint committee.", "Which duties may councils delegate?", True),
        ("Drills stop unless they are paid.", "How are drills paid?", False),
    ],
)
def test_a_sentence_denies_what_a_question_affirms(sentence: str, question: str, denied: bool) -> None:
    assert denies(sentence, question) is denied


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_has_no_negation_denies_nothing_and_what_asks_with_one_affirms_nothing(sentence: str, question: str) -> None:
    assert not denies(sentence, f"{question} not")
    assert not denies("Harbours pay drills.", question)
