"""Which section answers a question, learned from some documents and from questions to them: what a section says, and what was asked of it
before, tells of what will be.

Two networks with one hidden layer each and the sections as classes: one reads the question's vector, one its words. They err on different questions,
so their log chances are averaged (a logarithmic opinion pool: Genest and Zidek, Combining Probability Distributions, 1986). A section is a document's id
and the key of a heading, so that what was learned from the notes of a document holds for its original, too.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.ports import Vectors
from pc_assistant.knowledge.markup import key
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import stem, words

Section = tuple[str, str]
LAYERS = ("inner", "inner_bias", "outer", "outer_bias")
NETWORKS = ("by_vector", "by_words")
LEAST = -12.0  # log chances below it are all the same


@dataclass(frozen=True)
class Layers:
    """`inner` (inputs, hidden) and `inner_bias` (hidden,) give the hidden layer, which is rectified; `outer` (sections, hidden) and
    `outer_bias` (sections,) the log odds of each section.
    """

    inner: Vectors
    inner_bias: Vectors
    outer: Vectors
    outer_bias: Vectors

    def log_chances(self, drawn: Vectors) -> Vectors:
        """The logarithm of each section's chance, shape (sections,), of what `inner` makes of the inputs (hidden,)."""
        return _normalised(self.outer @ np.maximum(drawn + self.inner_bias, 0.0) + self.outer_bias)


@dataclass(frozen=True)
class SectionClassifier:
    """`by_vector` reads a question's vector, `by_words` which stems of the `vocabulary` are in it: each once, all together of length one."""

    sections: tuple[Section, ...]
    vocabulary: tuple[str, ...]
    by_vector: Layers
    by_words: Layers

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {one: row for row, one in enumerate(self.vocabulary)}

    def log_chances(self, asked: Vectors, text: str) -> Vectors:
        """The logarithm of each section's chance to answer a question, shape (sections,), of its vector (dimension,) and its text."""
        rows = sorted({self._rows[one] for one in stems(text) if one in self._rows})
        drawn: Vectors = self.by_words.inner[rows].sum(axis=0) / max(1, len(rows)) ** 0.5
        both = self.by_vector.log_chances(asked @ self.by_vector.inner), self.by_words.log_chances(drawn)
        return _normalised(np.mean(both, axis=0))

    def save(self, path: Path, model: str) -> None:
        """Writes it in half precision, and the name of the model whose vectors it is for."""
        layers = {f"{name} {part}": getattr(getattr(self, name), part).astype(np.float16) for name in NETWORKS for part in LAYERS}
        np.savez_compressed(path, model=np.array(model), sections=np.array(self.sections), vocabulary=np.array(self.vocabulary), **layers)


def load_sections(path: Path, model: str) -> SectionClassifier | None:
    """The classifier in a file; none where the file is missing or belongs to another model."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as data:
        if str(data["model"]) != model:
            return None
        sections = tuple((document, heading) for document, heading in data["sections"].tolist())
        networks = (Layers(*(data[f"{name} {part}"].astype(np.float32) for part in LAYERS)) for name in NETWORKS)
        return SectionClassifier(sections, tuple(data["vocabulary"].tolist()), *networks)


def stems(text: str) -> set[str]:
    """What `by_words` looks at: the stems of all words, those too that carry little meaning, since how something is asked tells, too."""
    return {stem(word) for word in words(text)}


def _normalised(odds: Vectors) -> Vectors:
    """Log chances that add up to one, of log odds."""
    highest = odds.max()
    found: Vectors = odds - highest - np.log(np.exp(odds - highest).sum())
    return found


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

    def chances(self, asked: Vectors, text: str) -> Vectors:
        """The log chances of the sections of which something was learned, shape (sections,), of a question's vector and text."""
        return self._classifier.log_chances(asked, text) if self._classifier else np.zeros(0, dtype=np.float32)

    def scores(self, chances: Vectors, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """By those chances, from 1, where a section that holds the chunk answers for certain, down to 0, where none does or nothing was learned of them."""
        scores = (1 - np.maximum(chances, LEAST) / LEAST).tolist()
        return np.array(
            [max((scores[row] for row in self._rows.get(place, ())), default=0.0) for place in places.tolist()], dtype=np.float32
        )

    def documents(self, chances: Vectors) -> dict[str, float]:
        """By those chances, how much less likely than the likeliest document each of them is to answer, as a logarithm: 0 for that one, down to LEAST.

        A document's chance is that of all its sections. Those of which nothing was learned are not among them.
        """
        found = {document: float(np.logaddexp.reduce(chances[rows])) for document, rows in self._owned.items()}
        highest = max(found.values(), default=0.0)
        return {document: max(chance - highest, LEAST) for document, chance in found.items()}
