"""The chat page in a real browser on this machine: what it weighs, when it is painted, when the first sentence of an answer stands in it."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import sleep, time

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Budget, Part, Row, columns_over_rounds, exact, quantile
from bench.service import serving
from bench.setting import Setting, copy_of_the_state, embedding_ms
from pc_assistant import bootstrap
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.ports import Assistant, SearchMode
from pc_assistant.web.app import create_app

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VISITS = 10
ASKED = 20
PROBES = 100
LOADED = """() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return {
        "kB": all.reduce((bytes, entry) => bytes + entry.transferSize, 0) / 1000,
        "kB unpacked": all.reduce((bytes, entry) => bytes + entry.decodedBodySize, 0) / 1000,
        "requests": all.length,
    };
}"""
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
    for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime);
}).observe({type: "paint", buffered: true}))"""
WATCH = """() => {
    window.shown = [];
    new MutationObserver(() => document.querySelector(".pc-answer--waiting .pc-text p") && shown.push(performance.timeOrigin + performance.now()))
        .observe(document.getElementById("conversation"), {childList: true, subtree: true});
}"""


class Stamped:
    """An Assistant that notes when another one had its answer, in seconds since the epoch."""

    def __init__(self, assistant: Assistant, clock: Callable[[], float] = time) -> None:
        self._assistant = assistant
        self._clock = clock
        self.ready = 0.0

    async def ask(self, question: Question) -> Answer:
        """The answer of the other."""
        answer = await self._assistant.ask(question)
        self.ready = self._clock()
        return answer

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """The passages of the other."""
        return await self._assistant.search(query, k, mode, filters)


def measure_page(setting: Setting) -> list[Part]:
    """Weight of pages on a first visit; first paint; from an answer's being ready to its first sentence."""
    embedder = bootstrap.make_embedder(setting.settings)
    document = max(bootstrap.make_assistant(setting.settings)[1].documents(), key=lambda text: len(text.chunks)).document.id
    with copy_of_the_state(setting.settings) as environment, serving(environment) as service, _browser() as browser:
        weights = [
            _weight(browser, service.url, what, path, budget)
            for what, path, budget in (
                ("chat page", "/", Budget(column="kB", most=120)),
                ("list of documents", "/documents", None),
                (f"longest document ({document})", f"/documents/{document}", None),
            )
        ]
        paints = [{"first paint, ms": _paint(browser, service.url)} for _ in range(setting.rounds)]
    sentences = []
    with _stamped(setting) as (assistant, url), _browser() as browser:
        for number in range(setting.rounds):
            bare = embedding_ms(embedder, setting.questions[:PROBES])
            gaps = [_gap(browser, url, assistant, question) for question in setting.shuffled(number)[:ASKED]]
            told = [gap for gap in gaps if gap is not None]
            sentences.append({"×": median(told) / bare, "p50, ms": median(told), "p95, ms": quantile(told, 0.95), "embedding, ms": bare})
    painted = Row(
        what="chat page, first visit",
        figures=columns_over_rounds(paints),
        n=VISITS * setting.rounds,
        budget=Budget(column="first paint, ms", most=200),
    )
    first = Row(
        what="ready to first sentence", figures=columns_over_rounds(sentences), n=ASKED * setting.rounds, budget=Budget(column="×", most=2)
    )
    return [
        Part(
            title="Weight of the pages",
            note="A first visit, as the browser counts it, headers included. 1 kB = 1,000 bytes.",
            rows=tuple(weights),
        ),
        Part(
            title="First paint",
            note=f"First contentful paint from loopback; median of {VISITS} first visits a round, each in a profile of its own.",
            rows=(painted,),
        ),
        Part(
            title="From the answer to its first sentence",
            note="From the moment at which the assistant has a verified answer to the first sentence in the page, by the machine's clock. × is a "
            "multiple of a query embedding on one thread, measured just before.",
            rows=(first,),
        ),
    ]


@contextmanager
def _browser() -> Iterator[Browser]:
    """A Chromium. Raises SetupError where there is none."""
    found = os.environ.get("CHROMIUM") or next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SetupError("Measuring the page needs a Chromium: install one, or set CHROMIUM to where it is.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@contextmanager
def _visit(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def _weight(browser: Browser, url: str, what: str, path: str, budget: Budget | None) -> Row:
    with _visit(browser, url + path) as page:
        page.wait_for_load_state("networkidle")
        found: dict[str, float] = page.evaluate(LOADED)
    return Row(what=what, figures={column: exact(value) for column, value in found.items()}, n=1, budget=budget)


def _paint(browser: Browser, url: str) -> float:
    times = []
    for _ in range(VISITS):
        with _visit(browser, url) as page:
            times.append(float(page.evaluate(PAINTED)))
    return median(times)


@contextmanager
def _stamped(setting: Setting) -> Iterator[tuple[Stamped, str]]:
    """The service in a thread of this process, and its address: only here can both ends be seen."""
    assistant, library = bootstrap.make_assistant(setting.settings)
    stamped = Stamped(assistant)
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        store = open_conversations(Path(folder) / "conversations.sqlite3")
        server = uvicorn.Server(uvicorn.Config(create_app(stamped, library, store), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            sleep(0.05)
        yield stamped, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
        asyncio.run(store.close())


def _gap(browser: Browser, url: str, assistant: Stamped, question: str) -> float | None:
    """Milliseconds; None where the answer was whole before the page could be looked at."""
    with _visit(browser, url) as page:
        page.evaluate(WATCH)
        page.fill("#question", question)
        page.locator("#question").press("Enter")
        page.locator("[data-answer]").wait_for()
        return float(page.evaluate("shown[0]")) - 1000 * assistant.ready if page.evaluate("shown.length") else None
