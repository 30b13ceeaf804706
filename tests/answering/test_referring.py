from pathlib import Path

import pytest

from pc_assistant.adapters.loaders import load
from pc_assistant.answering.referring import leans

LEANING = """
and who chairs it?
how does it take decisions?
which two systems does it straddle?
who pays for its secretariat?
how long did that take?
which two trusts was that?
So is it a legal body of its own?
tell me more about the second
which do mental health trusts mostly use?
how many stages, and what are they?
what do they have to approve?
name them
who chairs their assembly?
Is it mandatory?
Is that legal?
Does that apply to ambulance trusts?
Can they employ staff?
which of them is a foundation trust?
Thanks, how many are there?
which trusts use it?
who are the members?
Who chairs the board?
does the partnership have a board?
Are these binding?
What was his role?
what happened there?
what about the others
Can you give me an example?
governance?
and how many does South London span?
""".strip().splitlines()

ALONE = """
What is a provider collaborative?
What is subsidiarity?
So what is a joint committee?
How do we set up a provider collaborative?
What does the guidance say about risk and gain share?
What did the survey find?
Who chairs the committee in common?
What is Act as One and what has it made possible?
Who publishes the Magenta Book and what is it?
Can members pool their funds?
How should trusts split their resources between several collaborations?
Can a provider opt out of a collaborative if it gains little?
Is it true that joint committees are unlawful?
Is it worth paying for a programme office?
What does it cost a trust to belong to a collaborative?
What IT does a collaborative need?
Who are the members of the Dorset partnership?
Did anyone say that staffing was no problem for them?
How many people live in Sussex?
Do trusts that already collaborate have to register?
Should our ambulance service be a member of the collaborative?
Is a provider collaborative the same as a clinical network?
Which section of the Act lets a trust delegate its functions?
The Confederation spoke of clubs. What did it mean?
Thanks. What is a lead provider?
""".strip().splitlines()


@pytest.mark.parametrize("question", LEANING)
def test_these_lean_on_what_was_said_before(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", ALONE)
def test_these_stand_alone(question: str) -> None:
    assert not leans(question)


def test_the_questions_of_the_notes_stand_alone() -> None:
    """They were written to be asked without history. A few do lean ("Are these rules or just principles?"); no more than one in fifty may."""
    questions = [question for path in sorted(Path("corpus").glob("*/*.md")) for section in load(path) for question in section.questions]
    assert sum(map(leans, questions)) < len(questions) / 50
