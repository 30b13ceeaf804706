"""The service as a process: everything prepared, the port taken, the address told."""

import asyncio
import contextlib
import errno
import http.client
import json
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware
from tqdm import tqdm
from uvicorn.supervisors import Multiprocess

from pc_assistant import bootstrap, bootstrap_access, bootstrap_bots, bootstrap_keeping, bootstrap_mcp, syncing
from pc_assistant.adapters.printing import PdfPages
from pc_assistant.adapters.stores import directory
from pc_assistant.adapters.stores.database import DatabaseConversations
from pc_assistant.bootstrap_operations import OperationsDesk
from pc_assistant.bootstrap_seen import Seen, configure_logs, shared_by_workers
from pc_assistant.channels.bounded import Bounded
from pc_assistant.domain.errors import Busy, SetupError, UsageError, fault_of
from pc_assistant.domain.ports import Embedder
from pc_assistant.housekeeping import Clock, keep_house
from pc_assistant.observing.requests import WatchRequests
from pc_assistant.settings import Settings, read_settings
from pc_assistant.uploading import Intake
from pc_assistant.web.app import create_app
from pc_assistant.web.patience import impatient

if TYPE_CHECKING:  # a process without Teams imports nothing of it
    from pc_assistant.bots.teams.channel import Options as TeamsOptions

# Questions that one process answers at a time. Without a language model that is the processor's work under Python's one lock, and more of it at once
# keeps the event loop from its turn: with 32, overloaded, a sixth fewer were answered, and each took half as long again.
AT_ONCE, AT_ONCE_WITH_MODEL = 2, 32
REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a service on every address is asked by its own machine
LONGEST_START = 120.0
KEPT_OPEN_SECONDS = 75  # longer than proxies and clients keep an idle connection, or one is closed here just as it is used there


def serve(settings: Settings, workers: int = 1, teams: "TeamsOptions | None" = None) -> None:
    """Prepares what is missing, serves until it is stopped, and says where once it can answer. Raises SetupError, UsageError.

    `teams` takes the place of the settings for Teams, in one process.
    """
    bootstrap_access.check_open_door(settings)
    configure_logs(settings)
    with _listen(settings.host, settings.port) as listener, directory.used(settings.data_dir):
        bootstrap.prepare_model(settings)
        embedder = bootstrap.make_embedder(settings)
        _bring_up_to_date(settings, embedder)
        app = make_app(settings, embedder, teams)  # with several workers, too: what is wrong shows here, once, before they start
        threading.Thread(target=_announce, args=(settings.host, settings.port), daemon=True).start()
        if workers == 1:
            server = uvicorn.Server(_config(settings, app))
            server.run(sockets=[listener])
            if not server.started:
                raise SetupError("The service could not start; its log has the reason.")
        else:
            os.environ["PC_DATA_DIR"] = str(settings.data_dir)  # read by `worker` in each process
            with shared_by_workers():
                Multiprocess(_config(settings, "pc_assistant.serving:worker", factory=True, workers=workers), sockets=[listener]).run()


def worker() -> FastAPI:
    """The application of one worker, by the settings of the environment."""
    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, left behind when the worker is ended by a signal
    settings = read_settings()
    configure_logs(settings)
    return make_app(settings)


def at_once(settings: Settings) -> int:
    """How many questions one process answers at the same time."""
    return settings.questions_at_once or (AT_ONCE_WITH_MODEL if settings.llm else AT_ONCE)


def make_app(settings: Settings, embedder: Embedder | None = None, teams: "TeamsOptions | None" = None) -> FastAPI:
    """The application, its index open and its database migrated. Raises SetupError, Busy."""
    embedder = embedder or bootstrap.make_embedder(settings)
    pipeline, corpus = bootstrap.make_assistant(settings, embedder)
    asked = Bounded(pipeline, at_once(settings), settings.questions_waiting, settings.question_seconds, pipeline.speak)
    conversations = bootstrap_keeping.open_kept(settings)
    ledger = bootstrap.make_ledger(settings) if settings.llm else None
    seen = Seen(settings, corpus, conversations, ledger)
    assistant, watch = seen.watch(asked), partial(seen.watch, asked)
    corpus()
    channels = bootstrap_bots.make_channels(settings, watch, corpus, conversations, teams, seen.metrics.working)
    mcp = bootstrap_mcp.make_mcp(settings, watch("mcp"), corpus, conversations) if settings.mcp else None

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(directory.used(settings.data_dir))  # a worker outlives the process that started it
            stack.push_async_callback(seen.close)
            stack.push_async_callback(conversations.close)
            await stack.enter_async_context(_house_kept(settings, conversations))
            for channel in channels:
                await stack.enter_async_context(channel.running())
            if mcp is not None:
                await stack.enter_async_context(mcp.session_manager.run())
            yield

    app = create_app(
        assistant,
        corpus,
        conversations,
        people=bootstrap_keeping.people(conversations),
        ready=seen.ready,
        answerers=("extractive", "llm") if settings.llm else ("extractive",),
        speak=assistant.speak if settings.llm else None,
        embed_origins=settings.embed_origins,
        integrations=[channel.router for channel in channels],
        printed=PdfPages(),
        room=asked.check,
        intake=Intake(settings, embedder),
        most_uploaded=settings.upload_mb * 1_000_000,
        slow_seconds=settings.slow_seconds,
        access=bootstrap_access.make_access(settings, conversations),
        scrape=seen.scrape,
        operate=OperationsDesk(settings, corpus, conversations, partial(syncing.pending, settings, embedder), ledger),
        around=[Middleware(WatchRequests, tell=seen.served)],
        traces=seen.traces.provider if seen.traces else None,
        lifespan=lifespan,
    )
    if mcp is not None:
        app.router.routes += bootstrap_mcp.mcp_routes(settings, mcp)
    return app


@contextlib.asynccontextmanager
async def _house_kept(settings: Settings, conversations: DatabaseConversations) -> AsyncIterator[None]:
    """While the block runs, the retention job does, too."""
    task = asyncio.create_task(keep_house(lambda now: bootstrap_keeping.delete_old(settings, now, conversations), Clock()))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def serve_mcp(settings: Settings) -> None:
    """Serves the Model Context Protocol over standard input and output until the input ends. Raises SetupError, Busy."""
    configure_logs(settings)

    async def run() -> None:
        assistant, corpus = bootstrap.make_assistant(settings)
        corpus()
        async with bootstrap_keeping.open_kept(settings) as conversations:
            await bootstrap_mcp.make_mcp(settings, assistant, corpus, conversations).run_stdio_async()

    with directory.used(settings.data_dir):
        asyncio.run(run())


def _bring_up_to_date(settings: Settings, embedder: Embedder) -> None:
    """Builds the index, or brings it into step with the corpus folder; where there is one, a fault is told and it serves as it is."""
    folder = bootstrap.generations(settings)
    held = fault_of(folder.current) is None
    try:
        changes, faults = syncing.pending(settings, embedder)
        if changes or not folder.placed():
            print(f"Indexing {len(changes)} documents.", file=sys.stderr)
            faults = syncing.ingest(settings)[0].faults
    except (Busy, UsageError) as error:
        if not held:
            raise
        faults = [str(error)]
    for fault in faults:
        print(fault, file=sys.stderr)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that holds the port from here on. Raises SetupError."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} of {host} is in use: stop what serves there, or choose another with --port or PORT."
        else:
            reason = f"Nothing can be served on {host}, port {port}: {error.strerror}."
        raise SetupError(reason) from error
    listener.set_inheritable(True)
    return listener


def _config(settings: Settings, app: FastAPI | str, factory: bool = False, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        http=impatient(settings.slow_seconds),
        timeout_keep_alive=KEPT_OPEN_SECONDS,
    )


def _announce(host: str, port: int) -> None:
    """Asks the service whether it is ready (the question waits in the socket until a worker is up) and says so."""
    connection = http.client.HTTPConnection(REACHED_AT.get(host, host), port, timeout=LONGEST_START)
    with contextlib.suppress(OSError, http.client.HTTPException):  # stopped before it was up
        connection.request("GET", "/readyz")
        reply = connection.getresponse()
        if reply.status == 200:
            print(f"pc-assistant answers on http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
        else:
            print(json.loads(reply.read()).get("detail", "The service is not ready."), file=sys.stderr)
