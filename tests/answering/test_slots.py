import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.slots import announces, bound, met, names_someone, slot
from pc_assistant.retrieval.terms import terms

PAIRS = [
    ("count", "How many GPs are in the partnership?", "The partnership has 29 practices and 12 GPs.", "Many GPs take part in it."),
    ("count", "How many GPs are in the partnership?", "It has twelve GPs.", "The partnership serves 3 million people."),
    ("count", "How many trusts joined?", "Six trusts joined.", "The trusts joined in 2016."),
    ("count", "What is the population of Sussex?", "Sussex has 1.7 million people.", "Sussex is a county of people and sea."),
    ("count", "How big is the partnership?", "12,000 staff work there.", "It is large."),
    ("count", "How often does the board meet?", "It meets six times a year.", "It meets now and then."),
    ("count", "How often does the board meet?", "It meets twice a year.", "It meets now and then."),
    ("money", "What is the budget of the partnership?", "It has £3.6 million.", "It serves 3.6 million people."),
    ("money", "What is the budget of the Dorset ICS?", "It has a budget of £2m.", "Dorset has 800,000 people."),
    (
        "money",
        "I really need the Dorset ICS budget for my board.",
        "It has a budget of £2m.",
        "The board of the Dorset ICS agrees the budget.",
    ),
    ("money", "How much money was saved?", "£1 million of savings", "many savings"),
    ("name", "Who chairs the board?", "Ada Lovelace chairs it.", "The chair rotates every six months."),
    ("name", "Who is the chief executive of Oxleas?", "Ada Lovelace is chief executive.", "Oxleas has a chief executive."),
    ("date", "When was the alliance founded?", "It was formed in 2016.", "It has six trusts."),
    ("date", "In what month did it start?", "It began in April.", "It began early."),
    ("distance", "How far did placements fall?", "from 73 miles to seven", "by a third"),
    ("duration", "How long did the pilot run?", "It ran for two years.", "It ran well."),
    ("share", "What percentage were considering it?", "40% of them", "some of them"),
    ("share", "What proportion agreed?", "Half of them agreed.", "Several agreed."),
    ("contact", "What is the phone number of the team?", "Call 0113 496 0000.", "Ask the team."),
    ("contact", "What is their e-mail address?", "team@example.org", "Write to the team."),
    ("wording", "What is the exact wording of clause 3?", "It reads “shall be bound”.", "The clause binds."),
]


@pytest.mark.parametrize(("kind", "question", "filling", "near_miss"), PAIRS)
def test_a_slot_is_bound_by_what_was_asked_for_and_not_by_what_is_near(kind: str, question: str, filling: str, near_miss: str) -> None:
    wanted = slot(question)
    assert wanted.kind == kind
    assert bound(wanted, filling)
    assert not bound(wanted, near_miss)


def test_the_lead_in_may_name_what_is_counted_but_not_the_figure() -> None:
    wanted = slot("How many cranes are there?")
    assert bound(wanted, "12 at South Quay", context="Cranes of the group")
    assert not bound(wanted, "South Quay", context="12 cranes of the group")
    assert not bound(wanted, "12 at South Quay")


def test_a_figure_far_from_what_is_counted_does_not_bind() -> None:
    assert not bound(slot("How many pilots work there?"), "Pilots who know every rock of the coast share their boats with 12 crews.")


@pytest.mark.parametrize(
    "question",
    ["What is a provider collaborative?", "Is membership mandatory?", "Why do trusts collaborate?", "Tell me about a pooled budget", ""],
)
def test_a_question_without_a_slot_is_bound_by_anything(question: str) -> None:
    wanted = slot(question)
    assert wanted.kind == "none"
    assert bound(wanted, "Anything.")


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_question_has_a_slot_that_any_text_fills_or_not(question: str, text: str) -> None:
    assert bound(slot(question), text) in {True, False}
    assert slot(question).kind == "none" or not bound(slot(question), "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cathy Elliott was the collaborative's chair.", True),
        ("The chair of the West Yorkshire committee rotates.", False),
        ("Its chair comes from a member of the Foundation Trust.", False),
        ("Cathy Elliott spoke in June.", False),
    ],
)
def test_a_name_is_neither_of_the_place_asked_about_nor_of_an_organisation(text: str, found: bool) -> None:
    wanted = slot("Who chairs the West Yorkshire collaborative?")
    assert names_someone(text, wanted, frozenset(terms("West Yorkshire collaborative"))) is found


@pytest.mark.parametrize(
    ("question", "lead", "told"),
    [
        ("How many trusts make up the alliance?", "The alliance has six trusts:", True),
        ("How many mental health trusts are in it?", "It joins three mental health trusts:", True),
        ("How many trusts make up the alliance?", "Since 2016 its trusts are:", False),
        ("How many trusts make up the alliance?", "Four partners run the alliance:", False),
    ],
)
def test_a_lead_in_announces_how_many_of_the_thing_counted(question: str, lead: str, told: bool) -> None:
    assert announces(slot(question), lead) == told


@pytest.mark.parametrize(
    ("question", "text", "context", "filled"),
    [
        ("How many members does the alliance have?", "It joins six acute trusts.", "", True),
        ("How many members does the alliance have?", "Bolton NHS Trust", "Thirteen trusts are partners in the alliance:", True),
        ("How many partners are there?", "Its chair comes from a member trust and changes every six months.", "", False),
        ("How many partners are there?", "Its 2 partners in 2021", "", True),
        ("How many partners are there?", "Its partners in 2021", "", False),
        ("How many board members are there?", "It joins six acute trusts.", "", False),
        ("How many trusts are there?", "It has six partners.", "", False),
    ],
)
def test_members_are_counted_whatever_they_are_called(question: str, text: str, context: str, filled: bool) -> None:
    assert bound(slot(question), text, context) == filled


@pytest.mark.parametrize(
    ("question", "text", "context", "filled"),
    [
        ("What is the alliance's budget?", "The alliance has a budget of £2m.", "", True),
        ("What is the alliance's budget?", "£2m", "Budget of the alliance", True),
        ("What is the alliance's budget?", "The alliance saved £2m.", "", False),
        ("What has the alliance saved in pounds?", "The alliance got £2m more out of dredging.", "", True),
        ("Who chairs the alliance?", "Ada Byron is the chair.", "", True),
        ("Who chairs the alliance?", "Ada Byron", "Chairs of the alliance:", True),
        ("Who chairs the alliance?", "The chair comes from Lundy Harbour Trust.", "", False),
        ("When was it founded?", "In 2019.", "", True),
        ("What is it?", "Anything.", "", True),
    ],
)
def test_a_slot_is_met_by_the_very_thing_that_is_asked_for(question: str, text: str, context: str, filled: bool) -> None:
    assert met(slot(question), text, context, frozenset(terms("Lundy"))) == filled
