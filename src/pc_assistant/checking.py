"""The checks that `doctor` runs."""

import asyncio
import tempfile
from collections.abc import Iterable

from pc_assistant import bootstrap, bootstrap_keeping, syncing
from pc_assistant.domain.errors import SetupError, fault_of
from pc_assistant.domain.ports import Embedder
from pc_assistant.settings import Settings


def checks(settings: Settings) -> Iterable[tuple[str, str | None]]:
    """What `doctor` looks at, each with one sentence on what is wrong, or None."""
    yield "data directory", fault_of(lambda: _writable(settings))
    yield "model", fault_of(lambda: bootstrap.make_embedder(settings))
    yield "index", fault_of(lambda: syncing.check_index(settings, bootstrap.make_embedder(settings)))
    yield "corpus", fault_of(lambda: _in_step(settings, bootstrap.make_embedder(settings)))
    yield "database", fault_of(lambda: _reach_database(settings))
    if settings.llm:
        told: list[str] = []
        fault = fault_of(lambda: told.append(bootstrap.reach_language_model(settings)))
        yield f"language model {settings.llm}" + "".join(f" ({what})" for what in told), fault


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
