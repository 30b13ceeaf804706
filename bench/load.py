"""The service under load: so many clients, each of which asks its next question when it has its answer."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter

import httpx2

from bench.figures import Budget, Part, Row, columns_over_rounds, exact, quantile
from bench.service import serving
from bench.setting import Setting, copy_of_the_state, embedding_ms
from pc_assistant import bootstrap

CLIENTS = (1, 8, 32)
FIRST = 50
PROBES = 100
TIMEOUT = 60.0


@dataclass
class Tally:
    """What one level of load gave: seconds of each answer, answers that failed, seconds in all."""

    times: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0


def measure_service(setting: Setting) -> list[Part]:
    """Resident memory after 50 answers; requests a second and their times with 1, 8 and 32 clients."""
    embedder = bootstrap.make_embedder(setting.settings)
    levels: dict[int, list[dict[str, float]]] = {clients: [] for clients in CLIENTS}
    asked = dict.fromkeys(CLIENTS, 0)
    with copy_of_the_state(setting.settings) as environment, serving(environment) as service:
        started = service.resident_mb()
        asyncio.run(load(service.url, 1, cycle(setting.shuffled(0)), most=FIRST))
        after = service.resident_mb()
        for number in range(setting.rounds):
            questions = cycle(setting.shuffled(number))
            for clients in CLIENTS:
                bare = embedding_ms(embedder, setting.questions[:PROBES])
                tally = asyncio.run(load(service.url, clients, questions, seconds=setting.seconds))
                levels[clients].append(_columns(tally, bare))
                asked[clients] += len(tally.times) + tally.failed
        loaded = service.resident_mb()
    memory = (
        Row(what="started", figures={"MB": exact(started)}, n=1),
        Row(what=f"after {FIRST} answers", figures={"MB": exact(after)}, n=FIRST, budget=Budget(column="MB", most=500)),
        Row(what="after all load below", figures={"MB": exact(loaded)}, n=FIRST + sum(asked.values())),
    )
    rows = [
        Row(what=f"{clients} client{'s' if clients > 1 else ''}", figures=columns_over_rounds(found), n=asked[clients])
        for clients, found in levels.items()
    ]
    note = (
        f"`POST /v1/chat` over HTTP for {setting.seconds:g} s a level and round, one worker process; conversations are kept, as they are for a "
        "user. The clients run on the same cores. × is the rate as a share of bare query embeddings on one thread, measured just before."
    )
    return [
        Part(title="Memory of the serving process", note="Resident, one worker process, 1 MB = 1,000,000 bytes.", rows=memory),
        Part(title="Service under load", note=note, rows=tuple(rows)),
    ]


async def load(url: str, clients: int, questions: Iterator[str], seconds: float = float("inf"), most: int | None = None) -> Tally:
    """Asks until the seconds are over or `most` questions are asked; an answer that comes after the end counts, and so does its time."""
    tally = Tally()
    begun = perf_counter()
    left = iter(range(most)) if most is not None else cycle([0])

    async def client(http: httpx2.AsyncClient) -> None:
        while perf_counter() - begun < seconds and next(left, None) is not None:
            asked = perf_counter()
            try:
                reply = await http.post("/v1/chat", json={"question": next(questions)})
            except httpx2.HTTPError:
                tally.failed += 1
                continue
            if reply.status_code == 200:
                tally.times.append(perf_counter() - asked)
            else:
                tally.failed += 1

    limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT, limits=limits, trust_env=False) as http:
        await asyncio.gather(*(client(http) for _ in range(clients)))
    tally.seconds = perf_counter() - begun
    return tally


def _columns(tally: Tally, bare_ms: float) -> dict[str, float]:
    rate = len(tally.times) / tally.seconds
    times = {f"p{share}, ms": 1000 * quantile(tally.times, share / 100) for share in (50, 95, 99)}
    return {"×": rate * bare_ms / 1000, "requests a second": rate, **times, "failed": float(tally.failed)}
