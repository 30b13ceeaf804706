"""Documents that are handed in over HTTP: taken in by a process of its own, so that answering goes on and its memory stays as it is."""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from pc_assistant import syncing
from pc_assistant.adapters.stores import directory
from pc_assistant.bootstrap import generations, make_embedder
from pc_assistant.domain.errors import IndexMissing, NotFound, SetupError, UsageError
from pc_assistant.domain.holdings import Held, Holding
from pc_assistant.domain.ports import Embedder
from pc_assistant.domain.uploads import DocumentState, Taken, Upload, UploadReport
from pc_assistant.knowledge.indexing import SyncReport, sync
from pc_assistant.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
NICENESS = 5


class Intake:
    """Keeps the port of this name."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder

    async def take_in(self, uploads: Sequence[Upload]) -> UploadReport:
        """Reads and indexes files and keeps those that can be read. Raises Busy while another ingest runs, SetupError."""
        return await _elsewhere(take_in, self._settings, list(uploads))

    async def take_out(self, document_id: str) -> None:
        """Deletes a document that was uploaded. Raises NotFound, UsageError where it came another way, Busy, SetupError."""
        await _elsewhere(take_out, self._settings, document_id)

    async def withhold(self, state: DocumentState) -> None:
        """Holds a document, or lets it be cited again. Raises NotFound, SetupError."""
        await asyncio.to_thread(self._withhold, state)

    def _withhold(self, state: DocumentState) -> None:
        folder = generations(self._settings)
        if state.document_id not in folder.held(self._embedder):
            raise NotFound(f"There is no document {state.document_id}.")
        folder.withheld.put(state.document_id, "held" if state.state == "held" else None)


def take_in(settings: Settings, uploads: Sequence[Upload]) -> UploadReport:
    """As `Intake.take_in`, in this process. A file that is killed half-way is there whole at the next ingest, or not at all."""
    embedder = make_embedder(settings, threads=2)
    folder, kept = generations(settings), syncing.uploads(settings)
    with directory.used(settings.data_dir), folder.lock():
        held: dict[str, Held] = {}
        with suppress(IndexMissing):
            held = folder.held(embedder)
        load = syncing.loading(settings, {upload.suffix for upload in uploads})
        now, taken, fresh = kept.kept(), list[Taken](), False
        entries: dict[str, Holding | Held] = {**held}
        for number, upload in enumerate(uploads):
            name = upload.document.id
            if name in held and held[name].root != kept.root:
                reason = f"There is a document {name} already, which was not uploaded: give the file another name."
                taken.append(Taken(document_id=name, change="failed", reason=reason))
                continue
            if any(name == other.document.id for other in uploads[:number]):
                taken.append(Taken(document_id=name, change="failed", reason=f"Two files give the document {name}: this one is left out."))
                continue
            place, source = kept.place(upload)
            before = {name: held[name]} if name in held else {}
            report = SyncReport()
            found = list(sync([source], before, [], load, embedder, report, folder.prepared(embedder)))
            change = report.changes[name]
            assert change != "gone"
            taken.append(Taken(document_id=name, change=change, passages=report.chunks.get(name, 0), reason=" ".join(report.faults)))
            if change != "failed":
                now[name], entries[name] = place, found[0]
                fresh |= change != "unchanged"
        kept.keep(now)
        for one in taken:
            if one.change != "failed" and folder.withheld.states().get(one.document_id) == "removed":
                folder.withheld.put(one.document_id, None)
        version = folder.publish(entries.values(), embedder) if fresh else folder.version(embedder)
        return UploadReport(corpus_version=version, documents=tuple(taken))


def take_out(settings: Settings, document_id: str) -> None:
    """As `Intake.take_out`, in this process."""
    embedder = make_embedder(settings)
    folder, kept = generations(settings), syncing.uploads(settings)
    with directory.used(settings.data_dir), folder.lock():
        held, now = folder.held(embedder), kept.kept()
        if document_id not in now:
            if document_id not in held:
                raise NotFound(f"There is no document {document_id}.")
            raise UsageError(f"The document {document_id} was not uploaded: take it out of its folder, or hold it.")
        kept.keep({name: one for name, one in now.items() if name != document_id})
        if document_id in held:
            folder.publish([one for name, one in held.items() if name != document_id], embedder)
        folder.withheld.put(document_id, None)


async def _elsewhere(do: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
    """What a function gives or raises in a process of its own, which yields to those that answer. Raises SetupError where it dies."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=os.nice, initargs=(NICENESS,))
    try:
        return await asyncio.wrap_future(pool.submit(do, *given, **named))
    except BrokenProcessPool as error:
        raise SetupError("The process that takes documents in has died: try again, and see that there is memory enough.") from error
    finally:
        pool.shutdown(wait=False)
