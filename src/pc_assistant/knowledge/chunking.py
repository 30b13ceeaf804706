"""Sections to chunks: whole sentences, list items and table rows, at most as many word pieces as the embedder reads."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pc_assistant.domain.documents import Block, Chunk, Section, Unit, UnitKind
from pc_assistant.knowledge.sentences import spans

CHUNKER_VERSION = "1"
SOFT_LIMIT = 180

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


def chunk(document_id: str, title: str, sections: Sequence[Section], count: Count, limit: int) -> tuple[Chunk, ...]:
    """The chunks of a document in reading order.

    `count` gives a text's word pieces; context and text of a chunk together stay within `limit`. Only an atom that is longer than the
    limit by itself is cut, at a clause if possible.
    """
    chunks: list[Chunk] = []
    seen: dict[str, int] = {}
    block = 0
    for section in sections:
        atoms: list[Atom] = []
        room = max(40, limit - count(context(title, section.path, section.heading)))
        for piece in section.blocks:
            atoms.extend(_atoms(piece, block, count, room))
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


def _atoms(block: Block, number: int, count: Count, room: int) -> Iterator[Atom]:
    if block.kind == "paragraph":
        for line in block.lines:
            for start, end in spans(line):
                for part in _fit(line[start:end], count, room):
                    yield Atom(part, "sentence", number, page=block.page)
        return
    lead = block.lead
    if lead and count(lead) > room // 2:
        yield from (Atom(part, "sentence", number, page=block.page) for part in _fit(lead, count, room))
        lead = ""
    kind: UnitKind = "item" if block.kind == "list" else "row"
    left = room - count(lead) if lead else room
    for line in block.lines:
        for part in _fit(line, count, left):
            yield Atom(part, kind, number, lead, block.page)


def _fit(text: str, count: Count, room: int) -> Iterator[str]:
    """`text` whole where it fits; else cut at sentences, then clauses, then words."""
    if count(text) <= room:
        yield text
        return
    for pattern in (r"(?<=[.!?])\s+", r"(?<=[;:,])\s+|\s+(?=\|)", r"\s+"):
        pieces = re.split(pattern, text)
        if len(pieces) < 2:
            continue
        part = ""
        for piece in pieces:
            joined = f"{part} {piece}".strip()
            if part and count(joined) > room:
                yield from _fit(part, count, room)
                part = piece
            else:
                part = joined
        yield from _fit(part, count, room)
        return
    half = len(text) // 2
    yield from _fit(text[:half], count, room)
    yield from _fit(text[half:], count, room)


def _groups(atoms: Sequence[Atom], count: Count, room: int) -> Iterator[list[Atom]]:
    """Runs of atoms that fit; a run that is full enough ends where a block ends."""
    group: list[Atom] = []
    for atom in atoms:
        new_block = bool(group) and atom.block != group[-1].block
        full = bool(group) and count(_compose([*group, atom])[0]) > room
        if full or (new_block and count(_compose(group)[0]) >= min(SOFT_LIMIT, room)):
            yield group
            group = []
        group.append(atom)
    if group:
        yield group


def _compose(atoms: Sequence[Atom]) -> tuple[str, tuple[Unit, ...]]:
    """The text of a chunk and its units; a lead-in or header stands once, before the first of its items or rows."""
    text = ""
    units: list[Unit] = []
    leads: dict[int, int | None] = {}
    block: int | None = None

    def add(words: str, kind: UnitKind, number: int, lead: int | None) -> None:
        nonlocal text, block
        if not text:
            text = "- " if kind == "item" else ""
        elif kind == "item":
            text += "\n- " if block == number else "\n\n- "
        elif kind == "row":
            text += "\n" if block == number else "\n\n"
        else:
            text += " " if block == number else "\n\n"
        units.append(Unit(kind=kind, start=len(text), end=len(text) + len(words), block=number, lead=lead))
        text += words
        block = number

    for atom in atoms:
        if atom.lead and atom.block not in leads:
            leads[atom.block] = len(units)
            add(atom.lead, "lead" if atom.kind == "item" else "header", atom.block, None)
        add(atom.text, atom.kind, atom.block, leads.get(atom.block))
    return text, tuple(units)
