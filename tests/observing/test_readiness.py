"""What /readyz looks at, each check broken once."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from pc_assistant import bootstrap_seen
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.bootstrap_seen import Readiness
from pc_assistant.domain.errors import IndexMissing
from pc_assistant.settings import Settings

NONE_YET = "There is no index yet: run `pc-assistant ingest`."


@pytest.fixture
def store(tmp_path: Path) -> DatabaseConversations:
    return open_conversations(tmp_path / "data" / "conversations.sqlite3")


@pytest.fixture
async def make(store: DatabaseConversations, model_dir: Path, tmp_path: Path) -> AsyncIterator[Callable[..., Readiness]]:
    def make(corpus: Callable[[], object] = lambda: None, **given: object) -> Readiness:
        settings = Settings(**{"data_dir": tmp_path / "data", "model_dir": model_dir, **given})
        return Readiness(settings, corpus, store)

    yield make
    await store.close()


async def test_nothing_is_wrong(make: Callable[..., Readiness]) -> None:
    assert await make()() == {"index": None, "model": None, "disk": None, "database": None}


async def test_an_index_that_is_missing(make: Callable[..., Readiness]) -> None:
    def missing() -> None:
        raise IndexMissing(NONE_YET)

    assert (await make(missing)())["index"] == NONE_YET


async def test_a_model_that_is_missing(make: Callable[..., Readiness], tmp_path: Path) -> None:
    fault = (await make(model_dir=tmp_path)())["model"]
    assert fault == f"The embedding model is not in {tmp_path / 'all-MiniLM-L6-v2'}: run `pc-assistant setup`."


async def test_a_data_directory_that_is_gone(make: Callable[..., Readiness], tmp_path: Path) -> None:
    fault = (await make(data_dir=tmp_path / "gone")())["disk"]
    assert fault == f"The data directory {tmp_path / 'gone'} cannot be written: make it writable."


async def test_a_disk_that_is_full(make: Callable[..., Readiness], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap_seen, "ROOM", 10**18)
    assert (await make()())["disk"] == f"The disk of {tmp_path / 'data'} is full: make room there."


async def test_a_database_that_is_damaged(make: Callable[..., Readiness], store: DatabaseConversations, tmp_path: Path) -> None:
    await store.close()
    for path in (tmp_path / "data").glob("conversations.sqlite3*"):
        path.unlink()
    (tmp_path / "data" / "conversations.sqlite3").write_bytes(b"no database " * 1000)
    assert "is damaged" in ((await make()())["database"] or "")
