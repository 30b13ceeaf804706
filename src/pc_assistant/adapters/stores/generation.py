"""One generation of the index on disk: `index.json`, `documents/<id>.json` and `.npz`, and the vectors of its chunks.

What has not changed since the generation before is not written again: its files are linked. The vectors stand in `chroma/`, which is linked,
too, as long as little has changed, and what has come since then in `recent/`; or all of them in the collection that `collection` names.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import TypeAdapter

from pc_assistant.adapters.stores import placing
from pc_assistant.adapters.stores.chroma import DATABASE, CollectionVectors
from pc_assistant.adapters.stores.disk import flush
from pc_assistant.adapters.stores.layered import LayeredVectors
from pc_assistant.adapters.stores.layers import Layers, fill, link, open_layers, write_layers
from pc_assistant.domain.errors import IndexMismatch
from pc_assistant.domain.holdings import Held, HeldText, Holding
from pc_assistant.domain.ports import Embedder, Vectors
from pc_assistant.knowledge.chunking import CHUNKER_VERSION

if TYPE_CHECKING:  # without a server nothing of it is imported
    from pc_assistant.adapters.stores.chroma_server import ChromaServer

FORMAT = 2
REBUILD = "run `pc-assistant ingest --rebuild`"
DAMAGED = f"The index is damaged: {REBUILD}."
INDEX = "index.json"
LOOKS = 20
SECONDS_BETWEEN_LOOKS = 0.05
LISTED = TypeAdapter(list[Held])
ENTRIES = {"corpus_version", "documents", "layers", "sums"}  # beside those that it was made with


def write(
    folder: Path,
    entries: Iterable[Holding | Held],
    embedder: Embedder,
    server: ChromaServer | None = None,
    previous: Path | None = None,
) -> str:
    """Writes a generation into a new folder, to the disk; returns its corpus version. Raises OSError, SetupError.

    Documents that are only named are those of the generation in `previous`, as they are there.
    """
    placing.remove(folder, server)
    documents = folder / "documents"
    documents.mkdir(parents=True)
    held: list[Held] = []
    sums: dict[str, int] = {}
    former = _index(previous) if previous else {}
    former_sums = _sums(former) if previous else {}
    for entry in entries:
        one = entry if isinstance(entry, Held) else entry.held
        name = one.document_id
        held.append(one)
        if isinstance(entry, Holding):
            write_document(documents, name, entry)
            sums[name] = _sum(documents / f"{name}.json")
        else:
            assert previous
            for suffix in (".json", ".npz"):
                link(previous / "documents" / f"{name}{suffix}", documents / f"{name}{suffix}")
            sums[name] = former_sums[name]  # not taken anew, so that a byte that has changed since is still noticed
    held.sort(key=lambda one: one.document_id)
    digest = hashlib.sha256(f"{FORMAT} {embedder.name} {CHUNKER_VERSION}".encode())
    for one in held:
        digest.update(one.digest.encode())
    version = digest.hexdigest()[:12]
    if server is None:
        before = (previous, _layers(former), partial(_vectors, previous / "documents")) if previous else None
        layers = write_layers(folder, held, partial(_vectors, documents), before)
    else:
        layers = Layers()
        fill(placing.create(folder, server), held, partial(_vectors, documents))
    index = {
        "format": FORMAT,
        "model": embedder.name,
        "dimension": embedder.dimension,
        "chunker": CHUNKER_VERSION,
        "corpus_version": version,
        "documents": [one.model_dump() for one in held],
        "layers": layers.model_dump(mode="json"),
        "files": _sizes(folder),
        "sums": sums,
    }
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    for path in folder.rglob("*"):
        if path.is_dir() or path.stat().st_nlink == 1:  # what is linked is on the disk
            flush(path)
    return version


def read(folder: Path, embedder: Embedder, known: Mapping[str, Holding] | None = None) -> tuple[str, list[Holding]]:
    """Corpus version and holdings of a generation; those among `known` that have not changed are not read. Raises IndexMismatch."""
    try:
        index = _whole_index(folder, embedder)
        held = LISTED.validate_python(index["documents"])
        sums = _sums(index)
        return str(index["corpus_version"]), [_holding(folder, one, sums, (known or {}).get(one.document_id)) for one in held]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise IndexMismatch(DAMAGED) from error


def listed(folder: Path, embedder: Embedder) -> list[Held]:
    """The documents of a generation, not read. Raises IndexMismatch."""
    try:
        return LISTED.validate_python(_whole_index(folder, embedder)["documents"])
    except ValueError as error:
        raise IndexMismatch(DAMAGED) from error


def version(folder: Path, embedder: Embedder) -> str:
    """The corpus version of a generation. Raises IndexMismatch."""
    return str(_whole_index(folder, embedder)["corpus_version"])


def vectors(folder: Path, server: ChromaServer | None = None) -> LayeredVectors | CollectionVectors:
    """The vectors of a generation. Raises IndexMismatch, SetupError."""
    store = placing.open_(folder, server)
    return open_layers(folder, store, _layers(_index(folder))) if server is None else store


def outdated(folder: Path, embedder: Embedder, roots: Collection[str]) -> bool:
    """Whether a generation was made with something else than is set now, every document of it from `roots`. Raises IndexMismatch."""
    index = _index(folder)
    try:
        if _made_with(index) == _with(embedder):
            return False
        if index["format"] == FORMAT:
            return all(one.root in roots for one in LISTED.validate_python(index["documents"]))
        texts = ((folder / "documents" / f"{name}.json").read_text(encoding="utf-8") for name in index["documents"])
        return all(json.loads(text)["root"] in roots for text in texts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexMismatch(DAMAGED) from error


def _index(folder: Path) -> dict[str, Any]:
    """What a generation says of itself. Raises IndexMismatch."""
    try:
        found = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise IndexMismatch(DAMAGED) from error
    if not isinstance(found, dict):
        raise IndexMismatch(DAMAGED)
    return found


def _whole_index(folder: Path, embedder: Embedder) -> dict[str, Any]:
    """The same, of a generation that was made with what is set now and has all its files. Raises IndexMismatch."""
    index = _index(folder)
    try:
        made_with = _made_with(index)
        if made_with != _with(embedder):
            raise IndexMismatch(f"The index was built with {made_with[1]} and chunker {made_with[3]}, not as set now: {REBUILD}.")
        if not index.keys() >= ENTRIES or not _is_whole(folder, index["files"]):
            raise IndexMismatch(DAMAGED)
    except (OSError, KeyError, AttributeError) as error:
        raise IndexMismatch(DAMAGED) from error
    return index


def _is_whole(folder: Path, files: Mapping[str, int]) -> bool:
    """Whether every file has its size. Chroma rewrites those of a small store as another process opens it: so what is not whole is looked at again."""
    for _ in range(LOOKS):
        with contextlib.suppress(FileNotFoundError):  # between its listing and the look at its size
            if files.items() <= _sizes(folder).items():
                return True
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return False


def _layers(index: dict[str, Any]) -> Layers:
    """Raises IndexMismatch."""
    try:
        return Layers.model_validate(index["layers"])
    except (ValueError, KeyError) as error:
        raise IndexMismatch(DAMAGED) from error


def _sums(index: dict[str, Any]) -> dict[str, int]:
    """The sum of the text of each document. Raises IndexMismatch."""
    try:
        return {str(name): int(found) for name, found in index["sums"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexMismatch(DAMAGED) from error


def _holding(folder: Path, held: Held, sums: Mapping[str, int], known: Holding | None) -> Holding:
    if known is None or known.text.digest != held.digest:
        if _sum(folder / "documents" / f"{held.document_id}.json") != sums[held.document_id]:
            raise IndexMismatch(DAMAGED)
        known = read_document(folder / "documents", held.document_id)
    if known.text.root == held.root:
        return known
    return replace(known, text=known.text.model_copy(update={"root": held.root}))  # moved, which does not rewrite it


def _made_with(index: dict[str, object]) -> tuple[object, ...]:
    return (index["format"], index["model"], index["dimension"], index["chunker"])


def _with(embedder: Embedder) -> tuple[object, ...]:
    return (FORMAT, embedder.name, embedder.dimension, CHUNKER_VERSION)


def _sizes(folder: Path) -> dict[str, int]:
    """The size of each file that does not change when it is read, as Chroma's database does."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != INDEX and not path.name.startswith(DATABASE))
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


def _vectors(folder: Path, name: str) -> tuple[list[str], Vectors]:
    """The ids of a document's chunks and their vectors. Raises OSError, ValueError, KeyError, zipfile.BadZipFile."""
    holding = read_document(folder, name)
    return [chunk.id for chunk in holding.text.chunks], holding.chunk_vectors
