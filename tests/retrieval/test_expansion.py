import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.knowledge.reference import Term
from pc_assistant.retrieval.expansion import Expander
from pc_assistant.retrieval.lexical import Lexical
from pc_assistant.retrieval.terms import terms

GLOSSARY = (
    Term(term="ICB", long="integrated care board", synonyms=("integrated care boards", "ICBs")),
    Term(term="ICS", long="integrated care system"),
    Term(term="MoU", long="memorandum of understanding"),
    Term(term="place", long="place"),
    Term(term="ICB board", long="board of an integrated care board"),
)
EXPANDER = Expander(GLOSSARY)


@pytest.mark.parametrize("text", ["What does the ICB fund?", "What do ICBs fund?"])
def test_an_acronym_brings_its_long_form(text: str) -> None:
    assert {"integr", "care", "board"} <= set(EXPANDER.expansion(text))


def test_a_long_form_brings_its_acronym() -> None:
    assert "icb" in EXPANDER.expansion("What does the integrated care board fund?")
    assert "mou" in EXPANDER.expansion("a memorandum of understanding")


def test_a_text_is_not_expanded_by_its_own_terms() -> None:
    assert not {"board", "fund"} & set(EXPANDER.expansion("Which board does the ICB fund?"))
    assert EXPANDER.expansion("What is a place?") == ()


def test_what_the_glossary_does_not_know_is_left_alone() -> None:
    assert EXPANDER.found("Who keeps the lighthouse?") == []
    assert EXPANDER.expansion("Who keeps the lighthouse?") == ()
    assert EXPANDER.spelled_out("Who keeps the lighthouse?") == "Who keeps the lighthouse?"


def test_the_longest_name_at_a_spot_wins() -> None:
    assert [entry.term for entry in EXPANDER.found("the ICB board and the ICS")] == ["ICB board", "ICS"]


def test_each_entry_is_found_once_in_the_order_of_the_text() -> None:
    assert [entry.term for entry in EXPANDER.found("ICS, ICB, ICS and integrated care system")] == ["ICS", "ICB"]


def test_acronyms_are_spelled_out_for_the_embedder() -> None:
    assert EXPANDER.spelled_out("Who chairs the ICB of an ICS?") == (
        "Who chairs the ICB of an ICS? (integrated care board; integrated care system)"
    )
    assert EXPANDER.spelled_out("Who chairs the ICB, the integrated care board?") == "Who chairs the ICB, the integrated care board?"
    assert Expander(()).spelled_out("Who chairs the ICB?") == "Who chairs the ICB?"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is an ICB?", [("ICB", "integrated care board")]),
        ("icbs - what are they?", [("icbs", "integrated care board")]),
        ("An MoU between ICBs", [("MoU", "memorandum of understanding"), ("ICBs", "integrated care board")]),
        ("MoU or no MoU?", [("MoU", "memorandum of understanding")]),
        ("What is MOU?", []),  # other letters may be another acronym
        ("Is an MoU a memorandum of understanding?", []),
        ("What is a place?", []),
    ],
)
def test_acronyms_are_found_with_what_they_stand_for(text: str, found: list[tuple[str, str]]) -> None:
    assert EXPANDER.acronyms(text) == found


def test_an_acronym_that_the_corpus_never_uses_is_read_as_its_long_form() -> None:
    held = Lexical([terms("a memorandum of understanding"), *[terms("the ICB")] * 20, *[terms("an integrated care board")] * 20])
    assert EXPANDER.read("Does the ICB sign the MoU/MoU, or the MoU?", held.together) == (
        "Does the ICB sign the MoU/MoU, or the memorandum of understanding?"
    )
    assert EXPANDER.read("And the mou?", held.together) == "And the memorandum of understanding?"
    nothing_held = Lexical([terms("the ICB")])
    assert EXPANDER.read("Who signs the MoU?", nothing_held.together) == "Who signs the MoU?"


@given(st.text())
def test_what_the_corpus_uses_as_much_as_the_long_form_is_read_as_it_is(text: str) -> None:
    assert EXPANDER.read(f"{text} ICB", lambda _: 1) == f"{text} ICB"
