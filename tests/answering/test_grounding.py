import re
from pathlib import Path

import pytest
from hypothesis import given

from pc_assistant.answering.draft import Draft, Line
from pc_assistant.answering.grounding import supported
from tests.answering.drafts import BLANK, drafts, line

FAITHFUL = [
    ("The wait fell from 73 minutes to seven minutes.", "The wait fell from 73 minutes to seven minutes."),
    ("The wait fell from 73 minutes to seven.", "The wait of ships fell from 73 minutes to seven minutes."),
    ("Harbours must keep their boards.", "Harbours must keep their own boards."),
    ("Trusts can't pool funds.", "Trusts cannot pool funds."),
    ("Trusts do not share staff.", "Trusts don’t share staff."),
    ("It saved £1,200 in 2022.", "In 2022 it saved £1200."),
    ("In 2022 the survey took place.", "The survey took place in May 2022."),
    ("The survey of May 2022 took place.", "The survey took place in May 2022."),
    ("This joint committee decides.", "A joint committee decides."),
    ("ICBs fund it.", "The ICB funds it."),
]

CHANGED = [
    ("number", "The wait fell from 74 minutes to seven.", "The wait fell from 73 minutes to seven."),
    ("number cut short", "The wait fell to 7", "The wait fell to 73 minutes."),
    ("number word", "The wait of ships for a pilot fell to eight minutes.", "The wait of ships for a pilot fell to seven minutes."),
    ("share", "50% of the collaboratives were considering it.", "40% of the collaboratives were considering it."),
    (
        "unit of money",
        "The harbours of the bay saved £2bn on dredging last year.",
        "The harbours of the bay saved £2m on dredging last year.",
    ),
    ("magnitude", "The harbours of the bay saved £2 billion on dredging.", "The harbours of the bay saved £2 million on dredging."),
    ("month", "The scheme of nine collaboratives began in June 2023.", "The scheme of nine collaboratives began in April 2023."),
    ("month to May", "The scheme of nine collaboratives began in May 2023.", "The scheme of nine collaboratives began in April 2023."),
    ("modal", "Harbours must join a collaborative.", "Harbours should join a collaborative."),
    ("modal dropped", "Harbours join a collaborative.", "Harbours may join a collaborative."),
    ("modal added", "Harbours must join a collaborative.", "Harbours join a collaborative."),
    ("expectation dropped", "Harbours are part of one collaborative.", "Harbours are expected to be part of one collaborative."),
    ("limit dropped", "Deep-water harbours join.", "Only deep-water harbours join."),
    ("negation dropped", "Harbours share their funds with others.", "Harbours do not share their funds with others."),
    ("contracted negation dropped", "Harbours share their funds with others.", "Harbours don't share their funds with others."),
    (
        "contracted negation added",
        "Harbours mustn't share their funds with the others.",
        "Harbours must share their funds with the others.",
    ),
    ("clause cut out of a denial", "collaboratives are statutory bodies", "It is not true that collaboratives are statutory bodies."),
    ("fear made a fact", "Collaboratives lose their money.", "Members fear that collaboratives lose their money."),
    ("proposal made a fact", "Harbours get a statutory footing.", "It is proposed that harbours get a statutory footing."),
    ("nothing said", "It is all so.", "All harbours share their funds."),
    ("giver and taker swapped", "Pilots delegate dredging to the harbours.", "The harbours delegate dredging to pilots."),
    (
        "figures swapped",
        "The survey of March 2023 was published in November 2022.",
        "The survey of November 2022 was published in March 2023.",
    ),
    ("verbs swapped", "Harbours may keep boards and must share crews.", "Harbours must keep boards and may share crews."),
    ("condition dropped", "Harbours share their funds.", "Harbours share their funds unless one objects."),
    (
        "name at the start",
        "Kent leads the digital programme together with seven partners.",
        "Dorset leads the digital programme together with seven partners.",
    ),
    ("name within", "the digital programme of seven partners is led by Kent.", "the digital programme of seven partners is led by Dorset."),
    ("other words", "Lighthouses guide ships at night.", "The ferry carries cars and people."),
]


@pytest.mark.parametrize(("text", "cited"), FAITHFUL)
def test_a_faithful_line_is_supported(text: str, cited: str) -> None:
    assert supported(line(text, cited)) == (True, supported(line(text, cited))[1])


@pytest.mark.parametrize(("what", "text", "cited"), CHANGED)
def test_a_line_that_changes_what_it_cites_is_not(what: str, text: str, cited: str) -> None:
    held, why = supported(line(text, cited))
    assert not held, what
    assert "what is cited" in why


def test_several_supports_carry_a_line_together_each_a_clause() -> None:
    both = ("The wait fell to seven minutes.", "The fall took two years.")
    assert supported(line("The wait fell to seven minutes, and the fall took two years.", *both))[0]
    assert not supported(line("The wait fell to seven minutes, and the fall took two years.", both[0]))[0]
    assert not supported(line("The wait fell to seven minutes in two years.", *both))[0]


def test_a_line_without_a_support_is_not_supported() -> None:
    assert supported(line("The ferry sails.")) == (False, "nothing is cited")


def test_fixed_words_state_nothing_and_cite_nothing() -> None:
    assert supported(BLANK)[0]
    assert not supported(line("The ferry sails:", "The ferry sails.", kind="fixed"))[0]


def test_a_comparison_is_supported_where_every_cell_is() -> None:
    true, false = line("It sails.", "It sails."), line("It sinks.", "It sails.")
    assert supported(Line(text="", kind="cells", cells=(true, BLANK)))[0]
    assert not supported(Line(text="", kind="cells", cells=(true, false)))[0]


@given(drafts())
def test_what_repeats_its_support_is_supported(draft: Draft) -> None:
    assert all(supported(one)[0] for one in draft.lines)


SENTENCES = [
    sentence
    for path in sorted(Path("corpus").glob("*/*.md"))
    for sentence in path.read_text(encoding="utf-8").splitlines()
    if re.match(r"[A-Z0-9][^|:]+\.$", sentence)
]
EDITS = {
    "figure": (r"\b\d+", lambda match: str(int(match.group()) + 1)),
    "may to must": (r"\b(may|might|could|can|should)\b", lambda match: "must"),
    "modal dropped": (r"\b(may|might|could|should|must|only) ", lambda match: ""),
    "negation dropped": (r"\b(not|never|no) ", lambda match: ""),
    "something added": (r"\.$", lambda match: " and pays for the zeppelins."),
    "name changed": (r"(?<=[a-z] )(NHS|ICSs?|SLP|WYAAT|Dorset|Sussex)\b", lambda match: "Cumbria"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_no_sentence_of_the_corpus_can_be_edited_unnoticed(edit: str) -> None:
    pattern, change = EDITS[edit]
    edited = [(new, old) for old in SENTENCES if (new := re.sub(pattern, change, old, count=1)) != old]
    assert len(edited) > 20
    assert [new for new, old in edited if supported(line(new, old))[0]] == []


def test_a_sentence_of_the_corpus_may_leave_out_its_source() -> None:
    tails = [(old.rsplit(", according to ", 1)[0] + ".", old) for old in SENTENCES if ", according to " in old]
    assert len(tails) > 20
    assert sum(supported(line(new, old))[0] for new, old in tails) > 0.95 * len(tails)
