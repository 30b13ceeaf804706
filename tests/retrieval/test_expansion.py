import pytest

from pc_assistant.knowledge.reference import Term
from pc_assistant.retrieval.expansion import Expander

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
