"""The real app over a fake assistant and a real SQLite file."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.web.app import create_app
from tests.fakes import FakeAssistant, FakeLibrary

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def reasons() -> list[str]:
    """Why the service is not ready; tests put a sentence in."""
    return []


@pytest.fixture
def embed_origins() -> tuple[str, ...]:
    """Whose pages may show `/embed` in a frame; tests set others."""
    return ()


@pytest.fixture
def app(assistant: FakeAssistant, reasons: list[str], embed_origins: tuple[str, ...], tmp_path: Path) -> FastAPI:
    store = open_conversations(tmp_path / "conversations.db")
    numbers = count(1)

    async def ready() -> dict[str, str | None]:
        return {"index": reasons[-1] if reasons else None, "disk": None}

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        yield
        await store.close()

    return create_app(
        assistant,
        FakeLibrary(),
        store,
        ready,
        now=lambda: NOW,
        new_id=lambda: f"conversation-{next(numbers)}",
        embed_origins=embed_origins,
        lifespan=lifespan,
    )


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client
