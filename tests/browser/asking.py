"""What tests of the page do over and over."""

from playwright.sync_api import Locator, Page, expect


def ask(page: Page, question: str) -> Locator:
    """Asks in the page's box and gives the answer's article once it is whole."""
    before = page.locator("[data-answer]").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    expect(page.locator("[data-answer]")).to_have_count(before + 1)
    return page.locator("[data-answer]").nth(before)


def start(page: Page, question: str) -> Locator:
    """The same on a fresh page."""
    page.goto("/")
    return ask(page, question)


def tab_to(page: Page, target: Locator, most: int = 60) -> None:
    """Presses Tab until the target has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} was not reached with Tab")
