"""Pages that must stay silent and ask nobody but their own service."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.service import OpenPage, Service

PATIENCE_MS = 10_000  # the machine that runs the tests may be busy with others
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser(browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """Ends with these tests, not with the session: while Playwright runs, its event loop keeps all others from running on this thread."""
    args = [*browser_type_launch_args.get("args", []), "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**{**browser_type_launch_args, "args": args})
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("browser"))
    service.start()
    yield service
    service.stop()
    service.intranet.close()


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The service as it was started: a test may change it."""
    running.assistant.asked.clear()
    running.assistant.gate.clear()
    yield running
    if not running.is_up:
        running.start()
    running.cutting = False
    running.failing = None
    running.assistant.gate.set()


@pytest.fixture
def console() -> list[str]:
    """What pages said on their consoles, and requests to other hosts; a test that provokes some takes them out."""
    return []


@pytest.fixture
def open_page(browser: Browser, service: Service, console: list[str]) -> Iterator[OpenPage]:
    """Opens pages in contexts of their own. At the end none of them may have said anything or asked another host."""
    contexts: list[BrowserContext] = []
    own = (service.url, service.intranet.allowed, service.intranet.foreign)

    def watch(page: Page) -> None:
        page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: console.append(f"error: {error}"))
        page.on("request", lambda request: None if request.url.startswith(own) else console.append(f"asked {request.url}"))

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": service.url, "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", watch)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert console == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page on a wide screen."""
    return open_page()
