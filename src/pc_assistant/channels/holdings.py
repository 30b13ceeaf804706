"""What the library holds, made into what every channel shows of it."""

import re

from pc_assistant.domain.documents import Block, Chunk, Document, Passage, Section
from pc_assistant.domain.holdings import HeldText
from pc_assistant.domain.library import DocumentEntry, DocumentText, FoundPassage, PassageText, SectionText


def entry(held: HeldText) -> DocumentEntry:
    """A held document as the list shows it."""
    return DocumentEntry(**held.document.model_dump(), section_count=len(held.sections), passage_count=len(held.chunks))


def whole(held: HeldText) -> DocumentText:
    """A held document with its sections."""
    passages: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for chunk in held.chunks:
        passages.setdefault((chunk.anchor, chunk.section), []).append(chunk.id)
    sections = tuple(
        SectionText(
            path=section.path,
            heading=section.heading,
            level=section.level,
            anchor=section.anchor,
            text=section_text(section),
            passages=tuple(passages.get((section.anchor, section.path), ())),
        )
        for section in held.sections
    )
    return DocumentText(**entry(held).model_dump(), sections=sections)


def sections_of(held: HeldText, wanted: str) -> tuple[SectionText, ...]:
    """The sections that are named, and those under them, in reading order; none where nothing is named so.

    A section is named by the anchor of its address, by its heading, or by the end of its path, the headings joined by " > ".
    """
    names = tuple(map(_folded, re.split(r"\s*[>›]\s*", wanted)))
    sections = whole(held).sections
    named = {
        section.path
        for section in sections
        if section.anchor == wanted.strip().lstrip("#")
        or _folded(section.heading) == _folded(wanted)
        or tuple(map(_folded, section.path))[-len(names) :] == names
    }
    return tuple(section for section in sections if any(section.path[: len(path)] == path for path in named))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def passage(chunk: Chunk, document: Document) -> PassageText:
    """One passage by itself."""
    return PassageText(
        passage_id=chunk.id,
        document_id=document.id,
        title=document.title,
        publisher=document.publisher,
        published=document.published,
        published_precision=document.published_precision,
        kind=document.kind,
        representation=document.representation,
        section=chunk.section,
        heading=chunk.heading,
        page=chunk.page,
        text=chunk.text,
        url=place(chunk),
    )


def found(passage: Passage) -> FoundPassage:
    """One passage of a search's result."""
    chunk = passage.chunk
    return FoundPassage(
        passage_id=chunk.id,
        document_id=chunk.document_id,
        title=passage.document.title,
        section=chunk.section,
        page=chunk.page,
        text=chunk.text,
        score=passage.score,
        url=place(chunk),
    )


def place(chunk: Chunk) -> str:
    """Where the reader shows a passage."""
    return f"/documents/{chunk.document_id}#{chunk.anchor}"


def section_text(section: Section) -> str:
    """A section's blocks, an empty line between them."""
    return "\n\n".join(_block_text(block) for block in section.blocks)


def _block_text(block: Block) -> str:
    if block.kind == "paragraph":
        return " ".join(block.lines)
    lead = [block.lead] if block.lead else []
    if block.kind == "list":
        items = [f"{number}. {line}" if block.ordered else f"- {line}" for number, line in enumerate(block.lines, 1)]
        return "\n".join([*lead, *items])
    return "\n".join([*lead, *block.lines])
