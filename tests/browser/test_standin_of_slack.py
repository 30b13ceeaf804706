"""The stand-in's page in a browser: a person asks, reads, opens the sources and says what was the matter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pc_assistant.bots.slack.standin.workspace import ALEX
from tests.bots.slack.service import Service, serving
from tests.fakes import WORDS


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        yield service


def test_a_person_chats_in_the_browser(slack: Service, browser: Browser) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{slack.standin.url}/?user={ALEX}&channel=D0ALEX")
    page.get_by_label("New message").fill("When does the ferry sail?")
    page.keyboard.press("Enter")
    thread = page.locator("article").last
    expect(thread.get_by_text(WORDS)).to_be_visible()  # it comes by itself
    expect(thread.get_by_role("link", name="[1]")).to_have_attribute(
        "href", "https://assistant.example/documents/ferry-guide?passage=0123456789abcdef#mornings"
    )
    thread.get_by_role("button", name="Show all sources of this answer with their quotes").click()
    expect(page.get_by_role("dialog", name="Sources")).to_contain_text(WORDS)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="This answer is not helpful: say why").last.click()
    page.get_by_label("It is out of date").check()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("Thank you.")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Reply in this thread").last.click()
    page.get_by_label("Reply in the thread").fill("And in winter?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("article").last.get_by_text(WORDS)).to_have_count(2)
    assert len(slack.assistant.asked[-1].history) == 2
    assert [kept.feedback.reasons for kept in slack.feedback()] == [("out_of_date",)]
    assert faults == []
    page.close()
