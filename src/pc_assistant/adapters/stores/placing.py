"""Where the chunk vectors of a generation are: in a folder of its own, or in a collection of a Chroma server that a file of it names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pc_assistant.adapters.stores.chroma import ChromaVectors, CollectionVectors
from pc_assistant.domain.errors import IndexMismatch, SetupError

if TYPE_CHECKING:  # without a server nothing of it is imported
    from pc_assistant.adapters.stores.chroma_server import ChromaServer

FOLDER = "chroma"
COLLECTION = "collection"
ELSEWHERE = "The vectors of this index are on a Chroma server: set PC_CHROMA_URL, or run `pc-assistant ingest`."
HERE = "The vectors of this index are in its folder, and PC_CHROMA_URL names a server: run `pc-assistant ingest`."


def create(generation: Path, server: ChromaServer | None) -> CollectionVectors:
    """An empty store for a generation that is being written. Raises OSError, SetupError."""
    if server is None:
        return ChromaVectors(generation / FOLDER, create=True)
    name = server.new_name()
    (generation / COLLECTION).write_text(name, encoding="utf-8")  # before it is made: what is killed here can be cleared
    return server.create(name)


def open_(generation: Path, server: ChromaServer | None) -> CollectionVectors:
    """The vectors of a generation. Raises IndexMismatch, SetupError."""
    name = _collection(generation)
    if server is None:
        if name is not None:
            raise IndexMismatch(ELSEWHERE)
        return ChromaVectors(generation / FOLDER)
    if name is None:
        raise IndexMismatch(HERE)
    return server.open(name)


def placed(generation: Path, server: ChromaServer | None) -> bool:
    """Whether the vectors are where the settings have them, looking no further than that. Raises SetupError."""
    name = _collection(generation)
    return name is None if server is None else name is not None and server.has(name)


def remove(generation: Path, server: ChromaServer | None) -> None:
    """Deletes a generation; where its collection cannot be deleted now, the next ingest tries again."""
    name = _collection(generation)
    if name is not None and server is not None:
        try:
            server.drop(name)
        except SetupError:
            return
    shutil.rmtree(generation, ignore_errors=True)


def _collection(generation: Path) -> str | None:
    try:
        return (generation / COLLECTION).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexMismatch("The index is damaged: run `pc-assistant ingest --rebuild`.") from error
