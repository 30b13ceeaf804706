"""An answer's parts, the same for every channel."""

import pytest

from pc_assistant.channels.presenting import in_context, plain_text, present
from pc_assistant.domain.answers import Answer, Notice
from tests.fakes import CITATION, WORDS, answer


def test_the_text_holds_all_that_is_shown() -> None:
    notices = (Notice(code="predates_2022_act", message="The law moved."), Notice(code="new", message="Mind the step."))
    whole = answer(text=f"{WORDS} [1]\n\nBring:\n\n- a ticket [1]\n- 3 \\< 4\n\n| Day | Sailings |\n| --- | --- |\n| Monday | 4 [1] |")
    text = plain_text(present(whole.model_copy(update={"notices": notices, "standalone_question": "When does the ferry sail?"})))
    assert text.split("\n\n") == [
        "Answer. From 1 passage in 1 document.",
        "Understood as: When does the ferry sail?",
        f"{WORDS} [1]",
        "Bring:",
        "- a ticket [1]\n- 3 < 4",
        "Day | Sailings\nMonday | 4 [1]",
        "Check the law since July 2022: The law moved.",
        "Please note: Mind the step.",
        "Sources:\n[1] The harbour. Ferry guide. February 2024 (guidance: what is expected). Section: Sailings › Mornings. Quoted from our notes.",
    ]


@pytest.mark.parametrize(
    ("update", "begins"),
    [
        ({"status": "partial"}, "Part of an answer. The documents answer only part"),
        ({"status": "refused", "reason": "not_covered"}, "Not in the documents."),
        ({"status": "refused", "reason": "personal_matter"}, "Not for this service."),
        ({"status": "refused", "reason": None}, "No answer."),
    ],
)
def test_what_kind_of_answer_it_is_stands_first_in_words(update: dict[str, object], begins: str) -> None:
    assert plain_text(present(answer().model_copy(update=update))).startswith(begins)


def test_a_refusal_has_no_sources_and_says_what_to_ask() -> None:
    presented = present(Answer(id="1", status="refused", answer="No. [1]", citations=(CITATION,)))
    assert presented.citations == ()
    assert len(presented.suggestions) > 1
    assert "[1]" in plain_text(presented)


def test_where_the_reader_shows_a_passage() -> None:
    assert in_context(CITATION) == "/documents/ferry-guide?passage=0123456789abcdef#mornings"
