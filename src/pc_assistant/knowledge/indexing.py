"""The sync: sources in, holdings out; what has not changed is not read again."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import numpy as np

from pc_assistant.domain.dates import dated, precision
from pc_assistant.domain.documents import Block, Chunk, Document, Section, Unit
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.holdings import Held, HeldText, Holding, PrintedFile, Prompted, Shadow
from pc_assistant.domain.ports import Embedder, Report, Vectors
from pc_assistant.knowledge.anchors import Anchors
from pc_assistant.knowledge.catalogue import Source
from pc_assistant.knowledge.chunking import chunk, embedded
from pc_assistant.knowledge.sentences import spans

Change = Literal["added", "changed", "gone", "unchanged", "failed"]
ABOUT = "About this source"
NEAREST = 2
PRINTED = ".pdf"
ALIKE = 0.65


class Load(Protocol):
    """Reads one file."""

    def __call__(self, path: Path, outline: Sequence[tuple[str, ...]], report: Report, /) -> tuple[Section, ...]:
        """As `Loader.load`. Raises DocumentUnreadable."""


class Prepared(Protocol):
    """Keeps what an ingest has built until it is published, so that one that was cut short goes on where it ended."""

    def get(self, document_id: str, digest: str) -> Holding | None:
        """What was built of this state of the document, if it was."""

    def put(self, holding: Holding) -> None:
        """Keeps a holding."""


class Step(NamedTuple):
    """A document that a sync begins (`change` is None) or has dealt with, and how many of all of them it has dealt with by then."""

    name: str
    change: Change | None
    done: int
    total: int
    chunks: int = 0


Tell = Callable[[Step], None]


def untold(step: Step) -> None:
    """For those who do not ask how far a sync is."""


@dataclass
class SyncReport:
    """What one sync did: each document's change, and the faults met. `tell` hears of each step; `total` counts the documents."""

    changes: dict[str, Change] = field(default_factory=dict)
    chunks: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    tell: Tell = untold
    total: int = 0

    def begin(self, name: str) -> None:
        """A document's turn has come."""
        self.tell(Step(name, None, len(self.changes), self.total))

    def end(self, name: str, change: Change) -> None:
        """A document has been dealt with."""
        self.changes[name] = change
        self.tell(Step(name, change, len(self.changes), self.total, self.chunks.get(name, 0)))

    def count(self, change: Change) -> int:
        """How many documents changed so."""
        return sum(1 for value in self.changes.values() if value == change)


def sync(
    sources: Sequence[Source],
    previous: Mapping[str, Held],
    roots: Sequence[str],
    load: Load,
    embedder: Embedder,
    report: SyncReport,
    prepared: Prepared | None = None,
) -> Iterator[Holding | Held]:
    """Yields the holding of each document that is new, what `previous` says of each that is kept, and fills `report`.

    A document is gone where its root is among `roots` and no source names it any more. One that cannot be read keeps its last state.
    """
    named = {source.document.id for source in sources}
    others = {name: holding for name, holding in previous.items() if name not in named}
    gone = [name for name, holding in others.items() if holding.root in roots]
    report.total = len(report.changes) + len(gone) + len(sources)
    for document_id in gone:
        report.end(document_id, "gone")
    yield from (holding for name, holding in others.items() if name not in gone)
    for source in sources:
        document_id = source.document.id
        report.begin(document_id)
        before = previous.get(document_id)
        if before and before.digest == source.digest:
            report.chunks[document_id] = before.chunks
            report.end(document_id, "changed" if before.root != source.root else "unchanged")
            yield before.model_copy(update={"root": source.root})
            continue
        try:
            holding = (prepared.get(document_id, source.digest) if prepared else None) or build(source, load, embedder)
        except DocumentUnreadable as error:
            report.faults.append(str(error))
            report.end(document_id, "failed")
            if before:
                yield before
            continue
        if prepared:
            prepared.put(holding)
        report.chunks[document_id] = len(holding.text.chunks)
        report.faults.extend(holding.text.gaps)
        report.end(document_id, "changed" if before else "added")
        yield holding


def build(source: Source, load: Load, embedder: Embedder) -> Holding:
    """Reads, cuts and embeds one document. Raises DocumentUnreadable."""
    document = source.document
    gaps: list[str] = []
    noted = [section for path in source.notes for section in load(path, (), gaps.append)]
    read = noted
    if source.files != source.notes:
        outline = tuple(dict.fromkeys(path for section in noted for path in section.sources))
        read = [section for path in source.files for section in load(path, outline, gaps.append)]
    anchors = Anchors()  # unique within each file read; made so over all
    sections = tuple(section.model_copy(update={"anchor": anchors.make(section.anchor)}) for section in (*read, *_about(document)))
    chunks = chunk(document.id, document.title, sections, embedder.count, embedder.max_tokens)
    chunk_vectors = embedder.embed([embedded(document.title, c, embedder.count, embedder.max_tokens) for c in chunks])
    unit_vectors = embedder.embed([unit_text(c, unit) for c in chunks for unit in c.units])
    prompted = _prompted(noted, chunks, read is noted, embedder, chunk_vectors)
    shadows, shadow_vectors = ((), None) if read is noted else _shadows(noted, chunks, unit_vectors, embedder)
    text = HeldText(
        document=document,
        root=source.root,
        digest=source.digest,
        sections=sections,
        chunks=chunks,
        prompted=prompted,
        shadows=shadows,
        file=_printed(source),
        gaps=tuple(gaps),
    )
    prompted_vectors = embedder.embed([p.text for p in prompted])
    if shadow_vectors is None:
        return Holding(text, chunk_vectors, unit_vectors, prompted_vectors)
    return Holding(text, chunk_vectors, unit_vectors, prompted_vectors, shadow_vectors)


def _printed(source: Source) -> PrintedFile | None:
    """The PDF that a document is, if it is one."""
    if len(source.files) != 1 or source.files[0].suffix.lower() != PRINTED:
        return None
    path = source.files[0].resolve()
    return PrintedFile(path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def unit_text(c: Chunk, unit: Unit) -> str:
    """The words by which a unit is compared with a question: with its lead-in or header, or its heading where it has none."""
    words = c.quote(unit)
    if unit.lead is not None:
        return f"{c.quote(c.units[unit.lead])} {words}"
    return words if unit.kind == "sentence" else f"{c.heading}: {words}"


def _prompted(
    noted: Sequence[Section], chunks: Sequence[Chunk], from_notes: bool, embedder: Embedder, vectors: Vectors
) -> tuple[Prompted, ...]:
    """Where each question of the notes is answered: in its own section, or in the nearest chunks of the original's section."""
    result: list[Prompted] = []
    for section in noted:
        if not section.questions:
            continue
        if from_notes:
            places = [i for i, c in enumerate(chunks) if c.section == section.path and c.heading == section.heading]
        else:
            within = [i for i, c in enumerate(chunks) if any(c.section[: len(path)] == path for path in section.sources)]
            words = " ".join(line for block in section.blocks for line in (block.lead, *block.lines))
            near = vectors[within] @ embedder.embed([words])[0]
            places = [within[i] for i in np.argsort(-near)[:NEAREST]]
        if places:
            result.extend(Prompted(text=question, chunks=tuple(places)) for question in section.questions)
    return tuple(result)


def _shadows(
    noted: Sequence[Section], chunks: Sequence[Chunk], unit_vectors: Vectors, embedder: Embedder
) -> tuple[tuple[Shadow, ...], Vectors]:
    """Each sentence, item and row of the notes beside the unit of the original's section that says the same, where one is near enough."""
    rows = [(i, j) for i, c in enumerate(chunks) for j in range(len(c.units))]
    vectors = embedder.embed([words for section in noted for words in _stated(section)])
    shadows: list[Shadow] = []
    kept: list[int] = []
    number = -1
    for section in noted:
        within = [r for r, (i, _) in enumerate(rows) if any(chunks[i].section[: len(path)] == path for path in section.sources)]
        for words in _stated(section):
            number += 1
            if not within:
                continue
            near = unit_vectors[within] @ vectors[number]
            best = int(np.argmax(near))
            if near[best] >= ALIKE:
                i, j = rows[within[best]]
                shadows.append(Shadow(text=words, chunk=i, unit=j))
                kept.append(number)
    return tuple(shadows), vectors[kept]


def _stated(section: Section) -> list[str]:
    """The sentences, items and rows of a note's section, items and rows with what stands over them."""
    result: list[str] = []
    for block in section.blocks:
        for line in block.lines:
            result.extend([line[a:b] for a, b in spans(line)] if block.kind == "paragraph" else [f"{block.lead} {line}".strip()])
    return result


def _about(document: Document) -> tuple[Section, ...]:
    """What the manifest says of a document, as a section that can be cited."""
    if not document.publisher:
        return ()
    when = ""
    if document.published:
        known = document.published_precision or precision(document.published)
        when = f" {'on' if known == 'day' else 'in'} {dated(document.published, known)}"
    words = f"“{document.title}” was published by {document.publisher}{when}. {document.summary}".strip()
    block = Block(kind="paragraph", lines=(words,))
    return (Section(path=(ABOUT,), heading=ABOUT, level=1, anchor=ABOUT, blocks=(block,)),)
