"""The real service with the real adapter on a free port, over a fake assistant, with the stand-in playing Teams."""

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
from pc_assistant.adapters.stores.sent import DatabaseSentMessages
from pc_assistant.bots.desk import Desk
from pc_assistant.bots.teams.channel import TeamsChannel
from pc_assistant.bots.teams.standin.organisation import Said
from pc_assistant.bots.teams.standin.people import People
from pc_assistant.bots.teams.standin.server import Standin, standing_in
from pc_assistant.bots.work import Work
from pc_assistant.channels.limiting import PerMinute
from pc_assistant.domain.conversations import KeptFeedback
from pc_assistant.domain.ports import Assistant, Library
from pc_assistant.trying import PROXIES
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary

PUBLIC = "https://assistant.example"


@dataclass
class Service:
    """What tests look at. `today` may be set to another day."""

    standin: Standin
    assistant: Any
    database: Path
    url: str
    work: Work
    today: list[datetime]

    @property
    def people(self) -> People:
        return self.standin.people

    def replies(self, number: int = 1, conversation: str | None = None) -> list[Said]:
        """At least so many finished messages of the bot, once they are there."""

        def there() -> list[Said]:
            found = self.standin.organisation.of_bot(conversation)
            return found if len(found) >= number else []

        found: list[Said] = self.standin.organisation.wait(there)
        return found

    def settle(self) -> None:
        """Waits until nothing is worked on."""
        deadline = time.monotonic() + 10
        while self.work.running and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.work.running == 0

    def feedback(self) -> list[KeptFeedback]:
        """What was said of answers."""

        async def read() -> list[KeptFeedback]:
            store = open_conversations(self.database)
            try:
                return await store.read_feedback()
            finally:
                await store.close()

        return asyncio.run(read())


@contextlib.contextmanager
def serving(
    folder: Path,
    assistant: Assistant | None = None,
    *,
    library: Library | None = None,
    per_minute: int = 100,
    work: Work | None = None,
    around: Sequence[Middleware] = (),
    **options: Any,
) -> Iterator[Service]:
    """The service, until the block ends, when it is stopped as a signal would stop it."""
    for name in PROXIES:  # the SDK would look for the stand-in behind them
        os.environ.pop(name, None)
    assistant = assistant or FakeAssistant()
    work = work or Work()
    today = [datetime(2026, 11, 21, 9, 30, tzinfo=UTC)]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with standing_in(url) as standin:
            database = folder / "conversations.sqlite3"
            store = open_conversations(database)
            seen, limit = DatabaseSeenEvents(store.engine, pseudonym=store.pseudonym), PerMinute(per_minute)
            desk = Desk(assistant, library or FakeLibrary(), store, seen, PUBLIC, limit, work, lambda: today[-1])
            channel = TeamsChannel(desk, DatabaseSentMessages(store.engine, store.pseudonym), replace(standin.options(pace=0), **options))
            with _running(_app(assistant, desk, store, channel, around), listener):
                yield Service(standin, assistant, database, url, work, today)


def _app(assistant: Assistant, desk: Desk, store: DatabaseConversations, channel: TeamsChannel, around: Sequence[Middleware]) -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(_app: object) -> Any:
        async with channel.running():
            yield
        await store.close()

    return create_app(assistant, desk.library, store, integrations=[channel.router], around=around, lifespan=lifespan)


@contextlib.contextmanager
def _running(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
