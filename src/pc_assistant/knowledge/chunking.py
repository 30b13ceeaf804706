"""Sections to chunks: whole sentences, list items and table rows, at most as many word pieces as the embedder reads."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pc_assistant.domain.documents import Block, Chunk, Section, Unit, UnitKind
from pc_assistant.knowledge.sentences import spans

CHUNKER_VERSION = "2"
SOFT_LIMIT = 180
CUTS = [re.compile(pattern) for pattern in (r"(?<=[.!?])\s+", r"(?<=[;:,])\s+|(?<!\s)\s++(?=\|)", r"\s+")]

Count = Callable[[str], int]


@dataclass(frozen=True)
class Atom:
    """What is never cut: a sentence, an item or a row, with the lead-in or header that must go with it."""

    text: str
    kind: UnitKind
    block: int
    lead: str = ""
    page: int | None = None


def context(document_title: str, section: Sequence[str], heading: str) -> str:
    """The words that go before a chunk's text when it is indexed: title, heading path in the source, heading in the notes."""
    parts = [*section]
    if heading and heading not in parts:
        parts.append(heading)
    return " > ".join(parts) if parts else document_title


def embedded(document_title: str, piece: Chunk, count: Count, limit: int) -> str:
    """What is embedded of a chunk: its text, after as much of its context as fits, the end of it."""
    words = context(document_title, piece.section, piece.heading)
    while words and count(f"{words}\n{piece.text}") > limit:
        words = words.partition(" ")[2]
    return f"{words}\n{piece.text}".lstrip("\n")


def chunk(document_id: str, title: str, sections: Sequence[Section], count: Count, limit: int) -> tuple[Chunk, ...]:
    """The chunks of a document in reading order.

    `count` gives a text's word pieces. A chunk leaves room for its context within `limit`, but for an atom that needs all of it; only
    one that is longer than the limit, its lead-in or header included, is cut, at a clause if possible.
    """
    chunks: list[Chunk] = []
    seen: dict[str, int] = {}
    block = 0
    for section in sections:
        atoms: list[Atom] = []
        room = max(limit // 2, limit - count(context(title, section.path, section.heading)))
        for piece in section.blocks:
            atoms.extend(_atoms(piece, block, count, limit))
            block += 1
        for group in _groups(atoms, count, room):
            text, units = _compose(group)
            stem = hashlib.sha256("\x1f".join([document_id, *section.path, section.heading, text]).encode()).hexdigest()[:16]
            seen[stem] = seen.get(stem, 0) + 1
            chunks.append(
                Chunk(
                    id=stem if seen[stem] == 1 else f"{stem}-{seen[stem]}",
                    document_id=document_id,
                    ordinal=len(chunks),
                    section=section.path,
                    heading=section.heading,
                    anchor=section.anchor,
                    page=next((atom.page for atom in group if atom.page), None),
                    text=text,
                    units=units,
                )
            )
    return tuple(chunks)


def _atoms(block: Block, number: int, count: Count, limit: int) -> Iterator[Atom]:
    """The atoms of a block, each fit to stand in a chunk with its lead-in; a lead-in of more than half a chunk is a sentence instead."""
    lead = block.lead if count(block.lead) <= limit // 2 else ""
    sentences = [] if lead else [block.lead]
    lines = block.lines
    if block.kind == "paragraph":
        sentences, lines = [line[start:end] for line in block.lines for start, end in spans(line)], ()
    cursor = 0

    def page(part: str) -> int | None:
        nonlocal cursor
        cursor = max(cursor, block.text.find(part, cursor))
        return block.page_at(cursor) if block.boxes else block.page

    for sentence in sentences:
        for part in _fit(sentence, lambda text: count(text) <= limit):
            yield Atom(part, "sentence", number, page=page(part))
    kind: UnitKind = "row" if block.kind == "table" else "item"
    before = (f"{lead}\n" if lead else "") + ("- " if kind == "item" else "")
    for line in lines:
        for part in _fit(line, lambda text: count(before + text) <= limit):
            yield Atom(part, kind, number, lead, page(part))


def _fit(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """`text` whole where it fits; else cut at sentences, then clauses, then words, then in the middle."""
    if not text.strip():
        return
    if fits(text):
        yield text
        return
    pieces = next((found for cut in CUTS if len(found := cut.split(text)) > 1), [])
    if not pieces:
        middle = len(text) // 2
        yield from _fit(text[:middle], fits)
        yield from _fit(text[middle:], fits)
        return
    part = pieces[0]
    for piece in pieces[1:]:
        if fits(f"{part} {piece}"):
            part = f"{part} {piece}"
        else:
            yield from _fit(part, fits)
            part = piece
    yield from _fit(part, fits)


def _groups(atoms: Sequence[Atom], count: Count, room: int) -> Iterator[list[Atom]]:
    """Runs of atoms that fit; a run that is full enough ends where a block ends."""
    group: list[Atom] = []
    for atom in atoms:
        if group:
            full = count(_compose([*group, atom])[0]) > room
            enough = atom.block != group[-1].block and count(_compose(group)[0]) >= min(SOFT_LIMIT, room)
            if full or enough:
                yield group
                group = []
        group.append(atom)
    if group:
        yield group


def _compose(atoms: Sequence[Atom]) -> tuple[str, tuple[Unit, ...]]:
    """The text of a chunk and its units; a lead-in or header stands once, before the first of its items or rows."""
    text = ""
    units: list[Unit] = []
    leads: dict[int, int] = {}
    block: int | None = None

    def add(words: str, kind: UnitKind, number: int, lead: int | None) -> None:
        nonlocal text, block
        if text:
            text += "\n\n" if block != number else " " if kind == "sentence" else "\n"
        if kind == "item":
            text += "- "
        units.append(Unit(kind=kind, start=len(text), end=len(text) + len(words), block=number, lead=lead))
        text += words
        block = number

    for atom in atoms:
        if atom.lead and atom.block not in leads:
            leads[atom.block] = len(units)
            add(atom.lead, "lead" if atom.kind == "item" else "header", atom.block, None)
        add(atom.text, atom.kind, atom.block, leads.get(atom.block))
    return text, tuple(units)
