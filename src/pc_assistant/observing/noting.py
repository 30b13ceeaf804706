"""What is noted of a question and of a request while they are on their way; never a word of what was typed."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pc_assistant.domain.answers import Answer

Channel = Literal["web", "api", "openai", "slack", "teams", "mcp"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)

# The first prefix of a path that fits names the channel; what is left are the pages.
PREFIXES: tuple[tuple[str, Channel], ...] = (
    ("/integrations/slack", "slack"),
    ("/integrations/teams", "teams"),
    ("/mcp", "mcp"),
    ("/v1/chat/completions", "openai"),
    ("/v1/models", "openai"),
    ("/v1/", "api"),
)


@dataclass(frozen=True)
class Asked:
    """A question that was asked: `begun` in nanoseconds of the epoch, how long it took, and its answer or, where it failed, the error."""

    channel: Channel
    begun: int
    seconds: float
    answer: Answer | None = None
    error: Exception | None = None


@dataclass
class Noted:
    """A request on its way. `state` is that of its ASGI scope, in which others leave the request's id and its caller."""

    channel: Channel
    state: Mapping[str, Any] = field(default_factory=dict)
    asked: Asked | None = None
    over: bool = False

    @property
    def request_id(self) -> str | None:
        """As in X-Request-ID; None before it is known."""
        found = self.state.get("request_id")
        return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Served:
    """A request that was answered: `route` is the template of its path, `caller` the id of who asked, None where nobody is named."""

    method: str
    route: str
    status: int
    seconds: float
    noted: Noted
    caller: str | None = None


TellAsked = Callable[[Asked], None]
TellServed = Callable[[Served], None]

current: ContextVar[Noted | None] = ContextVar("pc_assistant_request", default=None)


def channel_of(path: str, from_browser: bool) -> Channel:
    """The channel of a request; the chat page asks the same addresses as programs do, but a browser says its origin with every POST."""
    found: Channel = next((channel for prefix, channel in PREFIXES if path.startswith(prefix)), "web")
    return "web" if found == "api" and from_browser else found
