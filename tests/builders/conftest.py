"""The whole service over the shipped corpus, on a port of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pc_assistant.serving import make_app
from pc_assistant.settings import Settings
from tests.answering import shipped
from tests.served import served


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Settings:
    return shipped.index(tmp_path_factory.mktemp("shipped"), model_dir)


@pytest.fixture(scope="session")
def service(settings: Settings) -> Iterator[str]:
    """The address of the service."""
    with served(make_app(settings.model_copy(update={"mcp": True}))) as url:
        yield url
