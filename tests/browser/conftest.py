"""A real server with a real database over the harbour's answers, and pages that must stay silent and ask nobody else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.web.app import create_app
from tests.browser.harbour import Harbour, HarbourLibrary

INTRANET = "http://localhost"  # another origin than 127.0.0.1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


class Cut(Exception):
    """The connection of a stream breaks."""


class Service:
    """The service on a port of its own; it can go and come back, and cut a stream after its first text."""

    def __init__(self, folder: Path) -> None:
        self.assistant = Harbour()
        self.cutting = False
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        store = open_conversations(self._folder / "conversations.db")

        @asynccontextmanager
        async def lifespan(_: object) -> Any:
            yield
            await store.close()

        origins = (f"{INTRANET}:{self.port}",)
        app = create_app(self.assistant, HarbourLibrary(), store, embed_origins=origins, lifespan=lifespan)
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
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("browser"))
    service.start()
    yield service
    service.stop()


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The service as it was started: a test may change it."""
    running.assistant.asked.clear()
    running.assistant.gate.clear()
    yield running
    running.cutting = False
    running.assistant.gate.set()


@pytest.fixture
def open_page(browser: Browser, service: Service) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own. At the end none of them may have said anything on its console or asked another host."""
    said: list[str] = []
    contexts: list[BrowserContext] = []

    def watched(page: Page) -> None:
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: said.append(f"asked {request.url}") if foreign(request.url) else None)

    def foreign(url: str) -> bool:
        return not url.startswith((service.url, f"{INTRANET}:{service.port}", "blob:"))

    def make(**options: Any) -> Page:
        context = browser.new_context(base_url=service.url, **{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(10_000)
        context.on("page", watched)
        contexts.append(context)
        return context.new_page()

    make.said = said  # type: ignore[attr-defined]
    yield make
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a wide screen."""
    return open_page()
