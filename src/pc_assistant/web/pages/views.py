"""What a template is handed: an answer and its sources, ready to be shown."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from textwrap import shorten

from pc_assistant.channels import words
from pc_assistant.channels.blocks import Block, Run, Runs, of_passage
from pc_assistant.channels.holdings import place
from pc_assistant.channels.presenting import in_context, present
from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.conversations import KeptAnswer
from pc_assistant.domain.documents import Document
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.ports import Library

LONGEST_TITLE = 70
NOTHING = ("", "–")  # what stands in an empty cell


@dataclass(frozen=True)
class Source:
    """One citation with its passage, which stands under `heading`.

    `document` is None where the document is not held any more; then the passage is the quote alone.
    """

    citation: Citation
    passage: tuple[Block, ...]
    heading: str
    document: Document | None
    printed: bool = False

    @property
    def published(self) -> str:
        """When, in words."""
        return words.published(self.citation)

    @property
    def kind(self) -> str:
        """What sort of document, and what that means."""
        return words.KINDS[self.citation.kind]

    @property
    def held(self) -> str:
        """Whether the words are ours or the document's own."""
        return words.HELD[self.citation.representation]

    @property
    def held_short(self) -> str:
        """The same in two words."""
        return words.HELD_SHORT[self.citation.representation]

    @property
    def path(self) -> str:
        """The section, by its headings."""
        return words.path(self.citation.section)

    @property
    def where(self) -> str:
        """What tells two sources from one document apart."""
        page = f"page {self.citation.page}" if self.citation.page is not None else ""
        return ", ".join(part for part in (words.path([self.heading]), page) if part)

    @property
    def as_printed(self) -> str | None:
        """Where its page is shown as it is printed, the passage marked."""
        if not self.printed or self.citation.page is None:
            return None
        return f"/documents/{self.citation.document_id}/pages/{self.citation.page}?passage={self.citation.passage_id}"

    @property
    def in_context(self) -> str:
        """Where the reader shows the passage, marked."""
        return in_context(self.citation)

    @property
    def name(self) -> str:
        """What a marker's button is called."""
        page = f", page {self.citation.page}" if self.citation.page is not None else ""
        return f"Open source {self.citation.marker}: {self.citation.title}{page}"


@dataclass(frozen=True)
class Nearest:
    """A section that a refusal names: it does not answer, it is only near."""

    heading: str
    document: str
    url: str


@dataclass(frozen=True)
class Card:
    """One question with its answer; `family` is the status as a class of the style sheet, `label` and `lead` are the status in words."""

    kept: KeptAnswer
    family: str
    label: str
    lead: str
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]
    notices: tuple[tuple[str, str], ...]
    nearest: tuple[Nearest, ...]
    suggestions: tuple[str, ...]

    @property
    def names(self) -> dict[int, str]:
        """What each marker's button is called."""
        return {source.citation.marker: source.name for source in self.sources}

    @property
    def left_open(self) -> tuple[Block, ...]:
        """The end of a partial answer, which cites nothing: it says what the documents do not tell."""
        end = takewhile(lambda block: block.kind == "paragraph" and not _cites(block), reversed(self.blocks))
        return tuple(end)[::-1] if self.family == "partial" else ()

    @property
    def told(self) -> tuple[Block, ...]:
        """The answer without that end."""
        return self.blocks[: len(self.blocks) - len(self.left_open)]

    @property
    def title(self) -> str:
        """The title of a page that ends with this card."""
        return f"{shorten(self.kept.question, LONGEST_TITLE, placeholder=' …')} – {words.SERVICE}"

    @property
    def announced(self) -> str:
        """What a screen reader is told, once: a heading of each notice, too, for the answer may not be read without it."""
        notices = [f"{title}: see the note after the answer." for title, _ in self.notices]
        return " ".join(part for part in (f"{self.label}.", self.lead, *_spoken(self.blocks), *notices) if part)


def card(kept: KeptAnswer, library: Library) -> Card:
    """The answer as the page shows it: a refusal has no sources, whatever it was given."""
    answer = kept.answer
    presented = present(answer)
    return Card(
        kept=kept,
        family=answer.status,
        label=presented.label,
        lead=presented.lead,
        blocks=presented.blocks,
        sources=tuple(_source(citation, library) for citation in presented.citations),
        notices=presented.notices,
        nearest=tuple(_nearest(answer, library)) if answer.status == "refused" else (),
        suggestions=presented.suggestions,
    )


def _source(citation: Citation, library: Library) -> Source:
    quoted = (Block("paragraph", ((Run(citation.quote, marked=True),),)),)
    try:
        held = library.document(citation.document_id)
        chunk = library.passage(citation.passage_id)
    except NotFound:
        return Source(citation, quoted, citation.section[-1] if citation.section else "", None)
    return Source(citation, of_passage(chunk, citation.quote), chunk.heading, held.document, held.file is not None)


def _nearest(answer: Answer, library: Library) -> Iterator[Nearest]:
    """The sections that the words of a refusal name, each once, in the order in which they were found."""
    seen = set()
    for found in answer.retrieved:
        with suppress(NotFound):
            chunk = library.passage(found.passage_id)
            if chunk.heading and chunk.heading in answer.answer and chunk.heading not in seen:
                seen.add(chunk.heading)
                yield Nearest(chunk.heading, library.document(chunk.document_id).document.title, place(chunk))


def _spoken(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every item, and every cell after the head of its column, as a sentence of its own: or they would be read in one breath."""
    for block in blocks:
        for item in block.items:
            yield _sentence(_said(item))
        heads = [f"{_said(head)}: " for head in block.header]
        for row in block.rows:
            for column, cell in enumerate(row):
                if (said := _said(cell)) not in NOTHING:
                    yield _sentence(f"{heads[column] if column < len(heads) else ''}{said}")


def _cites(block: Block) -> bool:
    return any(run.marker is not None for item in block.items for run in item)


def _said(runs: Runs) -> str:
    return "".join(run.text for run in runs).strip()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":", "…")) else f"{text}."
