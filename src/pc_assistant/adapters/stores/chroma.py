"""Chunk vectors in Chroma's persistent client, and what is the same of a Chroma server.

Chroma 1.5 has no lock: two processes that write one path lose vectors silently. So a path is written once, by the ingest that holds the
index lock, and only read afterwards.
"""

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings

from pc_assistant.domain.errors import IndexMismatch, SetupError
from pc_assistant.domain.ports import Vectors

COLLECTION = "chunks"
CONFIGURATION: CreateCollectionConfiguration = {"hnsw": {"space": "cosine", "ef_search": 200}}
DATABASE = "chroma.sqlite3"
BATCH = 2000
DAMAGED = "The vector store is damaged: run `pc-assistant ingest --rebuild`."


class CollectionVectors:
    """A VectorStore in one collection, closed by `close()` or when nobody holds it any more; `explained` tells Chroma's faults as ours."""

    def __init__(self, collection: Collection, explained: Callable[[], AbstractContextManager[None]], close: Callable[[], None]) -> None:
        self._collection = collection
        self._explained = explained
        self.close = weakref.finalize(self, close)  # Chroma remembers every client that is not closed, also of generations long gone
        self.close.atexit = False
        self._size: int | None = None

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Keeps the vectors; ids are new."""
        self._size = None
        for start in range(0, len(ids), BATCH):
            with self._explained():
                self._collection.add(ids=list(ids[start : start + BATCH]), embeddings=vectors[start : start + BATCH])

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """At most `k` ids with their cosine similarity, best first."""
        size = self.count()
        if not size:
            return []
        with self._explained():
            found = self._collection.query(query_embeddings=vector.reshape(1, -1), n_results=min(k, size), include=["distances"])
        distances = found["distances"] or [[]]
        return [(id_, 1.0 - float(distance)) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]

    def count(self) -> int:
        """How many vectors are kept."""
        if self._size is None:  # Chroma asks its database each time, which takes as long as a search
            with self._explained():
                self._size = int(self._collection.count())
        return self._size


class ChromaVectors(CollectionVectors):
    """A VectorStore in a folder. Raises IndexMismatch when the folder is not a store or damaged, SetupError when it cannot be made."""

    def __init__(self, folder: Path, create: bool = False) -> None:
        if not create and not (folder / DATABASE).is_file():
            raise IndexMismatch(DAMAGED)  # Chroma would make an empty store
        with _as(SetupError(f"A vector store cannot be made in {folder}.") if create else IndexMismatch(DAMAGED)):
            client = Client(settings=Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)))
            if create:
                collection = client.create_collection(COLLECTION, embedding_function=None, configuration=CONFIGURATION)
            else:
                collection = client.get_collection(COLLECTION, embedding_function=None)
        super().__init__(collection, lambda: _as(IndexMismatch(DAMAGED)), client.close)


@contextmanager
def _as(fault: SetupError) -> Iterator[None]:
    """Raises `fault` for whatever Chroma raises; it has no error of its own for a damaged store."""
    try:
        yield
    except Exception as error:
        raise fault from error
