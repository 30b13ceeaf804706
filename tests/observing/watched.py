"""The service over a fake assistant and a real database, watched in every way: log, metrics and traces."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.middleware import Middleware

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.adapters.stores.pseudonyms import unkeyed
from pc_assistant.domain.ports import Assistant
from pc_assistant.observing.assistant import WatchedAssistant
from pc_assistant.observing.logs import Log
from pc_assistant.observing.metrics import Metrics
from pc_assistant.observing.noting import Asked, Channel, Served
from pc_assistant.observing.requests import WatchRequests
from pc_assistant.observing.tracing import Traces
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary


@dataclass
class Watched:
    """All that watches, and what it saw."""

    assistant: FakeAssistant = field(default_factory=FakeAssistant)
    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    metrics: Metrics = field(default_factory=Metrics)
    log: Log = field(default_factory=lambda: Log(unkeyed))

    def __post_init__(self) -> None:
        self.traces = Traces("http://127.0.0.1:1/v1/traces", exporter=self.spans)

    @property
    def around(self) -> list[Middleware]:
        return [Middleware(WatchRequests, tell=self.served)]

    def watch(self, assistant: Assistant, channel: Channel | None = None) -> WatchedAssistant:
        return WatchedAssistant(assistant, self.asked, channel)

    def asked(self, asked: Asked) -> None:
        self.metrics.asked(asked)
        self.log.asked(asked)
        self.traces.asked(asked)

    def served(self, served: Served) -> None:
        self.metrics.served(served)
        self.log.served(served)

    def traced(self) -> str:
        """Every span that left, in words."""
        self.traces.provider.force_flush()
        return "\n".join(span.to_json() for span in self.spans.get_finished_spans())

    def counted(self) -> str:
        return self.metrics.text().decode()

    def app(self, folder: Path) -> FastAPI:
        store = open_conversations(folder / "conversations.db")

        @contextlib.asynccontextmanager
        async def lifespan(_: object) -> AsyncIterator[None]:
            yield
            await store.close()

        async def scrape() -> bytes:
            return self.metrics.text()

        return create_app(
            self.watch(self.assistant),
            FakeLibrary(),
            store,
            speak=self.watch(self.assistant).speak,
            scrape=scrape,
            around=self.around,
            traces=self.traces.provider,
            lifespan=lifespan,
        )

    @contextlib.contextmanager
    def client(self, folder: Path) -> Iterator[TestClient]:
        with TestClient(self.app(folder), follow_redirects=False) as client:
            yield client
