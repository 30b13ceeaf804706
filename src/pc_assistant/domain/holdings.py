"""Holding: one document as the index holds it, with its vectors."""

from dataclasses import dataclass, field

import numpy as np

from pc_assistant.domain.documents import Chunk, Document, Section
from pc_assistant.domain.ports import Vectors
from pc_assistant.domain.values import Value


class Prompted(Value):
    """A question that a section is known to answer, and the places (in the holding's chunks) where it does."""

    text: str
    chunks: tuple[int, ...]


class Shadow(Value):
    """A sentence of our notes that states what a unit of an original says: found by either, cited from the original."""

    text: str
    chunk: int
    unit: int


class PrintedFile(Value):
    """A file with pages, as it was when it was read."""

    path: str
    sha256: str


class HeldText(Value):
    """A document's text as indexed.

    `root` is the folder or file it came from, `digest` the hash of all that it was made from, `file` the PDF that its pages can be shown
    from with the hash of its bytes, `gaps` what of it could not be read, in a sentence each.
    """

    document: Document
    root: str
    digest: str
    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]
    prompted: tuple[Prompted, ...] = ()
    shadows: tuple[Shadow, ...] = ()
    file: PrintedFile | None = None
    gaps: tuple[str, ...] = ()


class Held(Value):
    """What the index's own list says of a document: enough to know whether it has changed, without reading it."""

    document_id: str
    root: str
    digest: str
    chunks: int


@dataclass(frozen=True)
class Holding:
    """A held text with unit vectors of its chunks, of its units (chunk after chunk), of its prompted questions and of its shadows."""

    text: HeldText
    chunk_vectors: Vectors
    unit_vectors: Vectors
    prompted_vectors: Vectors
    shadow_vectors: Vectors = field(default_factory=lambda: np.zeros((0, 1), dtype=np.float32))

    @property
    def held(self) -> Held:
        """What the index's list says of it."""
        return Held(document_id=self.text.document.id, root=self.text.root, digest=self.text.digest, chunks=len(self.text.chunks))
