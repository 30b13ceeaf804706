"""The real service with the real adapter on a free port, over a fake assistant, with the stand-in playing Slack."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
from pc_assistant.bots.desk import Desk
from pc_assistant.bots.slack.bot import Options, SlackBot
from pc_assistant.bots.slack.standin.server import PROXIES, Standin, standing_in
from pc_assistant.bots.slack.standin.workspace import BOT, TEAM, Json, Said
from pc_assistant.bots.work import Work
from pc_assistant.channels.limiting import PerMinute
from pc_assistant.domain.conversations import KeptFeedback
from pc_assistant.domain.ports import Assistant, Library
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary

SECRET = "a signing secret"
TOKEN = "xoxb-standin"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PUBLIC = "https://assistant.example"


@dataclass
class Service:
    """What tests look at."""

    standin: Standin
    assistant: Any
    database: Path
    url: str
    stop: Callable[[], None]

    @property
    def people(self) -> Any:
        return self.standin.people

    def said(self) -> list[Said]:
        """The finished messages of the assistant, so far."""
        return [said for said in self.standin.workspace.said if said.user == BOT and not said.streaming]

    def replies(self, number: int = 1) -> list[Said]:
        """At least so many of them, once they are there."""
        found: list[Said] = self.standin.workspace.wait(lambda: self.said() if len(self.said()) >= number else [])
        return found

    def called(self, *methods: str) -> list[Json]:
        """The arguments of the calls of these methods."""
        return [arguments for method, arguments in self.standin.workspace.calls if method in methods]

    def feedback(self) -> list[KeptFeedback]:
        """What was said of answers."""

        async def read() -> list[KeptFeedback]:
            store = open_conversations(self.database)
            try:
                return await store.read_feedback()
            finally:
                await store.close()

        with ThreadPoolExecutor(1) as thread:  # a browser's test has a loop running in its own
            return thread.submit(lambda: asyncio.run(read())).result()


@contextlib.contextmanager
def serving(
    folder: Path,
    assistant: Assistant | None = None,
    *,
    library: Library | None = None,
    socket_mode: bool = False,
    per_minute: int = 100,
    work: Work | None = None,
    around: Sequence[Middleware] = (),
    **options: Any,
) -> Iterator[Service]:
    """The service, until the block ends, when it is stopped as a signal would stop it."""
    for name in PROXIES:  # Slack's SDK would look for the stand-in behind them
        os.environ.pop(name, None)
    assistant = assistant or FakeAssistant()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with standing_in(url, SECRET, TOKEN, socket_mode) as standin:
            database = folder / "conversations.sqlite3"
            store = open_conversations(database)
            desk = Desk(
                assistant,
                library or FakeLibrary(),
                store,
                DatabaseSeenEvents(store.engine, pseudonym=store.pseudonym),
                PUBLIC,
                PerMinute(per_minute),
                work or Work(),
                lambda: NOW,
            )
            reached = {"app_token": "xapp-standin"} if socket_mode else {"signing_secret": SECRET}
            bot = SlackBot(
                desk,
                Options(**{"bot_token": TOKEN, "workspaces": frozenset({TEAM}), "api_url": f"{standin.api_url}/", **reached, **options}),
            )
            with _running(_app(assistant, desk, store, bot, around), listener) as stop:
                yield Service(standin, assistant, database, url, stop)


def _app(assistant: Assistant, desk: Desk, store: DatabaseConversations, bot: SlackBot, around: Sequence[Middleware]) -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(_app: object) -> Any:
        async with bot.running():
            yield
        await store.close()

    return create_app(assistant, desk.library, store, integrations=[bot.router], around=around, lifespan=lifespan)


@contextlib.contextmanager
def _running(app: FastAPI, listener: socket.socket) -> Iterator[Callable[[], None]]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join()

    try:
        yield stop
    finally:
        stop()
