from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft, Line
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.respond import PARTIAL
from pc_assistant.answering.state import State
from pc_assistant.answering.steps.verify import verify
from tests.answering.conftest import Ask
from tests.answering.drafts import drafts, line, shown

TRUE = line("The ferry sails at nine.", "The ferry sails at nine.")
FALSE = line("The ferry sails at ten.", "The ferry sails at nine.")


def verified(ask: Ask, *lines: Line, missing: str | None = None) -> State:
    return verify(replace(ask("When does it sail?"), draft=Draft(lines=lines, missing=missing)))


def test_a_line_that_is_not_supported_goes(ask: Ask) -> None:
    state = verified(ask, FALSE, TRUE)
    assert (state.status, state.answer) == ("answered", "The ferry sails at nine. [1]")
    assert [citation.quote for citation in state.citations] == ["The ferry sails at nine."]


def test_nothing_left_is_a_refusal_with_what_to_ask_instead(ask: Ask) -> None:
    for lines in [(), (FALSE,), (Line(text="Sailings:", kind="fixed"),), (Line(text="I answer from these.", kind="fixed"),)]:
        state = verified(ask, *lines)
        assert (state.status, state.reason, state.citations) == ("refused", "not_covered", ())
        assert "provider collaboratives" in state.answer


def test_a_lead_in_goes_with_its_items(ask: Ask) -> None:
    lead = line("Bring:", "Bring:", kind="lead")
    lost = line("a boat", "a coat", kind="item")
    kept = line("a coat", "a coat", kind="item")
    header = line("Day | Hour", "Day | Hour", kind="header")
    assert verified(ask, TRUE, lead, lost, header).answer == "The ferry sails at nine. [1]"
    assert verified(ask, lead, lost, kept).answer == "Bring: [1]\n\n- a coat [2]"
    assert verified(ask, Line(text="Tides:", kind="fixed"), lost, TRUE).answer == "The ferry sails at nine. [1]"


def test_a_lead_in_does_not_take_up_the_items_of_another_list(ask: Ask) -> None:
    lead = line("Bring:", "Bring:", kind="lead")
    other = line("a berth", "a berth", kind="item", group=1)
    assert verified(ask, lead, other).answer == "- a berth [1]"
    assert verified(ask, lead, line("Monday | 4", "Monday | 4", kind="row")).answer.count("Bring") == 0


def test_what_is_missing_is_said_and_makes_the_answer_partial(ask: Ask) -> None:
    state = verified(ask, TRUE, missing="the fare")
    assert state.status == "partial"
    assert state.answer == f"The ferry sails at nine. [1]\n\n{PARTIAL.format(missing='the fare')}"
    assert verified(ask, FALSE, missing="the fare").status == "refused"


@settings(max_examples=60, deadline=None)
@given(drafts(), st.integers(0, 2**40))
def test_only_what_is_supported_is_shown(ask: Ask, draft: Draft, spoilt: int) -> None:
    """`spoilt` is the set of the lines, bit by bit, that say more than they cite."""
    lines = [
        one.model_copy(update={"text": f"{one.text} 4711"}) if one.supports and spoilt >> number & 1 else one
        for number, one in enumerate(draft.lines)
    ]
    state = verified(ask, *lines)
    assert "4711" not in state.answer
    assert bool(state.citations) == (state.status != "refused")
    if state.status != "refused":
        assert state.draft is not None
        assert all(supported(one)[0] for one in state.draft.lines)
        assert render(state.draft) == (state.answer, state.citations)
        assert set(shown(state.answer)[0]) == {citation.marker for citation in state.citations}
