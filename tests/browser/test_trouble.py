"""What can go wrong between a page and its service, and what people type."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, start
from tests.browser.harbour import SCRIPT
from tests.browser.service import OpenPage, Service


def test_a_slow_answer_is_waited_for_and_announced_once(page: Page, service: Service) -> None:
    page.goto("/")
    page.evaluate(
        """() => {
            window.said = [];
            window.focused = [];
            document.addEventListener("focusin", event => window.focused.push(event.target.className));
            const region = document.getElementById("announced");
            new MutationObserver(() => region.textContent && window.said.push(region.textContent)).observe(region, {childList: true});
        }"""
    )
    page.fill("#question", "A slow ferry?")
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_have_text("Searching the documents")
    expect(page.get_by_text("Searching the documents …")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(1)
    service.assistant.gate.set()
    expect(page.locator("[data-answer]")).to_have_count(1)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    said = page.evaluate("window.said")
    assert len(said) == 1
    assert said[0].startswith("Answer. From 4 passages in 3 documents. The ferry sails at nine in the morning.")
    expect(page.locator("#progress")).to_have_text("")
    assert page.evaluate("window.focused").count("pc-question") == 1  # or the question would be read a second time
    expect(page.locator(".pc-question")).to_be_focused()


def test_what_is_announced_names_columns_and_notices(page: Page) -> None:
    start(page, "When does the ferry sail?")
    expect(page.locator("#announced")).to_contain_text("Passengers should bring: a ticket for the day. a coat, even in summer.")
    expect(page.locator("#announced")).to_contain_text("Day: Tuesday. Evening sailings: 5. Vessel: Puffin. Remarks: none.")
    ask(page, "What does the law say?")
    expect(page.locator("#announced")).to_contain_text("Check the law since July 2022: see the note after the answer.")


def test_waiting_can_be_stopped(page: Page, service: Service) -> None:
    page.goto("/")
    page.fill("#question", "A slow ferry?")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pc-status")).to_have_text("Stopped.")
    expect(page.locator("#question")).to_be_focused()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("#question")).to_have_value("A slow ferry?")
    service.assistant.gate.set()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-answer]")).to_have_count(1)
    expect(page.locator("article")).to_have_count(1)


def test_a_question_is_not_asked_twice_by_pressing_twice(page: Page, service: Service) -> None:
    page.goto("/")
    page.fill("#question", "A slow ferry?")
    page.keyboard.press("Enter")
    page.locator("#question").press("Enter")
    page.get_by_role("button", name="Ask", exact=True).dispatch_event("click")
    service.assistant.gate.set()
    expect(page.locator("[data-answer]")).to_have_count(1)
    assert len(service.assistant.asked) == 1


def test_a_stream_that_breaks_keeps_what_was_shown_and_can_be_tried_again(page: Page, service: Service, console: list[str]) -> None:
    service.cutting = True
    page.goto("/")
    page.fill("#question", "When does the ferry sail?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-status").last).to_contain_text("The connection broke before the answer was complete.")
    expect(page.locator(".pc-status").last).to_contain_text(
        "What stands here was checked, but it may not be all, and its sources are missing."
    )
    expect(page.locator("#progress")).to_contain_text("The connection broke")
    expect(page.locator(".pc-text")).to_have_text("The ferry sails at nine in the morning.")
    expect(page.locator("#question")).to_have_value("When does the ferry sail?")
    service.cutting = False
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-answer]")).to_have_count(1)
    expect(page.locator("article")).to_have_count(1)
    assert all("ERR_INCOMPLETE_CHUNKED_ENCODING" in said for said in console)
    console.clear()


def test_a_service_that_goes_and_comes_back(page: Page, service: Service, console: list[str]) -> None:
    start(page, "When does the ferry sail?")
    service.stop()
    page.fill("#question", "And in the evening?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-status").last).to_contain_text("The service cannot be reached.")
    expect(page.locator("#question")).to_have_value("And in the evening?")
    service.start()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-answer]")).to_have_count(2)
    expect(page.locator("#question")).to_have_value("")
    assert all("ERR_CONNECTION_REFUSED" in said for said in console)
    console.clear()


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (
            500,
            {"type": "about:blank", "detail": "The log has the reason under this response's X-Request-ID."},
            "The service could not answer.",
        ),
        (
            503,
            {"type": "urn:pc-assistant:problem:busy", "detail": "Another process is writing."},
            "at the moment. Another process is writing.",
        ),
        (503, "<h1>Bad gateway</h1>", "The service cannot answer at the moment. Try again in a moment."),
        (429, "slow down", "Too many questions are being asked at once: wait a minute, then try again."),
        (422, {"type": "urn:pc-assistant:problem:invalid-request", "detail": "question: Too odd."}, "question: Too odd."),
    ],
)
def test_a_fault_is_told_in_words_and_the_question_is_kept(
    page: Page, service: Service, console: list[str], status: int, body: object, told: str
) -> None:
    page.goto("/")
    service.failing = (status, body)
    page.fill("#question", "When does the ferry sail?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-status").last).to_contain_text(told)
    number = page.locator(".pc-status").last.text_content() or ""
    assert ("tell whoever runs it the number" in number) == (status == 500)
    assert "X-Request-ID" not in number
    expect(page.locator("#progress")).to_contain_text(told)
    expect(page.locator("#question")).to_have_value("When does the ferry sail?")
    service.failing = None
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-answer]")).to_have_count(1)
    assert all(str(status) in said for said in console)
    console.clear()


def test_a_fault_within_a_stream_is_told_with_its_number(page: Page) -> None:
    page.goto("/")
    page.fill("#question", "A broken ferry?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-answer--failed")).to_contain_text("tell whoever runs it the number under which its log has the reason:")


def test_a_conversation_that_is_gone_says_so_and_leaves_the_list(page: Page, console: list[str]) -> None:
    start(page, "When does the ferry sail?")
    kept = page.url
    page.get_by_role("link", name="Begin a new conversation").click()
    page.request.delete(kept.replace("/conversations/", "/v1/conversations/"))
    page.get_by_role("navigation", name="Conversations in this tab").get_by_role("link").click()
    expect(page.get_by_text("This conversation is not kept any more.")).to_be_visible()
    expect(page.locator("#conversations")).to_be_hidden()
    ask(page, "Who trims the lamp?")
    assert page.url != kept
    assert all("404" in said for said in console)
    console.clear()


def test_a_conversation_deleted_elsewhere_can_be_begun_anew(page: Page, console: list[str]) -> None:
    start(page, "When does the ferry sail?")
    page.request.delete(page.url.replace("/conversations/", "/v1/conversations/"))
    page.fill("#question", "And in the evening?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-status").last).to_contain_text("This conversation is not kept any more.")
    page.get_by_role("button", name="Ask in a new conversation").click()
    expect(page.get_by_role("heading", name="And in the evening?")).to_be_visible()
    expect(page.locator("[data-answer]")).to_have_count(2)
    assert all("404" in said for said in console)
    console.clear()


def test_a_question_of_two_thousand_characters_is_asked_and_one_more_is_not(page: Page, service: Service) -> None:
    longest = ("Does the ferry 🛳 sail on this day? " * 60)[:2000].strip()
    start(page, longest)
    assert service.assistant.asked[0].text == longest
    page.fill("#question", "x" * 2001)
    expect(page.locator("#question-count")).to_have_text("You have 1 character too many")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Shorten your question to 2,000 characters or fewer")).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_attribute("aria-invalid", "true")
    page.fill("#question", "Short?")
    expect(page.locator("#question-error")).to_be_hidden()
    page.fill("#question", "  ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter a question")).to_be_visible()
    assert len(service.assistant.asked) == 1


def test_markup_in_questions_and_answers_is_text(page: Page) -> None:
    answer = start(page, f"Is this a script? {SCRIPT}")
    expect(answer.get_by_role("heading", level=2)).to_contain_text(SCRIPT)
    expect(answer.locator(".pc-notice")).to_contain_text(SCRIPT)
    expect(page.locator("main script, main img")).to_have_count(0)
    page.reload()
    expect(page.locator(".pc-notice")).to_contain_text(SCRIPT)
    expect(page.locator("main script, main img")).to_have_count(0)
    assert page.title() == "Is this a script? <script>document.title='hacked'</script><img src=x … – Provider collaboratives assistant"


def test_feedback_that_cannot_be_sent_is_told(page: Page, service: Service, console: list[str]) -> None:
    answer = start(page, "When does the ferry sail?")
    service.stop()
    answer.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("That could not be sent: try again in a moment.")).to_be_focused()
    service.start()
    answer.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you.")).to_be_focused()
    console.clear()


def test_everything_needed_works_without_javascript(open_page: OpenPage, service: Service) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="What are the three models of provider collaborative?").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.locator("[data-answer]")
    assert service.assistant.asked[0].text == "What are the three models of provider collaborative?"
    conversation = urlsplit(page.url).path
    for hidden in ("Copy with sources", "Ask again", "Stop", "Print"):
        expect(page.get_by_role("button", name=hidden)).to_be_hidden()
    answer.get_by_role("link", name="Open source 2").click()
    expect(page.locator("mark", has_text="The keeper trims the lamp twice a night.")).to_be_visible()
    page.get_by_role("link", name="Read in context").filter(visible=True).click()
    expect(page.locator("#the-keeper-of-lundy mark")).to_be_visible()
    page.go_back()
    page.fill("#question", "And the parrot?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("[data-answer]")).to_have_count(2)
    expect(page.get_by_text("Not in the documents")).to_be_visible()
    page.locator("[data-answer]").last.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Thank you. What you said is kept with this answer.")).to_be_visible()
    first = page.locator("[data-answer]").first
    first.locator("summary", has_text=re.compile("^No$")).click()
    first.get_by_label("It is out of date").check()
    first.get_by_label("What should it have said?").fill("Ten.")
    first.get_by_role("button", name="Send").click()
    expect(first.get_by_text("Thank you. What you said is kept with this answer.")).to_be_visible()
    page.locator("#tools").get_by_text("Delete this conversation").click()
    for file in ("Save for Word", "Save as Markdown"):
        with page.expect_download() as saved:
            page.locator("#tools").get_by_role("link", name=file).click()
        assert saved.value.suggested_filename.startswith("conversation.")
    page.get_by_role("link", name="Who trims the lamp?").first.click()
    expect(page.locator("#question")).to_have_value("Who trims the lamp?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("[data-answer]")).to_have_count(3)
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("link", name="Working together on the water").click()
    page.fill("#q", "ferry sails")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("region", name="“ferry sails”: 1 section").get_by_role("link", name="Mornings").click()
    expect(page.locator("#mornings mark")).to_have_text("ferry sails")
    expect(page).to_have_title(re.compile("^“ferry sails” in 1 section – Working together"))
    page.go_back()
    page.goto(service.url + conversation)
    page.locator("summary", has_text="Delete this conversation").click()
    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("The conversation is deleted.")).to_be_visible()


def test_refusals_show_no_sources_and_partial_answers_say_so(page: Page) -> None:
    answer = start(page, "What about the parrot?")
    expect(answer).to_contain_text("The nearest sections are about: Mornings; Evenings.")
    expect(answer.get_by_role("heading", name="Nearest sections")).to_be_visible()
    expect(answer.get_by_role("link", name="Evenings")).to_have_attribute("href", "/documents/ferry-guide#evenings")
    expect(answer.get_by_role("heading", name="You could ask instead")).to_be_visible()
    expect(answer.get_by_role("heading", name="Sources")).to_have_count(0)
    expect(answer.get_by_role("button", name="Open source")).to_have_count(0)
    partial = ask(page, "What is the fare?")
    expect(partial).to_contain_text("Part of an answer")
    expect(partial).to_contain_text("The documents answer only part of this question.")
    borders = [one.locator(".pc-reply").evaluate("e => getComputedStyle(e).borderTopStyle") for one in (answer, partial)]
    assert borders == ["dashed", "solid"]


def test_nothing_but_plain_elements_is_ever_built(page: Page) -> None:
    page.goto("/")
    built = page.evaluate(
        """async () => {
            const {build} = await import("/static/0/js/elements.js");
            return [
                ["script", {}, "alert(1)"],
                ["iframe", {src: "/"}],
                ["p", {onclick: "alert(1)", style: "color:red", class: "a"}, "<b>", ["img", {src: "x"}], ["strong", {}, "bold"]],
                ["a", {href: "javascript:alert(1)"}, "one"],
                ["a", {href: "//elsewhere.example/"}, "two"],
                ["a", {href: "/documents#a"}, "three"],
            ].map(node => build(node)).map(node => node.outerHTML ?? node.textContent);
        }"""
    )
    assert built == [
        "",
        "",
        '<p class="a">&lt;b&gt;<strong>bold</strong></p>',
        "<a>one</a>",
        "<a>two</a>",
        '<a href="/documents#a">three</a>',
    ]


def test_an_answer_on_its_way_is_shown_without_marks(page: Page) -> None:
    page.goto("/")
    shown = page.evaluate(
        """async markdown => (await import("/static/0/js/stream.js")).lines(markdown)""",
        "It sails \\[mostly\\]. [1] [2]\n\nBring:\n\n- a \\*ticket\\* [1]\n\n| Day | Sailings [1] |\n| --- | --- |\n| Monday | 4 [1] |",
    )
    assert shown == ["It sails [mostly].", "Bring:", "• a *ticket*", "Day – Sailings", "Monday – 4"]
