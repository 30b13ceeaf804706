"""What stand-ins of a platform have in common: state that others wait for, and a server in a thread of its own."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI

HOST = "127.0.0.1"
GRACE_SECONDS = 2


class Watched:
    """State that several threads change, and that a page or a test waits for, `patience` seconds at most. `version` grows with every change."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.version = 0
        self.changed = threading.Condition()

    def touch(self) -> None:
        """Tells whoever waits that something has happened."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def wait(self, until: Callable[[], Any], patience: float | None = None) -> Any:
        """What `until` returns, once it is true. Raises TimeoutError."""
        with self.changed:
            found = self.changed.wait_for(until, self._patience if patience is None else patience)
        if not found:
            raise TimeoutError("what was waited for did not happen")
        return found


@contextlib.contextmanager
def listening(port: int) -> Iterator[tuple[socket.socket, str]]:
    """A socket on this machine alone, any free one for port 0, and its address. Raises OSError where the port is taken."""
    with socket.create_server((HOST, port)) as listener:
        yield listener, f"http://{HOST}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def served(listener: socket.socket, routers: Iterable[APIRouter], ending: Callable[[], None] = lambda: None) -> Iterator[None]:
    """The routes, served on a socket while the block runs; `ending` is called before the server is asked to stop."""
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_SECONDS))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending()
        server.should_exit = True
        thread.join(10)
