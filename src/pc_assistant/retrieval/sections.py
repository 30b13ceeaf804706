"""Which section answers a question, learned from some documents and from questions to them: what a section says, and what was asked of it
before, tells of what will be.

A network with one hidden layer on the question's vector, with the sections as classes. A section is a document's id and the key of a heading, so that what was
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
LAYERS = ("inner", "inner_bias", "outer", "outer_bias")
LEAST = -12.0  # log chances below it are all the same


@dataclass(frozen=True)
class SectionClassifier:
    """`inner` (hidden, dimension) and `inner_bias` (hidden,) give the hidden layer, which is rectified; `outer` (sections, hidden) and
    `outer_bias` (sections,) the log odds of each of the `sections`.
    """

    sections: tuple[Section, ...]
    inner: Vectors
    inner_bias: Vectors
    outer: Vectors
    outer_bias: Vectors

    def log_chances(self, asked: Vectors) -> Vectors:
        """The logarithm of each section's chance to answer a question, shape (sections,), of its vector (dimension,)."""
        odds = self.outer @ np.maximum(self.inner @ asked + self.inner_bias, 0.0) + self.outer_bias
        highest = odds.max()
        found: Vectors = odds - highest - np.log(np.exp(odds - highest).sum())
        return found

    def save(self, path: Path, model: str) -> None:
        """Writes it in half precision, and the name of the model whose vectors it is for."""
        layers = {name: getattr(self, name).astype(np.float16) for name in LAYERS}
        np.savez_compressed(path, model=np.array(model), sections=np.array(self.sections), **layers)


def load_sections(path: Path, model: str) -> SectionClassifier | None:
    """The classifier in a file; none where the file is missing or belongs to another model."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as data:
        if str(data["model"]) != model:
            return None
        sections = tuple((document, heading) for document, heading in data["sections"].tolist())
        return SectionClassifier(sections, *(data[name].astype(np.float32) for name in LAYERS))


def sections_of(chunk: Chunk) -> list[Section]:
    """The sections that a chunk stands in, the innermost last."""
    return [(chunk.document_id, key(heading)) for heading in chunk.section]


class Expected:
    """How surely what is asked is answered in the section of a chunk, for the chunks of one snapshot."""

    def __init__(self, classifier: SectionClassifier | None, snapshot: Snapshot) -> None:
        self._classifier = classifier
        rows = {section: row for row, section in enumerate(classifier.sections)} if classifier else {}
        documents = {document for document, _ in rows}
        self._owned = {owner: [row for (document, _), row in rows.items() if document == owner] for owner in documents}
        learned = [(place, chunk) for place, chunk in enumerate(snapshot.chunks) if chunk.document_id in documents]
        one_of = {(chunk.document_id, chunk.section): chunk for _, chunk in learned}
        held = {name: [rows[section] for section in sections_of(chunk) if section in rows] for name, chunk in one_of.items()}
        self._rows = {place: held[chunk.document_id, chunk.section] for place, chunk in learned}

    def scores(self, asked: Vectors, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """From 1, where a section that holds the chunk answers for certain, down to 0, where none does or nothing was learned of them."""
        if not self._classifier:
            return np.zeros(len(places), dtype=np.float32)
        scores = (1 - np.maximum(self._classifier.log_chances(asked), LEAST) / LEAST).tolist()
        return np.array(
            [max((scores[row] for row in self._rows.get(place, ())), default=0.0) for place in places.tolist()], dtype=np.float32
        )

    def documents(self, asked: Vectors) -> dict[str, float]:
        """How much less likely than the likeliest document each of them is to answer, as a logarithm: 0 for that one, down to LEAST.

        A document's chance is that of all its sections. Those of which nothing was learned are not among them.
        """
        if not self._classifier:
            return {}
        chances = self._classifier.log_chances(asked)
        found = {document: float(np.logaddexp.reduce(chances[rows])) for document, rows in self._owned.items()}
        highest = max(found.values(), default=0.0)
        return {document: max(chance - highest, LEAST) for document, chance in found.items()}
