"""A log that is written where a test can read it, and the process's own put back afterwards."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pc_assistant.observing import logs

NAMES = ("", "pc_assistant", "uvicorn")


class Written(io.StringIO):
    """What has been logged."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == "request"]


@pytest.fixture
def restored() -> Iterator[None]:
    """Puts logging back as it was."""
    kept = [(logging.getLogger(name), logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in NAMES]
    hooks, raising = (threading.excepthook, sys.unraisablehook), logging.raiseExceptions
    yield
    logging.captureWarnings(False)
    threading.excepthook, sys.unraisablehook = hooks
    logging.raiseExceptions = raising
    for logger, level, handlers in kept:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture
def log(restored: None) -> Written:
    """The log as JSON, everything in it."""
    written = Written()
    logs.configure("debug", "json", written)
    return written


@pytest.fixture
def console(restored: None) -> Written:
    """The log as a terminal shows it."""
    written = Written()
    logs.configure("debug", "console", written)
    return written
