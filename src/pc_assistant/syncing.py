"""What changes the index: syncing it with folders, once or whenever they change, and taking documents back."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pc_assistant.adapters.loaders import SUFFIXES
from pc_assistant.adapters.loaders.isolated import Isolated
from pc_assistant.adapters.loaders.limits import Limits
from pc_assistant.adapters.stores import directory
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.adapters.stores.uploads import Uploads
from pc_assistant.adapters.stores.withheld import State
from pc_assistant.bootstrap import generations, make_embedder
from pc_assistant.domain.errors import Busy, IndexMismatch, IndexMissing, NotFound, PcAssistantError, UsageError
from pc_assistant.domain.holdings import Held, HeldText
from pc_assistant.domain.ports import Embedder
from pc_assistant.knowledge.catalogue import Source, scan
from pc_assistant.knowledge.indexing import SyncReport, Tell, sync, untold
from pc_assistant.settings import Settings

Synced = tuple[SyncReport, str]


def ingest(
    settings: Settings,
    paths: Sequence[Path] = (),
    rebuild: bool = False,
    tell: Tell = untold,
    embedder: Embedder | None = None,
    wait: bool = False,
) -> Synced:
    """Brings the index up to date with the files; returns what was done and the corpus version.

    Where another process writes the index this raises Busy, or with `wait` waits. Raises PcAssistantError.
    """
    embedder = embedder or make_embedder(settings, threads=2)
    folder = generations(settings)
    with directory.used(settings.data_dir), folder.lock(wait):
        sources, faults, names = _scanned(settings, paths)
        report = SyncReport(faults=faults, tell=tell)
        load = loading(settings, {path.suffix for source in sources for path in source.files})
        removed = {name for name, state in folder.withheld.states().items() if state == "removed"}
        sources = [source for source in sources if source.document.id not in removed]
        previous = {} if rebuild else _held(folder, embedder, names)
        for name in removed & previous.keys():
            del previous[name]
            report.end(name, "gone")
        entries = list(sync(sources, previous, names, load, embedder, report, folder.prepared(embedder)))
        if previous and set(report.changes.values()) <= {"unchanged", "failed"} and folder.placed():
            return report, folder.version(embedder)
        return report, folder.publish(entries, embedder)


def watch(settings: Settings, paths: Sequence[Path] = (), tell: Tell = untold) -> Iterator[Synced | PcAssistantError]:
    """Ingests now and whenever something changes in the folders, without end; yields what each ingest did, or what hindered it.

    Where another process writes the index it waits. Raises UsageError where a folder is not there, or no longer; ModelMissing.
    """
    from pc_assistant.adapters.watching import changes

    roots = list(paths) or [settings.corpus_dir]
    folders = [*roots, *([settings.originals_dir] if settings.originals_dir else [])]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder: name the folders to watch.")
    embedder = make_embedder(settings, threads=2)
    for _ in changes(folders, settings.data_dir):
        if lost := [str(folder) for folder in folders if not folder.is_dir()]:
            raise UsageError(f"{', '.join(lost)} is no longer there: nothing is watched any more.")
        try:
            yield ingest(settings, paths, tell=tell, embedder=embedder, wait=True)
        except PcAssistantError as error:
            yield error


def pending(settings: Settings, embedder: Embedder) -> tuple[list[str], list[str]]:
    """The documents of the corpus folder that `ingest` would add, change or drop, and the faults met. Raises UsageError, SetupError."""
    sources, faults, roots = _scanned(settings, ())
    removed = generations(settings).withheld.states()
    found = {source.document.id: source.digest for source in sources if removed.get(source.document.id) != "removed"}
    held = _held(generations(settings), embedder, roots)
    gone = [name for name, one in held.items() if one.root in roots and name not in found]
    return [name for name, digest in found.items() if name not in held or held[name].digest != digest] + gone, faults


def documents(settings: Settings) -> list[tuple[str, str, HeldText | None]]:
    """Every document known: its id, whether it is cited, held or removed, and its text where the index has it. Raises SetupError."""
    folder = generations(settings)
    texts: dict[str, HeldText] = {}
    with contextlib.suppress(IndexMissing):
        texts = {holding.text.document.id: holding.text for holding in folder.read(make_embedder(settings))[1]}
    states = folder.withheld.states()
    return [(name, states.get(name, "cited"), texts.get(name)) for name in sorted({*texts, *states})]


def withhold(settings: Settings, document_id: str, state: State | None) -> bool:
    """Holds, removes or (None) releases a document, from the next request on, in every process; whether the index still has its text.

    What is removed also leaves the index, now or, where an ingest is under way, at the next one. Raises NotFound, SetupError.
    """
    folder = generations(settings)
    embedder = make_embedder(settings)
    held = _held(folder, embedder, [])
    if document_id not in {*held, *folder.withheld.states()}:
        raise NotFound(f"There is no document {document_id}: `pc-assistant documents list` names them all.")
    with directory.used(settings.data_dir):
        folder.withheld.put(document_id, state)
        if state == "removed" and document_id in held:
            with contextlib.suppress(Busy), folder.lock():
                folder.publish([one for name, one in _held(folder, embedder, []).items() if name != document_id], embedder)
                return False
    return document_id in held


def check_index(settings: Settings, embedder: Embedder) -> None:
    """Raises IndexMissing, or IndexMismatch where the index is damaged or of another model or chunker."""
    folder = generations(settings)
    chunks = sum(len(holding.text.chunks) for holding in folder.read(embedder)[1])
    if folder.vectors().count() != chunks:
        raise IndexMismatch("The index is damaged: run `pc-assistant ingest --rebuild`.")


def uploads(settings: Settings) -> Uploads:
    """The files that were uploaded."""
    return Uploads(settings.data_dir / "uploads")


def loading(settings: Settings, suffixes: Iterable[str]) -> Isolated:
    """What reads files with these suffixes."""
    limits = Limits(pages=settings.read_pages, seconds=settings.read_seconds, memory_bytes=settings.read_memory_mb * 1_000_000)
    return Isolated(limits, suffixes)


def _scanned(settings: Settings, paths: Sequence[Path]) -> tuple[list[Source], list[str], list[str]]:
    """The sources, the faults met and the roots: of `paths`, or of the corpus folder and of what was uploaded."""
    if paths:
        return *scan(paths, settings.originals_dir, SUFFIXES), [str(path) for path in paths]
    sources, faults = scan([settings.corpus_dir], settings.originals_dir, SUFFIXES)
    own = uploads(settings)
    named = {source.document.id for source in sources}
    for source in own.sources():
        if source.document.id in named:
            faults.append(f"Two files give the document {source.document.id}: what was uploaded is left out.")
        else:
            sources.append(source)
    return sources, faults, [str(settings.corpus_dir), own.root]


def _held(folder: Generations, embedder: Embedder, roots: Sequence[str]) -> dict[str, Held]:
    """What the index holds; nothing where it is of another model or chunker and all of it can be read anew from `roots`."""
    if folder.outdated(embedder, roots):
        return {}
    with contextlib.suppress(IndexMissing):
        return folder.held(embedder)
    return {}
