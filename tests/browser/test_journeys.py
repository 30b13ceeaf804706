"""Whole journeys, by keyboard."""

import re

from playwright.sync_api import Page, expect

from tests.browser.asking import ask, start, tab_to
from tests.browser.service import OpenPage, Service


def test_a_leader_asks_checks_the_source_and_goes_on_without_a_mouse(page: Page, service: Service) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    tab_to(page, page.locator("#question"))
    page.keyboard.type("When does the ferry sail?")
    page.keyboard.press("Enter")
    answer = page.locator("[data-answer]")
    expect(answer).to_be_visible()
    expect(answer.get_by_role("heading", name="When does the ferry sail?")).to_be_focused()
    expect(page).to_have_url(f"{service.url}/conversations/{conversation(page)}")
    expect(page).to_have_title("When does the ferry sail? – Provider collaboratives assistant")

    marker = answer.get_by_role("button", name="Open source 1: Working together on the water: guidance for ferries").first
    tab_to(page, marker)
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", name="Source 1 of 4")).to_be_focused()
    expect(panel.locator("mark").first).to_have_text("The ferry sails at nine in the morning. It waits for nobody.")
    for fact in ("The Harbour Board", "August 2021", "guidance: what is expected", "Sailings › Mornings", "our notes"):
        expect(panel).to_contain_text(fact)
    tab_to(page, panel.get_by_role("button", name="Next"))
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="Source 2 of 4")).to_be_focused()
    expect(panel).to_contain_text("case study: one place’s way")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(marker).to_be_focused()

    page.keyboard.press("Shift+Tab")
    expect(answer.get_by_role("link", name="Skip to the question box")).to_be_focused()
    expect(answer.get_by_role("link", name="Skip to the question box")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("And what does the law say?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-answer]")).to_have_count(2)
    expect(page.get_by_text("Understood as: And what does the law say? (the ferry)")).to_be_visible()
    assert [turn.role for turn in service.assistant.asked[1].history] == ["user", "assistant"]

    no = page.locator("[data-answer]").last.locator("summary", has_text=re.compile("^No$"))
    tab_to(page, no)
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[data-answer]").last.get_by_label("It is out of date"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you. What you said is kept with this answer.")).to_be_focused()

    tab_to(page, page.locator("summary", has_text="Delete this conversation"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Delete now"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The conversation is deleted.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Conversations in this tab")).to_be_hidden()


def conversation(page: Page) -> str:
    found: str = page.locator("[data-conversation]").get_attribute("data-conversation") or ""
    return found


def test_a_citation_leads_into_its_context_and_back(page: Page) -> None:
    answer = start(page, "When does the ferry sail?")
    answer.get_by_role("button", name="Open source 3").first.click()
    page.get_by_role("dialog").get_by_role("link", name="Read in context").click()
    expect(page.locator("#evenings mark").first).to_be_in_viewport()
    expect(page.locator(".pc-section--cited")).to_have_count(1)
    page.go_back()
    expect(page.locator("[data-answer]")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-answer]")).to_have_count(1)
    expect(page.get_by_role("button", name="Open source 1").first).to_be_visible()


def test_back_from_the_first_answer_is_the_start(page: Page) -> None:
    start(page, "When does the ferry sail?")
    page.go_back()
    expect(page.get_by_role("heading", name="Questions to begin with")).to_be_visible()
    expect(page.locator("[data-answer]")).to_have_count(0)
    page.go_forward()
    expect(page.locator("[data-answer]")).to_have_count(1)


def test_sources_are_compared_side_by_side(page: Page) -> None:
    answer = start(page, "When does the ferry sail?")
    opener = answer.get_by_role("button", name="Open source 4: The harbour event, page 3")
    opener.click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("button", name="Next")).to_be_disabled()
    panel.get_by_role("button", name="Side by side").click()
    expect(panel.get_by_role("heading", name="All 4 sources")).to_be_focused()
    boxes = [box for body in panel.locator(".pc-source__body").all() if (box := body.bounding_box())]
    assert len(boxes) == 4
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] < boxes[1]["x"]
    panel.get_by_role("button", name="One at a time").click()
    expect(panel.get_by_role("heading", name="Source 4 of 4")).to_be_focused()
    panel.get_by_role("button", name="Close").click()
    expect(opener).to_be_focused()


def test_the_panel_goes_when_something_else_is_asked(page: Page) -> None:
    answer = start(page, "When does the ferry sail?")
    answer.get_by_role("button", name="Open source 1").first.click()
    ask(page, "What does the law say?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("heading", name="What does the law say?")).to_be_focused()
    expect(page.get_by_role("heading", name="This conversation")).to_be_visible()


def test_examples_and_suggestions_are_asked_at_once(page: Page, service: Service) -> None:
    page.goto("/")
    example = page.locator("[data-ask]").first
    asked = example.text_content()
    example.click()
    expect(page.locator("[data-answer]")).to_have_count(1)
    page.get_by_role("link", name="Who trims the lamp?").click()
    expect(page.locator("[data-answer]")).to_have_count(2)
    assert [question.text for question in service.assistant.asked] == [asked, "Who trims the lamp?"]


def test_a_question_is_edited_and_asked_again(page: Page, service: Service) -> None:
    answer = start(page, "When does the ferry sail?")
    answer.get_by_role("button", name="Edit question").click()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_value("When does the ferry sail?")
    answer.get_by_role("button", name="Ask again").click()
    expect(page.locator("[data-answer]")).to_have_count(2)
    assert service.assistant.asked[1].text == "When does the ferry sail?"


def test_an_answer_is_copied_with_its_sources(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    answer = start(page, "When does the ferry sail?")
    answer.get_by_role("button", name="Copy with sources").click()
    expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    assert "The ferry sails at nine in the morning. [1]" in copied
    assert "[4] Speakers. The harbour event. 5 December 2023" in copied


def test_conversations_are_listed_in_their_own_tab_only(open_page: OpenPage) -> None:
    page = open_page()
    start(page, "When does the ferry sail?")
    page.get_by_role("link", name="Begin a new conversation").click()
    ask(page, "Who trims the lamp?")
    listed = page.get_by_role("navigation", name="Conversations in this tab").get_by_role("link")
    assert listed.all_text_contents() == ["Who trims the lamp?", "When does the ferry sail?"]
    expect(listed.first).to_have_attribute("aria-current", "page")
    other = page.context.new_page()
    start(other, "What do passengers bring?")
    theirs = other.get_by_role("navigation", name="Conversations in this tab").get_by_role("link")
    assert theirs.all_text_contents() == ["What do passengers bring?"]
    listed.last.click()
    expect(page.locator("[data-question]")).to_have_text("When does the ferry sail?")


def test_two_tabs_go_on_with_one_conversation(page: Page, service: Service) -> None:
    start(page, "When does the ferry sail?")
    other = page.context.new_page()
    other.goto(page.url)
    ask(other, "And in the evening?")
    ask(page, "And at night?")
    assert len(service.assistant.asked[2].history) == 4
    page.reload()
    assert page.locator("[data-question]").all_text_contents() == ["When does the ferry sail?", "And in the evening?", "And at night?"]


def test_the_page_can_be_embedded_where_that_is_allowed(open_page: OpenPage, service: Service, console: list[str]) -> None:
    page = open_page()
    page.goto(service.intranet.allowed)
    inside = page.frame_locator("iframe")
    inside.locator("#question").fill("When does the ferry sail?")
    inside.locator("#question").press("Enter")
    expect(inside.locator("[data-answer]")).to_have_count(1)
    inside.get_by_role("button", name="Open source 1").first.click()
    expect(inside.get_by_role("heading", name="Source 1 of 4")).to_be_focused()
    inside.get_by_role("button", name="Close").click()
    inside.get_by_role("button", name="Copy with sources").click()  # a frame may not write to the clipboard unless its page allows that
    expect(inside.get_by_role("button", name="Copied")).to_be_focused()
    page.goto("about:blank")
    page.set_content("<textarea></textarea>")
    page.locator("textarea").press("Control+V")
    expect(page.locator("textarea")).to_have_value(re.compile("Sources\n\\[1\\] The Harbour Board"))
    page.goto(f"{service.url}/embed")
    with page.expect_popup() as privacy:
        page.get_by_role("link", name="Privacy (opens in a new tab)").click()
    expect(privacy.value.get_by_role("heading", name="Privacy")).to_be_visible()
    assert console == []
    page.goto(service.intranet.foreign)
    expect(page.frame_locator("iframe").locator("#question")).to_have_count(0)
    assert any("frame-ancestors" in said for said in console)
    console.clear()


def test_one_answer_is_printed_or_the_whole_conversation(page: Page) -> None:
    start(page, "When does the ferry sail?")
    ask(page, "What does the law say?")
    page.emulate_media(media="print")
    page.evaluate(
        """() => {
            window.printed = [];
            window.print = () => {
                dispatchEvent(new Event("beforeprint"));
                printed.push([...document.querySelectorAll("article")].filter(e => e.checkVisibility()).map(e => e.querySelector("[data-question]").textContent));
                dispatchEvent(new Event("afterprint"));
            };
        }"""
    )
    page.locator("[data-answer]").last.get_by_role("button", name="Print", include_hidden=True).dispatch_event("click")
    page.locator("#tools").get_by_role("button", name="Print", include_hidden=True).dispatch_event("click")
    assert page.evaluate("printed") == [["What does the law say?"], ["When does the ferry sail?", "What does the law say?"]]
    context = page.locator(".pc-links a").first
    assert context.evaluate("link => getComputedStyle(link, '::after').content") == f'" ({context.evaluate("link => link.href")})"'
