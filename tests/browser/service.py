"""The service that the browser meets: a real server with a real database over the harbour's answers."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.web.app import create_app
from tests.browser.harbour import Harbour, HarbourLibrary

OpenPage = Callable[..., Page]


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
    """The service on a port of its own; it can go and come back, cut a stream after its first text, and fail with a status and a body."""

    def __init__(self, folder: Path) -> None:
        self.assistant = Harbour()
        self.cutting = False
        self.failing: tuple[int, object] | None = None
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
                    await asyncio.sleep(0.3)  # the browser drops what it has not read when a connection breaks
                    raise Cut

            if scope.get("path") == "/v1/chat" and self.failing:
                status, body = self.failing
                response = PlainTextResponse(body, status) if isinstance(body, str) else JSONResponse(body, status)
                response.headers["X-Request-ID"] = "0123456789abcdef"
                await response(scope, receive, send)
            else:
                await app(scope, receive, sent if scope.get("path") == "/v1/chat" else send)

        return cut
