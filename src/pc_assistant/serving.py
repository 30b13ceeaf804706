"""The service as a process: everything prepared, the port taken, the address told; and the checks that `doctor` runs."""

import asyncio
import contextlib
import errno
import http.client
import json
import os
import secrets
import socket
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TextIO

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.middleware import Middleware
from tqdm import tqdm
from uvicorn.supervisors import Multiprocess

from pc_assistant import bootstrap, bootstrap_access, bootstrap_bots, bootstrap_keeping, bootstrap_mcp, syncing
from pc_assistant.adapters.printing import PdfPages
from pc_assistant.adapters.stores import directory
from pc_assistant.adapters.stores.database import NO_ANSWER, DatabaseConversations
from pc_assistant.bootstrap_operations import OperationsDesk
from pc_assistant.bootstrap_seen import Seen, configure_logs, shared_by_workers
from pc_assistant.channels.bounded import Bounded
from pc_assistant.domain.errors import Busy, NotFound, PcAssistantError, SetupError, UsageError
from pc_assistant.domain.ports import Embedder
from pc_assistant.domain.receipts import Receipt
from pc_assistant.evaluation import feedback
from pc_assistant.evaluation.replay import Replay, replay
from pc_assistant.housekeeping import Clock, keep_house
from pc_assistant.observing.requests import WatchRequests
from pc_assistant.settings import Settings, read_settings
from pc_assistant.uploading import Intake
from pc_assistant.web.app import create_app
from pc_assistant.web.patience import impatient

if TYPE_CHECKING:  # a process without Teams imports nothing of it
    from pc_assistant.bots.teams.channel import Options as TeamsOptions

REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a service on every address is asked by its own machine
LONGEST_START = 120.0
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


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


def worker() -> FastAPI:
    """The application of one worker, by the settings of the environment."""
    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system, left behind when the worker is ended by a signal
    settings = read_settings()
    configure_logs(settings)
    return make_app(settings)


def make_app(settings: Settings, embedder: Embedder | None = None, teams: "TeamsOptions | None" = None) -> FastAPI:
    """The application, its index open and its database migrated. Raises SetupError, Busy."""
    embedder = embedder or bootstrap.make_embedder(settings)
    pipeline, corpus = bootstrap.make_assistant(settings, embedder)
    asked = Bounded(pipeline, settings.questions_at_once, settings.questions_waiting, settings.question_seconds, pipeline.speak)
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
        conversations = bootstrap_keeping.open_kept(settings)
        try:
            await bootstrap_mcp.make_mcp(settings, assistant, corpus, conversations).run_stdio_async()
        finally:
            await conversations.close()

    with directory.used(settings.data_dir):
        asyncio.run(run())


def checks(settings: Settings) -> Iterable[tuple[str, str | None]]:
    """What `doctor` looks at, each with one sentence on what is wrong, or None."""
    yield "data directory", _fault(lambda: _writable(settings))
    yield "model", _fault(lambda: bootstrap.make_embedder(settings))
    yield "index", _fault(lambda: syncing.check_index(settings, bootstrap.make_embedder(settings)))
    yield "corpus", _fault(lambda: _in_step(settings, bootstrap.make_embedder(settings)))
    yield "database", _fault(lambda: _reach_database(settings))
    if settings.llm:
        told: list[str] = []
        fault = _fault(lambda: told.append(bootstrap.reach_language_model(settings)))
        yield f"language model {settings.llm}" + "".join(f" ({what})" for what in told), fault


def export_feedback(settings: Settings, out: TextIO) -> int:
    """Writes what people said of answers as JSON Lines; returns how many lines. Raises SetupError, Busy."""

    async def export() -> int:
        conversations = bootstrap_keeping.open_kept(settings)
        try:
            return await feedback.export_feedback(conversations, out)
        finally:
            await conversations.close()

    return asyncio.run(export()) if settings.database_begun else 0


def read_receipt(settings: Settings, answer_id: str) -> Receipt:
    """How a kept answer came about, whoever asked. Raises NotFound, SetupError, Busy."""

    async def read() -> Receipt:
        conversations = bootstrap_keeping.open_kept(settings)
        try:
            return await conversations.read_receipt(answer_id)
        finally:
            await conversations.close()

    if not settings.database_begun:
        raise NotFound(NO_ANSWER)
    return asyncio.run(read())


def replay_answer(settings: Settings, answer_id: str) -> Replay:
    """Asks the question of a kept answer again and compares. Raises NotFound, SetupError, Busy."""
    receipt = read_receipt(settings, answer_id)
    return asyncio.run(replay(receipt, bootstrap.make_assistant(settings)[0]))


def _bring_up_to_date(settings: Settings, embedder: Embedder) -> None:
    """Builds the index, or brings it into step with the corpus folder; where there is one, a fault is told and it serves as it is."""
    folder = bootstrap.generations(settings)
    held = _fault(folder.current) is None
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
        app, factory=factory, workers=workers, log_config=None, access_log=False, server_header=False, http=impatient(settings.slow_seconds)
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


def _fault(check: Callable[[], object]) -> str | None:
    try:
        check()
    except PcAssistantError as error:
        return str(error)
    return None


def _writable(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise SetupError(f"The data directory {settings.data_dir} cannot be written: {error.strerror}.") from error


def _in_step(settings: Settings, embedder: Embedder) -> None:
    changes, faults = syncing.pending(settings, embedder)
    if changes:
        faults = [*faults, f"The index is behind the corpus ({', '.join(changes)}): run `pc-assistant ingest`."]
    if faults:
        raise SetupError(" ".join(faults))


def _reach_database(settings: Settings) -> None:
    if settings.database_begun:  # else serving makes it
        asyncio.run(bootstrap_keeping.open_kept(settings).close())
