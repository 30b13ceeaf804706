"""Query: a question made ready for retrieval."""

from dataclasses import dataclass

from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.ports import Vectors


@dataclass(frozen=True)
class Query:
    """`terms` are the question's own, `expansion` those of its acronyms and synonyms; `entities` the ids of collaboratives that it names."""

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    expansion: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    filters: Filters = Filters()
