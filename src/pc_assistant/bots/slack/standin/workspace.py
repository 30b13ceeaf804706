"""The workspace of the stand-in: people, channels, and all that was said in them."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pc_assistant.bots.standing import Watched

Json = dict[str, Any]

TEAM = "T0STANDIN"
APP = "A0STANDIN"
BOT = "U0ASSISTANT"
BOT_ID = "B0ASSISTANT"
ALEX, SAM = "U0ALEX", "U0SAM"
GENERAL = "C0GENERAL"
COMMAND = "/collaboratives"


@dataclass
class Said:
    """One message. `seen_by` is the one person who sees it, "" where all do; `markdown` grows while it is streamed."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    thread: str = ""
    seen_by: str = ""
    markdown: str = ""
    streaming: bool = False


@dataclass(frozen=True)
class Fault:
    """What the API is to answer instead, once."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)


class Workspace(Watched):
    """All state, shared by the API, the page and tests, which may wait until something has happened."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__(patience=10.0)
        self.people = {ALEX: "Alex", SAM: "Sam", BOT: "Assistant"}
        self.channels = {GENERAL: "#general"} | {f"D{user[1:]}": f"Assistant and {self.people[user]}" for user in (ALEX, SAM)}
        self.said: list[Said] = []
        self.modals: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.calls: list[tuple[str, Json]] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.triggers: dict[str, str] = {}
        self.responses: dict[str, tuple[str, str]] = {}
        self.closed = False
        self._now = now
        self._last = 0

    def close(self) -> None:
        """Ends whatever still waits for changes."""
        self.closed = True

    def direct(self, user: str) -> str:
        """The channel between the assistant and a person."""
        return f"D{user[1:]}"

    def next_ts(self) -> str:
        """The name of the next message: seconds, and six digits that make it the only one."""
        with self.changed:
            self._last = max(self._last + 1, int(self._now() * 1_000_000))
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"

    def add(self, said: Said) -> Said:
        """Keeps a message."""
        with self.changed:
            self.said.append(said)
        self.touch()
        return said

    def message(self, channel: str, ts: str) -> Said | None:
        """A message by its name."""
        return next((said for said in self.said if (said.channel, said.ts) == (channel, ts)), None)

    def trigger(self, user: str) -> str:
        """An id with which one view may be opened for a person."""
        name = f"trigger-{self.next_ts()}"
        self.triggers[name] = user
        return name

    def response(self, channel: str, user: str) -> str:
        """An id under which may be replied to a command or click."""
        name = self.next_ts().replace(".", "")
        self.responses[name] = (channel, user)
        return name

    def take_fault(self, method: str) -> Fault | None:
        """The fault that is to happen now."""
        waiting = self.faults.get(method)
        return waiting.popleft() if waiting else None
