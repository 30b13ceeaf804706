"""Trying a channel out without an account: the service, and beside it a stand-in of the platform, on this machine."""

import contextlib
import os
import secrets
from collections.abc import Iterator

from pydantic import SecretStr

from pc_assistant import bootstrap_bots
from pc_assistant.domain.errors import SetupError
from pc_assistant.serving import REACHED_AT, serve
from pc_assistant.settings import Settings

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


def dev_teams(settings: Settings, port: int) -> None:
    """Serves, with a stand-in of Microsoft Teams on `port`, until it is stopped. Raises SetupError, UsageError."""
    try:
        from pc_assistant.bots.teams.standin.server import standing_in
    except ModuleNotFoundError as error:
        raise SetupError(bootstrap_bots.not_installed(error)) from error

    with _beside(port), standing_in(_reached(settings), port) as standin:
        print(f"The stand-in of Teams is on {standin.url}: open it in a browser and ask.", flush=True)
        serve(settings, teams=standin.options())


def dev_slack(settings: Settings, port: int, socket_mode: bool = False) -> None:
    """Serves, with a stand-in of Slack on `port`, until it is stopped. Raises SetupError, UsageError."""
    try:
        from pc_assistant.bots.slack.standin.server import standing_in
    except ModuleNotFoundError as error:
        raise SetupError(bootstrap_bots.not_installed(error)) from error

    secret, app_token = secrets.token_hex(16), secrets.token_hex(16)
    token = f"{bootstrap_bots.BOT_TOKEN}{secrets.token_hex(16)}"
    with _beside(port), standing_in(_reached(settings), secret, token, socket_mode, port) as standin:
        print(f"The stand-in of Slack is on {standin.url}: open it in a browser and ask.", flush=True)
        reached = {"slack_app_token": SecretStr(app_token)} if socket_mode else {"slack_signing_secret": SecretStr(secret)}
        whole = {"slack_bot_token": SecretStr(token), "slack_api_url": standin.api_url, "slack_workspaces": (standin.team,), **reached}
        neither = {"slack_signing_secret": None, "slack_app_token": None}
        serve(settings.model_copy(update={**neither, **whole}))


def _reached(settings: Settings) -> str:
    """Where the service is reached from its own machine."""
    host = REACHED_AT.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


@contextlib.contextmanager
def _beside(port: int) -> Iterator[None]:
    """Around a stand-in on `port`. Raises SetupError where that is taken."""
    for name in PROXIES:  # the platforms' SDKs would look for the stand-in behind them
        os.environ.pop(name, None)
    try:
        yield
    except OSError as error:
        raise SetupError(f"The stand-in cannot be served on port {port}: {error.strerror}.") from error
