"""Whole indexes on disk, one folder a generation; readers see the one that the file CURRENT names, and never half of one.

A generation holds `index.json`, `documents/<id>.json` and `.npz`, and `chroma/`. It is built beside the current one and becomes current by
one atomic rename. Whatever dies before that leaves the current generation as it was; the next ingest clears the remains.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from pc_assistant.adapters.stores.chroma import ChromaVectors
from pc_assistant.domain.errors import Busy, IndexMismatch, IndexMissing, SetupError
from pc_assistant.domain.holdings import HeldText, Holding
from pc_assistant.domain.ports import Embedder
from pc_assistant.knowledge.chunking import CHUNKER_VERSION

FORMAT = 1
REBUILD = "run `pc-assistant ingest --rebuild`"


class Generations:
    """The index folder of one data directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "CURRENT"

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Held by the one process that writes. Raises Busy, or SetupError where the folder cannot be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = (self._folder / "LOCK").open("a")
        except OSError as error:
            raise SetupError(f"The index folder {self._folder} cannot be written: {error.strerror}.") from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Busy("Another ingest is writing this index: wait until it has ended.") from error
            yield

    def current(self) -> str:
        """The name of the current generation. Raises IndexMissing."""
        try:
            name = self._current.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise IndexMissing("There is no index yet: run `pc-assistant ingest`.") from error
        if not (self._folder / name / "index.json").is_file():
            raise IndexMismatch(f"The index is damaged: {REBUILD}.")
        return name

    def read(self, embedder: Embedder) -> tuple[str, list[Holding]]:
        """Corpus version and holdings of the current generation. Raises IndexMissing, IndexMismatch."""
        folder = self._folder / self.current()
        try:
            index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
            made_with = (index["format"], index["model"], index["dimension"], index["chunker"])
            if made_with != (FORMAT, embedder.name, embedder.dimension, CHUNKER_VERSION):
                raise IndexMismatch(f"The index was built with {made_with[1]} and chunker {made_with[3]}, not as set now: {REBUILD}.")
            return index["corpus_version"], [_read(folder / "documents", name) for name in index["documents"]]
        except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
            raise IndexMismatch(f"The index is damaged: {REBUILD}.") from error

    def vectors(self) -> ChromaVectors:
        """The chunk vectors of the current generation. Raises IndexMissing, IndexMismatch."""
        return ChromaVectors(self._folder / self.current() / "chroma")

    def publish(self, holdings: Iterable[Holding], embedder: Embedder) -> str:
        """Writes a new generation and makes it current; returns its corpus version. The lock must be held."""
        building = self._folder / "building"
        shutil.rmtree(building, ignore_errors=True)
        (building / "documents").mkdir(parents=True)
        store = ChromaVectors(building / "chroma", create=True)
        names = []
        digest = hashlib.sha256(f"{FORMAT} {embedder.name} {CHUNKER_VERSION}".encode())
        for holding in sorted(holdings, key=lambda h: h.text.document.id):
            name = holding.text.document.id
            _write(building / "documents", name, holding)
            if holding.text.chunks:
                store.add([chunk.id for chunk in holding.text.chunks], holding.chunk_vectors)
            names.append(name)
            digest.update(holding.text.digest.encode())
        store.close()
        version = digest.hexdigest()[:12]
        index = {
            "format": FORMAT,
            "model": embedder.name,
            "dimension": embedder.dimension,
            "chunker": CHUNKER_VERSION,
            "corpus_version": version,
            "documents": names,
        }
        (building / "index.json").write_text(json.dumps(index, indent=1), encoding="utf-8")
        self._switch(building)
        return version

    def _switch(self, building: Path) -> None:
        numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
        number = max(numbers, default=0) + 1
        building.rename(self._folder / str(number))
        partial = self._current.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as handle:
            handle.write(f"{number}\n")
            handle.flush()
            os.fsync(handle.fileno())
        partial.rename(self._current)
        for old in sorted(numbers)[:-1]:  # the last one stays: a reader may still have it open
            shutil.rmtree(self._folder / str(old), ignore_errors=True)


def _write(folder: Path, name: str, holding: Holding) -> None:
    (folder / f"{name}.json").write_text(holding.text.model_dump_json(), encoding="utf-8")
    np.savez(folder / f"{name}.npz", chunks=holding.chunk_vectors, units=holding.unit_vectors, prompted=holding.prompted_vectors)


def _read(folder: Path, name: str) -> Holding:
    text = HeldText.model_validate_json((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        return Holding(text, arrays["chunks"], arrays["units"], arrays["prompted"])
