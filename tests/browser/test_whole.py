"""The whole service, as it is started by hand, through a browser: files to index to answer to page."""

from playwright.sync_api import Browser, expect

from tests.browser.asking import start
from tests.conftest import CommandLine
from tests.test_serving import QUESTION, serving


def test_a_question_is_answered_from_files_and_its_source_opened(browser: Browser, indexed: CommandLine) -> None:
    with serving(indexed) as port, browser.new_context(base_url=f"http://127.0.0.1:{port}") as context:
        page = context.new_page()
        answer = start(page, QUESTION)
        expect(answer).to_contain_text("The lighthouse keeper trims the lamp twice a night.")
        answer.get_by_role("button", name="Open source 1").first.click()
        panel = page.get_by_role("dialog")
        expect(panel.locator("mark").first).to_contain_text("twice a night")
        panel.get_by_role("link", name="Read in context").click()
        expect(page.locator(".pc-section--cited mark").first).to_be_in_viewport()
        page.get_by_role("link", name="All documents").click()
        expect(page.get_by_role("heading", level=2)).to_have_count(2)
