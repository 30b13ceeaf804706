"""Which section answers a question, learned from questions to some documents: what was asked of a section before tells of what will be.

A softmax regression on the question's vector, with the sections as classes. A section is a document's id and the key of a heading, so that what was
learned from the notes of a document holds for its original, too.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.ports import Vectors
from pc_assistant.knowledge.markup import key
from pc_assistant.retrieval.snapshot import Snapshot

Section = tuple[str, str]
LEAST = -12.0  # log chances below it are all the same


@dataclass(frozen=True)
class SectionClassifier:
    """`weights` (sections, dimension) and `bias` (sections,) give the log odds of each of the `sections`."""

    sections: tuple[Section, ...]
    weights: Vectors
    bias: Vectors

    def log_chances(self, asked: Vectors) -> Vectors:
        """The logarithm of each section's chance to answer a question, shape (sections,), of its vector (dimension,)."""
        odds = self.weights @ asked + self.bias
        highest = odds.max()
        found: Vectors = odds - highest - np.log(np.exp(odds - highest).sum())
        return found

    def save(self, path: Path, model: str) -> None:
        """Writes it in half precision, and the name of the model whose vectors it is for."""
        weights, bias = self.weights.astype(np.float16), self.bias.astype(np.float16)
        np.savez_compressed(path, model=np.array(model), sections=np.array(self.sections), weights=weights, bias=bias)


def load_sections(path: Path, model: str) -> SectionClassifier | None:
    """The classifier in a file; none where the file is missing or belongs to another model."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as data:
        if str(data["model"]) != model:
            return None
        sections = tuple((document, heading) for document, heading in data["sections"].tolist())
        return SectionClassifier(sections, data["weights"].astype(np.float32), data["bias"].astype(np.float32))


def sections_of(chunk: Chunk) -> list[Section]:
    """The sections that a chunk stands in, the innermost last."""
    return [(chunk.document_id, key(heading)) for heading in chunk.section]


class Expected:
    """How surely what is asked is answered in the section of a chunk, for the chunks of one snapshot."""

    def __init__(self, classifier: SectionClassifier | None, snapshot: Snapshot) -> None:
        self._classifier = classifier
        rows = {section: row for row, section in enumerate(classifier.sections)} if classifier else {}
        documents = {document for document, _ in rows}
        self._rows = {
            place: [rows[section] for section in sections_of(chunk) if section in rows]
            for place, chunk in enumerate(snapshot.chunks)
            if chunk.document_id in documents
        }

    def scores(self, asked: Vectors, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """From 1, where a section that holds the chunk answers for certain, down to 0, where none does or nothing was learned of them."""
        if not self._classifier:
            return np.zeros(len(places), dtype=np.float32)
        scores = (1 - np.maximum(self._classifier.log_chances(asked), LEAST) / LEAST).tolist()
        return np.array(
            [max((scores[row] for row in self._rows.get(place, ())), default=0.0) for place in places.tolist()], dtype=np.float32
        )
