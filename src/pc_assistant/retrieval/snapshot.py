"""Snapshot: one corpus version in memory, as the read path sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import HeldText, Holding
from pc_assistant.domain.ports import Vectors, VectorSearch
from pc_assistant.retrieval.counting import join, totals
from pc_assistant.retrieval.lexical import Lexical
from pc_assistant.retrieval.parts import Numbering, Part, part
from pc_assistant.retrieval.postings import Postings


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
    vectors: VectorSearch
    lexical: Lexical
    prompted_lexical: Lexical
    body_terms: Postings
    heading_terms: tuple[frozenset[str], ...]
    holdings: dict[str, Holding]
    parts: dict[str, Part]
    numbering: Numbering

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

    def word_counts(self) -> dict[str, int]:
        """Every word of the texts, of the headings and of the prompted questions, in that order, and how often it stands there."""
        kinds = ("text_words", "heading_words", "prompted_words")
        rows = join([getattr(one, kind) for kind in kinds for one in self.parts.values()])
        words = list(self.numbering.words)
        return {words[number]: n for number, n in zip(*(found.tolist() for found in totals(rows, len(words))), strict=True)}

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


def take(
    version: str, holdings: Sequence[Holding], vectors: VectorSearch, authorities: dict[str, int], before: Snapshot | None = None
) -> Snapshot:
    """A snapshot of the holdings, documents in the order of authority. What `before` has of documents that have not changed is taken over.

    It holds the vectors of all documents in one piece each, which `holdings` are slices of.
    """
    ordered = sorted(holdings, key=lambda h: (authorities.get(h.text.document.id, 9), h.text.document.id))
    numbering = before.numbering if before else Numbering()
    parts = {h.text.document.id: _part(h.text, numbering, before) for h in ordered}
    chunks = [chunk for h in ordered for chunk in h.text.chunks]
    owners = [h.text for h in ordered for _ in h.text.chunks]
    starts = [0]
    for chunk in chunks:
        starts.append(starts[-1] + len(chunk.units))
    first, prompted_places, prompted_texts = 0, [], []
    shadow_units: list[int] = []
    shadow_terms: dict[int, frozenset[str]] = {}
    for h, own in zip(ordered, parts.values(), strict=True):
        for prompted in h.text.prompted:
            prompted_places.append(tuple(first + i for i in prompted.chunks))
            prompted_texts.append(prompted.text)
        for shadow, held in zip(h.text.shadows, own.shadow_terms, strict=True):
            row = starts[first + shadow.chunk] + shadow.unit
            shadow_units.append(row)
            shadow_terms[row] = shadow_terms.get(row, frozenset()) | held
        first += len(h.text.chunks)
    chunk_vectors, unit_vectors = _stack([h.chunk_vectors for h in ordered]), _stack([h.unit_vectors for h in ordered])
    prompted_vectors, shadow_vectors = _stack([h.prompted_vectors for h in ordered]), _stack([h.shadow_vectors for h in ordered])
    stacks = (chunk_vectors, unit_vectors, prompted_vectors, shadow_vectors)
    return Snapshot(
        version=version,
        held=tuple(h.text for h in ordered),
        chunks=tuple(chunks),
        owners=tuple(owners),
        places={chunk.id: place for place, chunk in enumerate(chunks)},
        chunk_vectors=chunk_vectors,
        unit_vectors=unit_vectors,
        starts=tuple(starts),
        prompted_vectors=prompted_vectors,
        prompted_places=tuple(prompted_places),
        prompted_texts=tuple(prompted_texts),
        shadow_vectors=shadow_vectors,
        shadow_units=np.array(shadow_units, dtype=np.int64),
        shadow_terms=shadow_terms,
        vectors=vectors,
        lexical=Lexical(counted=join([own.lexical for own in parts.values()]), numbers=numbering.terms),
        prompted_lexical=Lexical(counted=join([own.prompted_lexical for own in parts.values()]), numbers=numbering.terms),
        body_terms=Postings(counted=join([own.body for own in parts.values()]), numbers=numbering.terms),
        heading_terms=tuple(held for own in parts.values() for held in own.heading_terms),
        holdings=_slices(ordered, stacks),
        parts=parts,
        numbering=numbering,
    )


def _part(text: HeldText, numbering: Numbering, before: Snapshot | None) -> Part:
    known = before.parts.get(text.document.id) if before else None
    return known if known and known.digest == text.digest else part(text, numbering)


def _stack(arrays: Sequence[Vectors]) -> Vectors:
    filled = [array for array in arrays if array.size]
    return np.vstack(filled) if filled else np.zeros((0, 1), dtype=np.float32)


def _slices(holdings: Sequence[Holding], stacks: Sequence[Vectors]) -> dict[str, Holding]:
    """The holdings with their vectors as slices of those of all, so that none is in memory twice."""
    result: dict[str, Holding] = {}
    ends = [0] * len(stacks)
    for h in holdings:
        own = []
        for i, (stack, array) in enumerate(
            zip(stacks, (h.chunk_vectors, h.unit_vectors, h.prompted_vectors, h.shadow_vectors), strict=True)
        ):
            size = len(array) if array.size else 0
            own.append(stack[ends[i] : ends[i] + size])
            ends[i] += size
        result[h.text.document.id] = Holding(h.text, *own)
    return result
