"""Query: a question made ready for retrieval."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.ports import Vectors


@dataclass(frozen=True)
class Aimed:
    """A question as a vector: as it is (`asked`), and turned towards what it is compared with. Each of shape (dimension,)."""

    asked: Vectors
    chunks: Vectors
    units: Vectors
    questions: Vectors


@dataclass(frozen=True)
class Attribute:
    """What is asked of a collaborative, its name left out; `places` are those of the chunks that speak of the collaborative."""

    vectors: Aimed
    places: tuple[int, ...]


@dataclass(frozen=True)
class Query:
    """`terms` are the question's own, `expansion` those of its acronyms and synonyms; `entities` the ids of collaboratives that it names,
    `documents` those of the documents that it names; `explained` the terms that the glossary or the list of collaboratives knows; `later` the places of the chunks that tell how
    what it touches stands now, where the position has moved; `chances` those of the sections to answer
    it (`Expected.chances`); `behind` how far a document is behind the likeliest to do so (`Expected.documents`).
    """

    text: str
    vectors: Aimed
    terms: tuple[str, ...]
    expansion: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()
    explained: frozenset[str] = frozenset()
    filters: Filters = Filters()
    attribute: Attribute | None = None
    later: tuple[int, ...] = ()
    chances: Vectors = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    behind: Mapping[str, float] = field(default_factory=dict)

    @property
    def unnamed(self) -> Vectors:
        """The question as it is, the names of collaboratives left out."""
        return self.attribute.vectors.asked if self.attribute else self.vectors.asked
