"""The stand-in as a server in a thread of its own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from pc_assistant.bots.slack.standin.api import api_router
from pc_assistant.bots.slack.standin.page import page_router
from pc_assistant.bots.slack.standin.people import Courier, People, SignedHttp
from pc_assistant.bots.slack.standin.socket import Socket
from pc_assistant.bots.slack.standin.workspace import TEAM, Workspace
from pc_assistant.bots.standing import listening, served

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")  # whoever runs a stand-in leaves these out of the environment


@dataclass(frozen=True)
class Standin:
    """A running stand-in. `http` sends what Slack would send over HTTP; it is there in Socket Mode, too, to try what must not work."""

    url: str
    workspace: Workspace
    people: People
    http: SignedHttp

    @property
    def team(self) -> str:
        """For PC_SLACK_WORKSPACES."""
        return TEAM

    @property
    def api_url(self) -> str:
        """For PC_SLACK_API_URL."""
        return f"{self.url}/api"


@contextlib.contextmanager
def standing_in(service: str, secret: str, token: str, socket_mode: bool = False, port: int = 0) -> Iterator[Standin]:
    """Plays Slack for the service at an address. Raises OSError where the port is taken."""
    with listening(port) as (listener, url):
        workspace = Workspace()
        line = Socket(workspace)
        http = SignedHttp(service, secret)
        courier: Courier = line if socket_mode else http
        people = People(workspace, courier, url)
        routers = (api_router(workspace, token, lambda: f"{url.replace('http', 'ws')}/socket"), line.router(), page_router(people))
        with contextlib.closing(http), served(listener, routers, workspace.close):
            yield Standin(url, workspace, people, http)
