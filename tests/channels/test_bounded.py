"""So many questions at a time, a short queue, and an end to waiting."""

import asyncio

import pytest

from pc_assistant.channels.bounded import Bounded
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.errors import Busy, TooSlow
from pc_assistant.domain.ports import SearchMode
from tests.fakes import answer

WHEN = Question(text="When?")


class Held:
    """An assistant that answers when it is let go, and knows how many it answers at once."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.inside = self.most = 0

    async def ask(self, question: Question) -> Answer:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.go.wait()
        finally:
            self.inside -= 1
        return answer()

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        await self.ask(WHEN)
        return []


async def test_so_many_are_answered_some_wait_and_the_rest_are_told_to_come_again() -> None:
    held = Held()
    bounded = Bounded(held, at_once=2, waiting=3, seconds=60)
    asking = [asyncio.ensure_future(bounded.ask(WHEN)) for _ in range(5)]
    await asyncio.sleep(0)
    for attempt in (bounded.ask(WHEN), bounded.search("x", 1, "hybrid", Filters()), bounded.speak(WHEN, print)):
        with pytest.raises(Busy, match="More is being asked than can be answered at once"):
            await attempt
    with pytest.raises(Busy):
        bounded.check()
    held.go.set()
    assert await asyncio.gather(*asking) == [answer()] * 5
    assert held.most == 2
    bounded.check()


async def test_waiting_and_answering_come_to_an_end() -> None:
    held = Held()
    bounded = Bounded(held, at_once=1, waiting=1, seconds=0.05)
    asked = await asyncio.gather(bounded.ask(WHEN), bounded.ask(WHEN), return_exceptions=True)
    assert [type(error) for error in asked] == [TooSlow, TooSlow]
    assert "longer than the 0.05 seconds" in str(asked[0])
    assert held.inside == 0  # what takes too long is given up, and makes room
    held.go.set()
    assert await bounded.ask(WHEN) == answer()


async def test_a_time_that_ran_out_elsewhere_is_not_told_as_ours() -> None:
    class Late(Held):
        async def ask(self, question: Question) -> Answer:
            raise TimeoutError("elsewhere")

    with pytest.raises(TimeoutError, match="elsewhere"):
        await Bounded(Late(), 1, 0, 60).ask(WHEN)
