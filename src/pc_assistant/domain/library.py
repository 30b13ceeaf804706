"""The library as the service shows it, and as its client reads it."""

from datetime import date

from pydantic import Field

from pc_assistant.domain.dates import Precision
from pc_assistant.domain.documents import Document, Kind, Representation
from pc_assistant.domain.values import Value


class DocumentEntry(Document):
    """A document and how much of it is held."""

    section_count: int
    passage_count: int


class SectionText(Value):
    """One section with its text in Markdown and the ids of its passages."""

    path: tuple[str, ...] = Field(description="The heading path in the source.")
    heading: str
    level: int
    anchor: str = Field(description="The fragment of the section's place in the reader: /documents/{id}#{anchor}.")
    text: str
    passages: tuple[str, ...]


class DocumentText(DocumentEntry):
    """A document with all that is held of it."""

    sections: tuple[SectionText, ...]


class DocumentList(Value):
    """Every document, in the order of authority."""

    corpus_version: str
    documents: tuple[DocumentEntry, ...]


class FoundPassage(Value):
    """A passage that a search found; `score` runs from 0 to 1."""

    passage_id: str
    document_id: str
    title: str
    section: tuple[str, ...]
    page: int | None = None
    text: str
    score: float
    url: str


class PassageList(Value):
    """The passages found, best first."""

    passages: tuple[FoundPassage, ...]


class PassageText(Value):
    """One passage, with the document that it stands in."""

    passage_id: str
    document_id: str
    title: str
    publisher: str
    published: date | None = None
    published_precision: Precision | None = None
    kind: Kind
    representation: Representation
    section: tuple[str, ...]
    heading: str
    page: int | None = None
    text: str
    url: str
