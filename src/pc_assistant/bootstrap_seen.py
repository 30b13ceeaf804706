"""The wiring of what those who run the service see of it: log, metrics, traces, and what /readyz looks at."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pc_assistant.adapters.embedders.export import exported
from pc_assistant.adapters.llms.ledger import Ledger
from pc_assistant.adapters.llms.options import LlmOptions
from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME, DatabaseConversations
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.channels.bounded import Bounded
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import LanguageModelFailed, PcAssistantError, SetupError, fault_of
from pc_assistant.observing import logs
from pc_assistant.observing.assistant import WatchedAssistant
from pc_assistant.observing.looking import Holding, Looked, Processes, Spending
from pc_assistant.observing.metrics import SHARED, Metrics, shared
from pc_assistant.observing.noting import Asked, Channel, Served
from pc_assistant.settings import Settings

if TYPE_CHECKING:  # a process without traces imports nothing of them
    from pc_assistant.answering.state import Corpus
    from pc_assistant.observing.tracing import Traces

ROOM = 50_000_000  # bytes that must be free where the data lies
PATIENCE = 2.0


def configure_logs(settings: Settings) -> None:
    """Sends the log of this process through one place, as the settings say. For the start of a process that serves. Raises SetupError."""
    if settings.otel_endpoint is None:
        logs.configure(settings.log_level, settings.log_format)
        return
    from pc_assistant.observing.tracing import trace_id

    logs.configure(settings.log_level, settings.log_format, trace_id=trace_id)


def make_traces(settings: Settings) -> "Traces | None":
    """Traces, where they are on. Raises SetupError where their extra is not installed."""
    if settings.otel_endpoint is None:
        return None
    try:
        from pc_assistant.observing.tracing import Traces
    except ModuleNotFoundError as error:
        raise SetupError(f"PC_OTEL_ENDPOINT is set, but {error.name} is not installed: install pc-assistant[otel].") from error
    return Traces(settings.otel_endpoint, settings.otel_share)


class Seen:
    """All that watches one service. `corpus` is what is answered from, `ledger` what the language model spends, where there is one."""

    def __init__(
        self,
        settings: Settings,
        corpus: "Callable[[], Corpus]",
        conversations: DatabaseConversations,
        ledger: "tuple[Ledger, LlmOptions] | None" = None,
    ) -> None:
        self._settings = settings
        self._corpus = corpus
        self._conversations = conversations
        self._ledger = ledger
        self.ready = Readiness(settings, corpus, conversations)
        self.metrics = Metrics(shared())
        self.traces = make_traces(settings)
        self.log = logs.Log(conversations.pseudonym)

    def watch(self, assistant: Bounded, channel: Channel | None = None) -> WatchedAssistant:
        """The assistant as a channel asks it; without a channel it is that of the request."""
        return WatchedAssistant(assistant, self.asked, channel, assistant.speak)

    def asked(self, asked: Asked) -> None:
        """Tells all of a question."""
        self.metrics.asked(asked)
        self.log.asked(asked)
        if self.traces:
            self.traces.asked(asked)

    def served(self, served: Served) -> None:
        """Tells all of a request."""
        self.metrics.served(served)
        self.log.served(served)

    async def scrape(self) -> bytes:
        """The body of /metrics."""
        checks = await self.ready()
        feedback = None if checks["database"] else await ratings(self._conversations)

        def look() -> bytes:
            holding, spent = held(self._settings, self._corpus), spending(self._ledger)
            looked = Looked(version("pc-assistant"), checks, holding, spent, feedback)
            return self.metrics.text((looked, Processes(shared())))

        return await asyncio.to_thread(look)

    async def close(self) -> None:
        """Sends what is left to be sent."""
        if self.traces:
            await asyncio.to_thread(self.traces.close)


@contextlib.contextmanager
def shared_by_workers() -> Iterator[None]:
    """Around workers that are started: a folder through which they share what they count, empty at first and gone at the end."""
    with tempfile.TemporaryDirectory(prefix="pc-assistant-metrics-") as folder:
        os.environ[SHARED] = folder
        try:
            yield
        finally:
            del os.environ[SHARED]


@dataclass(frozen=True)
class Readiness:
    """What /readyz looks at: cheap, and the same for every worker. Each check gives one sentence on what is wrong, or None."""

    settings: Settings
    corpus: "Callable[[], Corpus]"
    conversations: DatabaseConversations

    async def __call__(self) -> Mapping[str, str | None]:
        """The checks by name, those first that matter most."""
        found = await asyncio.to_thread(self._here)
        return {**found, "database": await self._database()}

    def _here(self) -> dict[str, str | None]:
        return {"index": fault_of(self.corpus), "model": fault_of(self._model), "disk": fault_of(self._disk)}

    def _model(self) -> None:
        if not exported(self.settings.model, self.settings.models):
            raise SetupError(f"The embedding model is not in {self.settings.models}: run `pc-assistant setup`.")

    def _disk(self) -> None:
        folder = self.settings.data_dir
        if not os.access(folder, os.W_OK | os.X_OK):
            raise SetupError(f"The data directory {folder} cannot be written: make it writable.")
        if shutil.disk_usage(folder).free < ROOM:
            raise SetupError(f"The disk of {folder} is full: make room there.")

    async def _database(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                with explained(NAME):
                    async with self.conversations.engine.connect() as connection:
                        await connection.execute(select(tables.answers.c.id).limit(1))
        except TimeoutError:
            return "The database of conversations does not answer: see whether it runs."
        except PcAssistantError as error:
            return str(error)
        return None


async def ratings(conversations: DatabaseConversations) -> Mapping[str, int]:
    """How much feedback is kept, by rating. Raises SetupError, Busy."""
    rating = tables.feedback.c.rating
    with explained(NAME):
        async with conversations.engine.connect() as connection:
            rows = (await connection.execute(select(rating, func.count()).group_by(rating))).all()
    return {"up": 0, "down": 0} | {str(name): int(number) for name, number in rows}


def held(settings: Settings, corpus: "Callable[[], Corpus]") -> Holding | None:
    """What is held; None where there is no index that can be read."""
    index = Generations(settings.data_dir / "index")
    try:
        snapshot = corpus().snapshot
        withheld = Counter(index.withheld.states().values())
        age = (utc_now() - index.published()).total_seconds()
    except PcAssistantError:
        return None
    documents = {"cited": len(snapshot.held), "held": withheld["held"], "removed": withheld["removed"]}
    return Holding(snapshot.version, max(0.0, age), documents, len(snapshot.chunks))


def spending(ledger: "tuple[Ledger, LlmOptions] | None") -> Spending | None:
    """What the language model has used today; None where there is none, or that cannot be read."""
    if ledger is None:
        return None
    held_by, options = ledger
    try:
        spent = held_by.spent()
    except LanguageModelFailed:
        return None
    cost = options.cost(spent.tokens_in, spent.tokens_out) if options.priced else None
    return Spending(spent.tokens_in, spent.tokens_out, options.daily_tokens, cost, options.daily_spend)
