"""The chat page in a real browser on this machine: what it weighs, when it is painted, when the first sentence of an answer stands in it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Budget, Part, Row, columns_over_rounds, exact, quantile
from bench.service import serving
from bench.setting import Setting, copy_of_the_state, embedding_ms
from pc_assistant import bootstrap
from pc_assistant.domain.errors import SetupError

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
    new MutationObserver(() => document.querySelector(".pc-answer--waiting .pc-text p") && shown.push(performance.now()))
        .observe(document.getElementById("conversation"), {childList: true, subtree: true});
}"""
SHOWN = """() => shown[0] - performance.getEntriesByType("resource").find(entry => entry.name.endsWith("/v1/chat")).requestStart"""


def measure_page(setting: Setting) -> list[Part]:
    """Weight of pages on a first visit; first paint; from an answer's being ready to its first sentence."""
    embedder = bootstrap.make_embedder(setting.settings)
    document = max(bootstrap.make_assistant(setting.settings, embedder)[1].documents(), key=lambda text: len(text.chunks)).document.id
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
        for number in range(setting.rounds):
            bare = embedding_ms(embedder, setting.questions[:PROBES])
            gaps = [_gap(browser, service.url, question) for question in setting.shuffled(number)[:ASKED]]
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
            note="What the browser waits from sending the question to the first sentence in the page, less what the service says that it took to "
            "answer; so receiving, keeping and sending are in it. × is a multiple of a query embedding, measured just before.",
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


def _gap(browser: Browser, url: str, question: str) -> float | None:
    """Milliseconds; None where there was no answer to stream."""
    with _visit(browser, url) as page:
        page.evaluate(WATCH)
        page.fill("#question", question)
        with page.expect_response("**/v1/chat") as answered:
            page.locator("#question").press("Enter")
        page.locator("[data-answer]").wait_for()
        events = answered.value.text()
        done: dict[str, Any] = json.loads(
            next(part for part in events.split("\n\n") if part.startswith("event: done")).split("data:", 1)[1]
        )
        return float(page.evaluate(SHOWN)) - done["timings_ms"]["total"] if page.evaluate("shown.length") else None
