"""The registry of running work."""

import asyncio

import pytest

from pc_assistant.bots.work import Work


class Bench:
    """Work that waits until it is let go, and what became of it."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.said: list[str] = []

    async def work(self, name: str) -> None:
        await self.let_go.wait()
        self.said.append(f"{name} done")

    async def apologise(self) -> None:
        self.said.append("sorry")


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_work_runs_beside_and_is_awaited_when_the_service_stops(bench: Bench) -> None:
    work = Work()
    assert work.start(bench.work("a"), bench.apologise)
    assert (work.running, bench.said) == (1, [])
    asyncio.get_running_loop().call_later(0.01, bench.let_go.set)
    await work.drain()
    assert (work.running, bench.said) == (0, ["a done"])


async def test_what_does_not_end_in_time_is_cancelled_with_an_apology(bench: Bench) -> None:
    work = Work(drain_seconds=0.01)
    work.start(bench.work("a"), bench.apologise)
    await work.drain()
    assert (work.running, bench.said) == (0, ["sorry"])


async def test_only_so_much_runs_at_a_time_and_nothing_once_it_is_drained(bench: Bench) -> None:
    work = Work(most=2)
    assert [work.start(bench.work(name), bench.apologise) for name in "abc"] == [True, True, False]
    bench.let_go.set()
    await work.drain()
    assert bench.said == ["a done", "b done"]
    assert not work.start(bench.work("d"), bench.apologise)


async def test_a_fault_frees_its_place_and_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("no such thing")

    work = Work(most=1)
    work.start(fail(), bench.apologise)
    await asyncio.sleep(0.01)
    assert "no such thing" in caplog.text
    assert work.start(bench.work("a"), bench.apologise)
    bench.let_go.set()
    await work.drain()
    assert bench.said == ["a done"]


async def test_an_apology_that_fails_or_hangs_does_not_keep_the_service_from_stopping(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async def unreachable() -> None:
        raise OSError("no network")

    work = Work(drain_seconds=0)
    work.start(bench.work("a"), unreachable)
    await work.drain()
    assert "failed: OSError" in caplog.text
    work = Work(drain_seconds=0)
    work.start(bench.work("b"), asyncio.Event().wait)
    await work.drain(apology_seconds=0.01)
    assert "took too long" in caplog.text
