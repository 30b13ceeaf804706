"""Whole indexes on disk, one folder a generation; readers see the one that the file CURRENT names, and never half of one.

A generation is built beside the current one and becomes current by one atomic rename. Whatever dies before that leaves the current
generation as it was; the next ingest clears the remains. The generation that was replaced stays until the next one: a reader may still
have it open.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pc_assistant.adapters.stores import generation, placing
from pc_assistant.adapters.stores.chroma import CollectionVectors
from pc_assistant.adapters.stores.disk import write_whole
from pc_assistant.adapters.stores.layered import LayeredVectors
from pc_assistant.adapters.stores.prepared import Prepared
from pc_assistant.adapters.stores.withheld import Withheld
from pc_assistant.domain.errors import Busy, IndexMismatch, IndexMissing, SetupError
from pc_assistant.domain.holdings import Held, Holding
from pc_assistant.domain.ports import Embedder

if TYPE_CHECKING:  # without a server nothing of it is imported
    from pc_assistant.adapters.stores.chroma_server import ChromaServer


NO_INDEX = "There is no index yet: run `pc-assistant ingest`."


class Generations:
    """The index folder of one data directory; with a `server` the chunk vectors are there, and all else is here."""

    def __init__(self, folder: Path, server: ChromaServer | None = None) -> None:
        self._folder = folder
        self._server = server
        self._current = folder / "CURRENT"
        self._building = folder / "building"

    @contextlib.contextmanager
    def lock(self, wait: bool = False) -> Iterator[None]:
        """Held by the one process that writes. Where another holds it, waits or raises Busy. Raises SetupError: it cannot be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = (self._folder / "LOCK").open("a")
        except OSError as error:
            raise SetupError(f"The index folder {self._folder} cannot be written: {error.strerror}.") from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except OSError as error:
                raise Busy("Another ingest is writing this index: wait until it has ended.") from error
            yield

    def prepared(self, embedder: Embedder) -> Prepared:
        """What an ingest that was cut short had built; emptied when a generation is published."""
        return Prepared(self._folder / "prepared", embedder)

    @property
    def withheld(self) -> Withheld:
        """The documents that must not be cited."""
        return Withheld(self._folder)

    def outdated(self, embedder: Embedder, roots: Collection[str]) -> bool:
        """Whether the index was made with another model, chunker or format, and every document of it came from `roots`."""
        try:
            return generation.outdated(self._folder / self.current(), embedder, roots)
        except (IndexMissing, IndexMismatch):
            return False

    def current(self) -> str:
        """The name of the current generation. Raises IndexMissing, IndexMismatch."""
        try:
            name = self._current.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise IndexMissing(NO_INDEX) from error
        except UnicodeDecodeError as error:
            raise IndexMismatch(generation.DAMAGED) from error
        if not name.isdigit() or not (self._folder / name / generation.INDEX).is_file():
            raise IndexMismatch(generation.DAMAGED)
        return name

    def published(self) -> datetime:
        """When the current generation became so. Raises IndexMissing."""
        try:
            return datetime.fromtimestamp(self._current.stat().st_mtime, UTC)
        except OSError as error:
            raise IndexMissing(NO_INDEX) from error

    def read(self, embedder: Embedder, name: str | None = None, known: Mapping[str, Holding] | None = None) -> tuple[str, list[Holding]]:
        """Corpus version and holdings of a generation, by default the current one; of those `known` only what has changed is read.

        Raises IndexMissing, IndexMismatch.
        """
        read = name or self.current()
        try:
            return generation.read(self._folder / read, embedder, known)
        except IndexMismatch:
            if name or self.current() == read:
                raise
            return self.read(embedder, known=known)  # it was replaced, and cleared away, while it was read

    def held(self, embedder: Embedder) -> dict[str, Held]:
        """The documents of the current generation by their ids, not read. Raises IndexMissing, IndexMismatch."""
        read = self.current()
        try:
            return {one.document_id: one for one in generation.listed(self._folder / read, embedder)}
        except IndexMismatch:
            if self.current() == read:
                raise
            return self.held(embedder)

    def version(self, embedder: Embedder) -> str:
        """The corpus version of the current generation. Raises IndexMissing, IndexMismatch."""
        return generation.version(self._folder / self.current(), embedder)

    def vectors(self, name: str | None = None) -> LayeredVectors | CollectionVectors:
        """The chunk vectors of a generation, by default the current one. Raises IndexMissing, IndexMismatch, SetupError."""
        return generation.vectors(self._folder / (name or self.current()), self._server)

    def placed(self) -> bool:
        """Whether the vectors of the current generation are where the settings have them. Raises IndexMissing, IndexMismatch, SetupError."""
        return placing.placed(self._folder / self.current(), self._server)

    def publish(self, entries: Iterable[Holding | Held], embedder: Embedder) -> str:
        """Writes a new generation and makes it current; returns its corpus version. The lock must be held.

        Documents that are only named stay as they are in the current generation. Raises SetupError, IndexMismatch.
        """
        try:
            entries = list(entries)
            kept = any(isinstance(entry, Held) for entry in entries)
            version = generation.write(self._building, entries, embedder, self._server, self._folder / self.current() if kept else None)
            self._switch()
            self.prepared(embedder).clear()
        except OSError as error:
            raise SetupError(f"The index folder {self._folder} cannot be written: {error.strerror}.") from error
        return version

    def _switch(self) -> None:
        replaced = self._current.read_text(encoding="utf-8", errors="replace").strip() if self._current.is_file() else ""
        numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
        number = max(numbers, default=0) + 1
        self._building.rename(self._folder / str(number))
        write_whole(self._current, f"{number}\n")
        for old in numbers:
            if str(old) != replaced:
                placing.remove(self._folder / str(old), self._server)
