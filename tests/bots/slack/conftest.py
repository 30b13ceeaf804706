"""A service for each file of tests, and for each test that needs one of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bots.slack.service import Service, serving

Start = Callable[..., Service]


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """By the default settings; tests of one file share it, each with what it says itself."""
    with serving(tmp_path_factory.mktemp("slack")) as service:
        yield service


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a service by other settings."""
    with ExitStack() as stack:

        def start(**options: Any) -> Service:
            return stack.enter_context(serving(tmp_path, **options))

        yield start
