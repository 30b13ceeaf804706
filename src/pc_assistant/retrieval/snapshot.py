"""Snapshot: one corpus version in memory, as the read path sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import HeldText, Holding
from pc_assistant.domain.ports import Vectors, VectorStore
from pc_assistant.knowledge.chunking import context
from pc_assistant.retrieval.lexical import Lexical
from pc_assistant.retrieval.postings import Postings
from pc_assistant.retrieval.terms import terms


@dataclass(frozen=True)
class Snapshot:
    """Chunks are numbered over all documents ("places"); `starts[i]:starts[i+1]` are the rows of chunk i's units in `unit_vectors`."""

    version: str
    held: tuple[HeldText, ...]
    chunks: tuple[Chunk, ...]
    owners: tuple[HeldText, ...]
    places: dict[str, int]
    chunk_vectors: Vectors
    unit_vectors: Vectors
    starts: tuple[int, ...]
    prompted_vectors: Vectors
    prompted_places: tuple[tuple[int, ...], ...]
    prompted_texts: tuple[str, ...]
    shadow_vectors: Vectors
    shadow_units: NDArray[np.int64]
    shadow_terms: dict[int, frozenset[str]]
    vectors: VectorStore
    lexical: Lexical
    prompted_lexical: Lexical
    body_terms: Postings
    heading_terms: tuple[frozenset[str], ...]

    @cached_property
    def answering_rows(self) -> NDArray[np.int64]:
        """The prompted question of each pair of a question and a chunk that answers it."""
        return np.repeat(np.arange(len(self.prompted_places)), [len(places) for places in self.prompted_places])

    @cached_property
    def answered_places(self) -> NDArray[np.int64]:
        """The chunk of each such pair."""
        return np.array([place for places in self.prompted_places for place in places], dtype=np.int64)

    def similarities(self, vector: Vectors, place: int) -> Vectors:
        """Cosine of every unit of one chunk with a vector, shape (units,): its own, or that of a sentence of the notes that says the same."""
        start, end = self.starts[place], self.starts[place + 1]
        own: Vectors = self.unit_vectors[start:end] @ vector
        order, rows = self._shadows
        first, last = np.searchsorted(rows, (start, end))
        if first < last:
            np.maximum.at(own, rows[first:last] - start, self.shadow_vectors[order[first:last]] @ vector)
        return own

    @cached_property
    def _shadows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The shadows in the order of the units that they stand for, and the rows of those units."""
        order = np.argsort(self.shadow_units, kind="stable")
        return order, self.shadow_units[order]

    def units_of(self, place: int) -> Vectors:
        """Unit vectors of one chunk, shape (units, dimension)."""
        return self.unit_vectors[self.starts[place] : self.starts[place + 1]]

    def neighbours(self, place: int) -> list[int]:
        """Places of the same document's chunks in the same section and heading, in reading order."""
        chunk = self.chunks[place]
        first = place - chunk.ordinal
        last = first + len(self.owners[place].chunks)
        return [i for i in range(first, last) if (self.chunks[i].section, self.chunks[i].heading) == (chunk.section, chunk.heading)]

    def passage(self, passage_id: str) -> Chunk:
        """Raises NotFound."""
        if passage_id not in self.places:
            raise NotFound(f"There is no passage {passage_id}.")
        return self.chunks[self.places[passage_id]]

    def document(self, document_id: str) -> HeldText:
        """Raises NotFound."""
        for text in self.held:
            if text.document.id == document_id:
                return text
        raise NotFound(f"There is no document {document_id}.")


def take(version: str, holdings: Sequence[Holding], vectors: VectorStore, authorities: dict[str, int]) -> Snapshot:
    """A snapshot of the holdings, documents in the order of authority."""
    ordered = sorted(holdings, key=lambda h: (authorities.get(h.text.document.id, 9), h.text.document.id))
    chunks = [chunk for h in ordered for chunk in h.text.chunks]
    owners = [h.text for h in ordered for _ in h.text.chunks]
    starts = [0]
    for chunk in chunks:
        starts.append(starts[-1] + len(chunk.units))
    first, prompted_places, prompted_texts = 0, [], []
    shadow_units: list[int] = []
    shadow_terms: dict[int, frozenset[str]] = {}
    for h in ordered:
        for prompted in h.text.prompted:
            prompted_places.append(tuple(first + i for i in prompted.chunks))
            prompted_texts.append(prompted.text)
        for shadow in h.text.shadows:
            row = starts[first + shadow.chunk] + shadow.unit
            shadow_units.append(row)
            shadow_terms[row] = shadow_terms.get(row, frozenset()) | frozenset(terms(shadow.text))
        first += len(h.text.chunks)
    body = [terms(chunk.text) for chunk in chunks]
    above = [terms(context(owner.document.title, chunk.section, chunk.heading)) for chunk, owner in zip(chunks, owners, strict=True)]
    return Snapshot(
        version=version,
        held=tuple(h.text for h in ordered),
        chunks=tuple(chunks),
        owners=tuple(owners),
        places={chunk.id: place for place, chunk in enumerate(chunks)},
        chunk_vectors=_stack([h.chunk_vectors for h in ordered]),
        unit_vectors=_stack([h.unit_vectors for h in ordered]),
        starts=tuple(starts),
        prompted_vectors=_stack([h.prompted_vectors for h in ordered]),
        prompted_places=tuple(prompted_places),
        prompted_texts=tuple(prompted_texts),
        shadow_vectors=_stack([h.shadow_vectors for h in ordered]),
        shadow_units=np.array(shadow_units, dtype=np.int64),
        shadow_terms=shadow_terms,
        vectors=vectors,
        lexical=Lexical([over + own for over, own in zip(above, body, strict=True)]),
        prompted_lexical=Lexical([terms(text) for text in prompted_texts]),
        body_terms=Postings(body),
        heading_terms=tuple(frozenset(terms(f"{' '.join(chunk.section)} {chunk.heading}")) for chunk in chunks),
    )


def _stack(arrays: Sequence[Vectors]) -> Vectors:
    filled = [array for array in arrays if array.size]
    return np.vstack(filled) if filled else np.zeros((0, 1), dtype=np.float32)
