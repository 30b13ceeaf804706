"""One generation of the index on disk: `index.json`, `documents/<id>.json` and `.npz`, and `chroma/` (or `collection`, the name of one)."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pc_assistant.adapters.stores import placing
from pc_assistant.adapters.stores.chroma import DATABASE
from pc_assistant.domain.errors import IndexMismatch
from pc_assistant.domain.holdings import HeldText, Holding
from pc_assistant.domain.ports import Embedder
from pc_assistant.knowledge.chunking import CHUNKER_VERSION

if TYPE_CHECKING:  # without a server nothing of it is imported
    from pc_assistant.adapters.stores.chroma_server import ChromaServer

FORMAT = 1
REBUILD = "run `pc-assistant ingest --rebuild`"
DAMAGED = f"The index is damaged: {REBUILD}."
INDEX = "index.json"


def write(folder: Path, holdings: Iterable[Holding], embedder: Embedder, server: ChromaServer | None = None) -> str:
    """Writes a generation into a new folder, to the disk; returns its corpus version. Raises OSError, SetupError."""
    placing.remove(folder, server)
    (folder / "documents").mkdir(parents=True)
    store = placing.create(folder, server)
    names: list[str] = []
    digest = hashlib.sha256(f"{FORMAT} {embedder.name} {CHUNKER_VERSION}".encode())
    for holding in sorted(holdings, key=lambda h: h.text.document.id):
        name = holding.text.document.id
        write_document(folder / "documents", name, holding)
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
        "files": _sizes(folder),
        "sums": {f"documents/{name}.json": _sum(folder / "documents" / f"{name}.json") for name in names},
    }
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    for path in folder.rglob("*"):
        flush(path)
    return version


def read(folder: Path, embedder: Embedder) -> tuple[str, list[Holding]]:
    """Corpus version and holdings of a generation. Raises IndexMismatch."""
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        made_with = _made_with(index)
        if made_with != _with(embedder):
            raise IndexMismatch(f"The index was built with {made_with[1]} and chunker {made_with[3]}, not as set now: {REBUILD}.")
        if not index.get("files", {}).items() <= _sizes(folder).items():
            raise IndexMismatch(DAMAGED)
        if any(_sum(folder / name) != found for name, found in index.get("sums", {}).items()):
            raise IndexMismatch(DAMAGED)
        return index["corpus_version"], [read_document(folder / "documents", name) for name in index["documents"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
        raise IndexMismatch(DAMAGED) from error


def outdated(folder: Path, embedder: Embedder, roots: Collection[str]) -> bool:
    """Whether a generation was made with something else than is set now, every document of it from `roots`. Raises IndexMismatch."""
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        if _made_with(index) == _with(embedder):
            return False
        texts = ((folder / "documents" / f"{name}.json").read_text(encoding="utf-8") for name in index["documents"])
        return all(json.loads(text)["root"] in roots for text in texts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexMismatch(DAMAGED) from error


def _made_with(index: dict[str, object]) -> tuple[object, ...]:
    return (index["format"], index["model"], index["dimension"], index["chunker"])


def _with(embedder: Embedder) -> tuple[object, ...]:
    return (FORMAT, embedder.name, embedder.dimension, CHUNKER_VERSION)


def _sizes(folder: Path) -> dict[str, int]:
    """The size of each file that does not change when it is read, as Chroma's database does."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in {INDEX, DATABASE})
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _sum(path: Path) -> int:
    """A sum by which a byte that has changed is noticed, since a quote of it would no longer be the source's.

    The arrays have sums of their own, being zip files; Chroma changes its files when it reads them.
    """
    found = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found = zlib.crc32(part, found)
    return found


def flush(path: Path) -> None:
    """Hands a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_document(folder: Path, name: str, holding: Holding) -> None:
    """Writes one document's two files. Raises OSError."""
    (folder / f"{name}.json").write_text(holding.text.model_dump_json(), encoding="utf-8")
    np.savez(
        folder / f"{name}.npz",
        chunks=holding.chunk_vectors,
        units=holding.unit_vectors,
        prompted=holding.prompted_vectors,
        shadows=holding.shadow_vectors,
    )


def read_document(folder: Path, name: str) -> Holding:
    """One document of its two files. Raises OSError, ValueError, KeyError, zipfile.BadZipFile."""
    text = HeldText.model_validate_json((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        return Holding(text, arrays["chunks"], arrays["units"], arrays["prompted"], arrays["shadows"])
