"""One contract for every channel: the same questions give the same words, the same sources, the same notices and the same refusals.

A channel joins by one entry: a context manager that takes a folder, an assistant and a library and gives a function from the questions of
one conversation to what was told.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from pc_assistant.domain.ports import Assistant, Library
from tests.channels import over_http, over_slack, over_teams
from tests.channels.script import ANSWERS, QUESTIONS, CitedLibrary, ScriptedAssistant
from tests.channels.told import Told, expected

Ask = Callable[..., list[Told]]
Channel = Callable[[Path, Assistant, Library], AbstractContextManager[Ask]]

CHANNELS: dict[str, Channel] = {
    "http": over_http.api,
    "openai": over_http.openai,
    "page": over_http.pages,
    "slack mention": over_slack.mention,
    "slack direct message": over_slack.direct,
    "teams channel": over_teams.channel,
    "teams personal chat": over_teams.personal,
}
CONVERSATIONS: Sequence[tuple[str, ...]] = (
    ("answered", "follow_up"),
    ("table",),
    ("partial",),
    ("refused",),
    ("out_of_scope",),
    ("personal_data",),
)


@pytest.fixture(scope="module", params=sorted(CHANNELS))
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with CHANNELS[request.param](tmp_path_factory.mktemp("channel"), ScriptedAssistant(), CitedLibrary()) as ask:
        yield ask


@pytest.mark.parametrize("names", CONVERSATIONS, ids="-".join)
def test_what_is_told_is_the_same_in_every_channel(ask: Ask, names: tuple[str, ...]) -> None:
    assert ask(*(QUESTIONS[name] for name in names)) == [expected(ANSWERS[name]) for name in names]


def test_another_conversation_knows_nothing_of_this_one(ask: Ask) -> None:
    assert ask(QUESTIONS["follow_up"]) == [expected(ANSWERS["refused"])]


def test_the_answers_differ_so_that_the_comparison_means_something() -> None:
    told = [expected(answer) for answer in ANSWERS.values()]
    assert len(set(told)) == len(told) == len(QUESTIONS)
    assert {len(one.sources) > 0 for one in told} == {len(one.notices) > 0 for one in told} == {True, False}
