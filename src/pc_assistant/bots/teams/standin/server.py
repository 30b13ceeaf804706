"""The stand-in as a server in a thread of its own."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from pc_assistant.bots.standing import HOST, listening, served
from pc_assistant.bots.teams.channel import Options
from pc_assistant.bots.teams.standin.connector import connector_router
from pc_assistant.bots.teams.standin.issuer import Issuer
from pc_assistant.bots.teams.standin.organisation import APP_ID, TENANT, Organisation
from pc_assistant.bots.teams.standin.page import page_router
from pc_assistant.bots.teams.standin.people import People
from pc_assistant.bots.teams.wire import Credentials

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
    with listening(port) as (listener, url):
        organisation, issuer = Organisation(), Issuer(url)
        people = People(organisation, issuer, service)
        routers = (issuer.router(), connector_router(organisation, issuer), page_router(people))
        with contextlib.closing(people), served(listener, routers):
            yield Standin(url, organisation, people, issuer)
