"""The page for everybody: axe on every state, narrow screens, schemes, print; and light."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, start
from tests.browser.service import OpenPage, Service

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT_BYTES = 120_000
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((bytes, entry) => bytes + entry.transferSize, 0)"""


def answered(page: Page) -> None:
    start(page, "When does the ferry sail?")


def followed_up(page: Page) -> None:
    answered(page)
    ask(page, "What does the law say?")


def panel(page: Page) -> None:
    answered(page)
    page.get_by_role("button", name="Open source 3").first.click()


def compared(page: Page) -> None:
    panel(page)
    page.get_by_role("button", name="Side by side").click()


def refused(page: Page) -> None:
    start(page, "Parrot?")
    ask(page, "What dose?")


def partial(page: Page) -> None:
    start(page, "What is the fare?")
    page.locator("summary", has_text=re.compile("^No$")).click()
    page.locator("summary", has_text="How this answer was made").click()
    page.locator("summary", has_text="Delete this conversation").click()


def sources_open(page: Page) -> None:
    answered(page)
    for source in page.locator(".pc-source > summary").all():
        source.click()


def mistaken(page: Page) -> None:
    page.goto("/")
    page.locator("#question").press("Enter")


def waiting(page: Page) -> None:
    page.goto("/")
    page.fill("#question", "A slow ferry?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-answer--waiting")).to_be_visible()


def stopped(page: Page) -> None:
    waiting(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".pc-answer--stopped")).to_be_visible()


def at(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)

    return go


STATES: dict[str, Callable[[Page], None]] = {
    "start": at("/"),
    "answered": answered,
    "followed up": followed_up,
    "panel": panel,
    "compared": compared,
    "refused": refused,
    "partial": partial,
    "sources open": sources_open,
    "mistaken": mistaken,
    "waiting": waiting,
    "stopped": stopped,
    "documents": at("/documents"),
    "document": at("/documents/ferry-guide?q=ferry#finds"),
    "about": at("/about"),
    "privacy": at("/privacy"),
    "accessibility": at("/accessibility"),
    "embedded": at("/embed"),
}


@cache
def axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, only: dict[str, Any]) -> list[str]:
    """What axe finds, a line each."""
    page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(open_page: OpenPage, state: str) -> None:
    page = open_page(color_scheme="light", bypass_csp=True)  # axe itself is a script that the policy would stop
    STATES[state](page)
    assert violations(page, {"type": "tag", "values": TAGS}) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, {"type": "rule", "values": ["color-contrast"]}) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_where_something_failed(open_page: OpenPage, service: Service, console: list[str], width: int) -> None:
    page = open_page(viewport={"width": width, "height": 640}, bypass_csp=True)
    for path in ("/conversations/nothing", "/documents/nothing", "/nothing"):
        page.goto(path)
        assert violations(page, {"type": "tag", "values": TAGS}) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.goto("/")
    service.failing = (500, {})
    page.fill("#question", "When does the ferry sail?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-answer--failed")).to_be_visible()
    assert violations(page, {"type": "tag", "values": TAGS}) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    console.clear()


@pytest.mark.parametrize("state", STATES)
def test_nothing_spills_off_a_narrow_screen(open_page: OpenPage, state: str) -> None:
    """320 CSS pixels are also what is left of 1,280 at 400% zoom."""
    page = open_page(viewport={"width": 320, "height": 256})
    STATES[state](page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    spilled = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.closest(".pc-scroll")
            && !e.closest(".nhsuk-u-visually-hidden, .nhsuk-skip-link") && e.getBoundingClientRect().right > 321).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert spilled == []


@pytest.mark.parametrize(("width", "style"), [(320, SPACED), (640, "html { font-size: 200% }")])
@pytest.mark.parametrize("state", ["start", "answered", "panel", "compared", "document"])
def test_spaced_and_large_text_is_not_cut_off(open_page: OpenPage, state: str, width: int, style: str) -> None:
    """Text spacing and text of twice the size (WCAG 1.4.12, 1.4.4)."""
    page = open_page(viewport={"width": width, "height": 640}, bypass_csp=True)
    STATES[state](page)
    page.add_style_tag(content=style)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    cut = page.evaluate(
        """() => [...document.querySelectorAll("p, a, button, summary, h1, h2, h3, dd, td, li, label")].filter(e => e.checkVisibility())
            .filter(e => !e.closest(".pc-scroll, .nhsuk-u-visually-hidden, .nhsuk-skip-link, .pc-skip, .pc-conversations, [aria-hidden]"))
            .filter(e => e.scrollWidth > e.clientWidth + 4 && getComputedStyle(e).display !== "inline").map(e => e.outerHTML.slice(0, 80))"""
    )
    assert cut == []


@pytest.mark.parametrize("state", ["answered", "panel", "compared", "document"])
def test_axe_finds_nothing_on_a_narrow_screen(open_page: OpenPage, state: str) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, bypass_csp=True)
    STATES[state](page)
    assert violations(page, {"type": "tag", "values": TAGS}) == []


def test_a_table_on_a_narrow_screen_stands_in_one_column_and_is_still_a_table(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    answered(page)
    table = page.locator(".pc-text table")
    boxes = [box for cell in table.locator("td").all()[:4] if (box := cell.bounding_box())]
    assert len({box["x"] for box in boxes}) == 1
    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
    assert page.evaluate("getComputedStyle(document.querySelector('.pc-text td'), '::before').content").startswith('"Day"')
    assert table.locator("..").evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(4)
    assert table.locator("thead .pc-marker").first.evaluate("e => e.focus() || document.activeElement !== e")


def test_the_contents_can_be_reached_from_the_top_on_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto("/documents/ferry-guide")
    page.get_by_role("link", name="Contents").click()
    expect(page.get_by_role("heading", name="Contents")).to_be_in_viewport()


@pytest.mark.parametrize("state", ["panel", "partial", "document"])
def test_every_target_can_be_hit(open_page: OpenPage, state: str) -> None:
    """Buttons measure at least 24 by 24 CSS pixels (WCAG 2.5.8)."""
    page = open_page(viewport={"width": 320, "height": 640})
    STATES[state](page)
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('button')].filter(b => b.checkVisibility()).map(b => b.getBoundingClientRect()).map(r => [r.width, r.height])"
    )
    assert sizes
    assert min(min(size) for size in sizes) >= 24


def test_the_panel_is_modal_on_a_small_screen_and_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 667})
    answer = start(page, "When does the ferry sail?")
    marker = answer.get_by_role("button", name="Open source 1").first
    marker.click()
    assert page.locator("#panel").evaluate("panel => panel.matches(':modal')")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.getElementById('panel').contains(document.activeElement)"
        )
    page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_the_panel_covers_nothing_that_can_have_the_focus(open_page: OpenPage) -> None:
    """Focus not obscured (WCAG 2.4.11): on a wide screen the panel stands beside the text."""
    page = open_page(viewport={"width": 1280, "height": 700})
    panel(page)
    over = page.evaluate(
        """() => {
            const panel = document.getElementById("panel"), box = panel.getBoundingClientRect();
            return [...document.querySelectorAll("a, button, textarea, summary")].filter(e => !panel.contains(e) && e.checkVisibility())
                .map(e => [e, e.getBoundingClientRect()])
                .filter(([, r]) => r.right > box.left && r.left < box.right && r.bottom > box.top && r.top < box.bottom)
                .map(([e]) => e.outerHTML.slice(0, 80));
        }"""
    )
    assert over == []


def test_motion_stops_for_those_who_asked_for_that(open_page: OpenPage) -> None:
    for motion, name in (("reduce", "none"), ("no-preference", "pc-wait")):
        page = open_page(reduced_motion=motion)
        waiting(page)
        animation = page.evaluate("getComputedStyle(document.querySelector('.pc-answer--waiting .pc-reply'), '::after').animationName")
        assert animation == name


def test_what_is_marked_and_focused_shows_in_high_contrast(open_page: OpenPage) -> None:
    page = open_page(forced_colors="active")
    panel(page)
    styles = page.evaluate(
        """() => {
            const marked = getComputedStyle(document.querySelector("#panel mark")), plain = getComputedStyle(document.querySelector("#panel p"));
            const close = document.querySelector("[data-panel=close]");
            close.focus({focusVisible: true});
            return [marked.backgroundColor !== plain.backgroundColor, parseFloat(getComputedStyle(close).outlineWidth)];
        }"""
    )
    assert styles == [True, 3]


def test_the_page_one_is_on_shows_in_high_contrast(open_page: OpenPage) -> None:
    """There every border is drawn, also one that was transparent."""
    page = open_page(forced_colors="active")
    page.goto("/documents")
    assert page.evaluate("[...document.querySelectorAll('.pc-nav a')].map(a => parseFloat(getComputedStyle(a).borderBottomWidth))") == [
        0,
        3,
        0,
    ]


def test_a_printed_answer_has_its_sources_and_none_of_the_controls(page: Page) -> None:
    answered(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".pc-source__body").last).to_be_visible()
    for control in ("#ask", ".pc-actions", ".pc-feedback", ".pc-header", "#panel", ".pc-side"):
        expect(page.locator(control).first).to_be_hidden()
    assert b"/StructTreeRoot" in page.pdf(tagged=True)


def test_the_page_is_light_and_waits_for_no_script(open_page: OpenPage) -> None:
    """How quick it is depends on the machine: `./run bench page` measures that."""
    page = open_page()
    page.goto("/")
    assert page.evaluate(WEIGHT) < LIGHT_BYTES
    assert page.evaluate("performance.getEntriesByType('resource').filter(entry => entry.renderBlockingStatus === 'blocking').length") == 2
    assert page.locator("script:not([type=module])").count() == 0
