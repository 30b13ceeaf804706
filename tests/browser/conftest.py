"""A real server with a real database over the harbour's answers, and pages that must stay silent and ask nobody else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.web.app import create_app
from tests.browser.harbour import Harbour, HarbourLibrary

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


class Cut(Exception):
    """The connection of a stream breaks."""


class Intranet:
    """Serves a page that frames the service at two origins, of which one is allowed to."""

    def __init__(self, url: str) -> None:
        page = f'<!doctype html><title>Intranet</title><iframe src="{url}/embed" width="600" height="600"></iframe>'.encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page if self.path == "/" else b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.allowed = f"http://127.0.0.1:{self._server.server_port}"
        self.foreign = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Service:
    """The service on a port of its own; it can go and come back, and cut a stream after its first text."""

    def __init__(self, folder: Path) -> None:
        self.assistant = Harbour()
        self.cutting = False
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.intranet = Intranet(self.url)

    @property
    def is_up(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        store = open_conversations(self._folder / "conversations.db")

        @asynccontextmanager
        async def lifespan(_: object) -> Any:
            yield
            await store.close()

        app = create_app(self.assistant, HarbourLibrary(), store, embed_origins=[self.intranet.allowed], lifespan=lifespan)
        self._server = uvicorn.Server(
            uvicorn.Config(self._cutting(app), host="127.0.0.1", port=self.port, log_level="critical", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _cutting(self, app: ASGIApp) -> ASGIApp:
        async def cut(scope: Scope, receive: Receive, send: Send) -> None:
            async def sent(message: Message) -> None:
                await send(message)
                if self.cutting and b"event: delta" in message.get("body", b""):
                    raise Cut

            await app(scope, receive, sent if scope.get("path") == "/v1/chat" else send)

        return cut


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
        context.set_default_timeout(10_000)
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
