"""What a snapshot needs of one document beyond its text and vectors: made once for each state of the document, then handed on."""

from dataclasses import dataclass, field

from pc_assistant.domain.holdings import HeldText
from pc_assistant.knowledge.chunking import context
from pc_assistant.retrieval.counting import Numbers, Rows, count
from pc_assistant.retrieval.terms import terms, words


@dataclass(frozen=True)
class Numbering:
    """The numbers of terms and of words, shared by the snapshots of a process; only ever added to."""

    terms: Numbers = field(default_factory=dict)
    words: Numbers = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """The terms of a document's chunks, of its prompted questions and of its shadows, and the words of all that can be misspelt."""

    digest: str
    lexical: Rows
    prompted_lexical: Rows
    body: Rows
    heading_terms: tuple[frozenset[str], ...]
    shadow_terms: tuple[frozenset[str], ...]
    text_words: Rows
    heading_words: Rows
    prompted_words: Rows


def part(text: HeldText, numbering: Numbering) -> Part:
    """The part of one document."""
    chunks = text.chunks
    body = [terms(c.text) for c in chunks]
    above = [terms(context(text.document.title, c.section, c.heading)) for c in chunks]
    return Part(
        digest=text.digest,
        lexical=count([over + own for over, own in zip(above, body, strict=True)], numbering.terms),
        prompted_lexical=count([terms(prompted.text) for prompted in text.prompted], numbering.terms),
        body=count(body, numbering.terms),
        heading_terms=tuple(frozenset(terms(f"{' '.join(c.section)} {c.heading}")) for c in chunks),
        shadow_terms=tuple(frozenset(terms(shadow.text)) for shadow in text.shadows),
        text_words=count([[word for c in chunks for word in words(c.text)]], numbering.words),
        heading_words=count([[word for c in chunks for word in words(c.heading)]], numbering.words),
        prompted_words=count([[word for prompted in text.prompted for word in words(prompted.text)]], numbering.words),
    )
