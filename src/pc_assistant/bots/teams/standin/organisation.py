"""The organisation of the stand-in: people, places to talk in, and all that was said there."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pc_assistant.bots.standing import Watched

Json = dict[str, Any]

TENANT = "11111111-1111-4111-8111-111111111111"
APP_ID = "22222222-2222-4222-8222-222222222222"
BOT = f"28:{APP_ID}"
BOT_NAME = "Collaboratives"
GROUP, CHANNEL = "19:group@thread.v2", "19:general@thread.tacv2"


@dataclass(frozen=True)
class Person:
    """Somebody of the organisation."""

    key: str
    name: str
    directory_id: str

    @property
    def account(self) -> Json:
        """As activities name them."""
        return {"id": f"29:{self.key}", "name": self.name, "aadObjectId": self.directory_id}

    @property
    def chat(self) -> str:
        """Their chat with the bot."""
        return f"a:{self.key}"


ALEX = Person("alex", "Alex", "33333333-3333-4333-8333-333333333331")
SAM = Person("sam", "Sam", "33333333-3333-4333-8333-333333333332")
PEOPLE = {person.key: person for person in (ALEX, SAM)}


@dataclass
class Said:
    """One message: `activity` as it came, `progress` while nothing but a line over a progress bar has come of a stream."""

    conversation: str
    id: str
    sender: str
    activity: Json
    streaming: bool = False
    progress: str = ""
    parts: int = 0

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.activity.get("text") or "")

    @property
    def card(self) -> Json | None:
        """Its Adaptive Card."""
        return next((part["content"] for part in self.activity.get("attachments") or ()), None)


@dataclass(frozen=True)
class Fault:
    """What the service is to answer instead, once."""

    status: int
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Organisation(Watched):
    """All state, shared by the service, the page and tests, which may wait until something has happened."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__(patience=20.0)
        self.said: list[Said] = []
        self.calls: list[Json] = []
        self.faults: deque[Fault] = deque()
        self.forms: dict[str, tuple[Said, str, Json]] = {}
        self._now = now
        self._last = 0

    def next_id(self) -> str:
        """The id of the next message: milliseconds, and never twice the same."""
        with self.changed:
            self._last = max(self._last + 1, int(self._now() * 1000))
            return str(self._last)

    def add(self, said: Said) -> Said:
        """Keeps a message."""
        with self.changed:
            self.said.append(said)
        self.touch()
        return said

    def message(self, message_id: str) -> Said | None:
        """A message by its id."""
        return next((said for said in self.said if said.id == message_id), None)

    def of_bot(self, conversation: str | None = None) -> list[Said]:
        """What the bot has said, all of it or in one place; nothing that is still growing."""
        return [said for said in self.said if said.sender == BOT and not said.streaming and conversation in (None, said.conversation)]
