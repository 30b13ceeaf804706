"""The usual recipe: recursive splitting at 1,000 characters with 200 of overlap, Chroma, MiniLM, the nearest four.

It is given our export of MiniLM, which is faster than the recipe's own way to run it, and the vectors are the same.
"""

import uuid
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from chromadb import EphemeralClient
from chromadb.config import Settings
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from pc_assistant.adapters.loaders.files import read
from pc_assistant.adapters.loaders.markdown import ANY_COMMENT, FRONT_MATTER, front_matter
from pc_assistant.domain.ports import Embedder

TOP = 4
NAME = "recipe"
LANGCHAIN_CHROMA = "langchain_chroma"


class Recipe(Protocol):
    """A question to texts."""

    def search(self, question: str, k: int) -> list[str]:
        """The `k` nearest chunks, best first."""


def split_notes(corpus: Path) -> list[str]:
    """The chunks of every note, its front matter and comments taken out. Raises DocumentUnreadable."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    chunks: list[str] = []
    for path in sorted(corpus.rglob("*.md")):
        text = read(path)
        if "document" in front_matter(text, path.name):
            chunks += splitter.split_text(ANY_COMMENT.sub("", FRONT_MATTER.sub("", text)))
    return chunks


def cook(chunks: Sequence[str], embedder: Embedder) -> Recipe:
    """The recipe over the chunks: through langchain_chroma where it is installed, else straight on a collection of Chroma's."""
    return ThroughLangchain(chunks, embedder) if find_spec(LANGCHAIN_CHROMA) else OnChroma(chunks, embedder)


class OnChroma:
    """A plain collection, in memory."""

    def __init__(self, chunks: Sequence[str], embedder: Embedder) -> None:
        self._embedder = embedder
        self._collection = EphemeralClient(Settings(anonymized_telemetry=False)).create_collection(_name(), embedding_function=None)
        ids = [str(number) for number in range(len(chunks))]
        self._collection.add(ids=ids, embeddings=embedder.embed(chunks), documents=list(chunks))

    def search(self, question: str, k: int) -> list[str]:
        """The `k` nearest chunks, best first."""
        found = self._collection.query(query_embeddings=self._embedder.embed([question]), n_results=k, include=["documents"])
        return list((found["documents"] or [[]])[0])


class ThroughLangchain:
    """The same by LangChain's vector store."""

    def __init__(self, chunks: Sequence[str], embedder: Embedder) -> None:
        chroma = import_module(LANGCHAIN_CHROMA).Chroma
        client = EphemeralClient(Settings(anonymized_telemetry=False))
        self._store = chroma(collection_name=_name(), embedding_function=_Embeddings(embedder), client=client)
        self._store.add_texts(list(chunks))

    def search(self, question: str, k: int) -> list[str]:
        """The `k` nearest chunks, best first."""
        return [document.page_content for document in self._store.similarity_search(question, k=k)]


def _name() -> str:
    """Of a collection that is not there yet: Chroma's clients in memory share one store."""
    return f"{NAME}-{uuid.uuid4().hex}"


class _Embeddings(Embeddings):
    """An Embedder as LangChain wants it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in vector] for vector in self._embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]
