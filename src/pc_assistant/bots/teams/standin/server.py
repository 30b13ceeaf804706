"""The stand-in as a server in a thread of its own."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from pc_assistant.bots.teams.channel import Options
from pc_assistant.bots.teams.standin.connector import connector_router
from pc_assistant.bots.teams.standin.issuer import Issuer
from pc_assistant.bots.teams.standin.organisation import APP_ID, TENANT, Organisation
from pc_assistant.bots.teams.standin.page import page_router
from pc_assistant.bots.teams.standin.people import People
from pc_assistant.bots.teams.wire import Credentials

HOST = "127.0.0.1"
PACE = 0.2


@dataclass(frozen=True)
class Standin:
    """A running stand-in."""

    url: str
    organisation: Organisation
    people: People
    issuer: Issuer

    def options(self, pace: float = PACE) -> Options:
        """With which a bot speaks to this stand-in and to nobody else."""
        credentials = Credentials(APP_ID, "no secret", TENANT, self.issuer.cloud, self.issuer.for_bot)
        return Options(credentials, frozenset({TENANT}), frozenset({HOST}), plain_http=True, pace=pace)


@contextlib.contextmanager
def standing_in(service: str, port: int = 0) -> Iterator[Standin]:
    """Plays Teams for the service at an address. Raises OSError where the port is taken."""
    with socket.create_server((HOST, port)) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        organisation, issuer = Organisation(), Issuer(url)
        people = People(organisation, issuer, service)
        app = FastAPI(openapi_url=None)
        for router in (issuer.router(), connector_router(organisation, issuer), page_router(people)):
            app.include_router(router)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Standin(url, organisation, people, issuer)
        finally:
            server.should_exit = True
            thread.join(10)
            people.close()
