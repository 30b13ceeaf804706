from playwright.sync_api import Page
def test_a(page: Page) -> None:
    page.goto("/")
    page.fill("#question","When?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pc-answer--answered")
