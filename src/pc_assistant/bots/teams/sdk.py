"""The Teams SDK, imported here alone: its import warns of previews, and would read `.env` into the environment of the process."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

NO_DOTENV = "PYTHON_DOTENV_DISABLED"


@contextmanager
def _quietly() -> Iterator[None]:
    before = os.environ.get(NO_DOTENV)
    os.environ[NO_DOTENV] = "1"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        del os.environ[NO_DOTENV]
        if before is not None:
            os.environ[NO_DOTENV] = before


with _quietly():
    from httpx import HTTPError, HTTPStatusError
    from microsoft_teams.api.activities.message import MessageActivityInput
    from microsoft_teams.api.activities.typing import TypingActivityInput
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment, with_overrides
    from microsoft_teams.apps import App
    from microsoft_teams.apps.auth import TokenValidator
    from microsoft_teams.common import ClientOptions

__all__ = [
    "PUBLIC",
    "App",
    "ClientOptions",
    "CloudEnvironment",
    "HTTPError",
    "HTTPStatusError",
    "MessageActivityInput",
    "TokenValidator",
    "TypingActivityInput",
    "with_overrides",
]
