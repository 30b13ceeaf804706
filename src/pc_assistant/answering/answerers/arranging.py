"""What has been chosen, as the lines of an answer: by section, whole lists under their lead-in, and first the sentence that was asked for."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from pc_assistant.answering.draft import Line, Support
from pc_assistant.answering.evidence import Evidence
from pc_assistant.answering.premise import denies
from pc_assistant.answering.slots import announces, bound, names_someone, slot
from pc_assistant.domain.documents import Chunk, Document, Unit
from pc_assistant.retrieval.naming import named_documents
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot

LEFT_OUT = "…"  # the last of a list whose lead-in may count more items than are shown
STATES = re.compile(r"[.!](?:\s|$)")  # a heading that is a sentence says something, which our own words never do
LEANS = re.compile(r"(?:It|Its|They|Their|Them|These|This|Those|That|He|His|She|Her|Such|Both|But|And|So|However|Also|Therefore|Instead)\b")


@dataclass(frozen=True)
class ListBlock:
    """A whole list or table, over all the chunks that it runs through; members and lead are (place, unit index)."""

    members: tuple[tuple[int, int], ...]
    lead: tuple[int, int] | None
    words: int

    @property
    def size(self) -> int:
        """Items or rows."""
        return len(self.members)

    def within(self, chosen: Container[tuple[int, int]]) -> bool:
        """Whether every item or row is chosen."""
        return all(member in chosen for member in self.members)


def leading(
    query: Query, evidence: Sequence[Evidence], chosen: Container[tuple[int, int]], documents: Sequence[Document]
) -> Evidence | None:
    """Of what is chosen the best sentence, or the row that is best of all, that holds the very figure, date, sum or name asked for. Where nothing like that is asked for, the best of all,
    if it denies what the question takes for granted, or None.

    Where the question names one of the `documents`, the best of all the evidence, and none about another: its date would be read as that of the first.
    """
    wanted = slot(query.text)
    if wanted.kind == "none":
        best = evidence[0] if evidence else None
        return best if best and best.unit.kind == "sentence" and best.member in chosen and denies(best.words, query.text) else None
    for piece in evidence:
        announced = piece.unit.kind == "item" and announces(wanted, piece.lead)
        states = piece.unit.kind == "sentence" or (piece.unit.kind == "row" and piece is evidence[0])
        if not announced and not (states and bound(wanted, piece.words, piece.above)):
            continue
        if wanted.kind == "name" and not names_someone(piece.words, wanted, query.explained):
            continue
        if query.documents:
            others = named_documents(piece.words, documents)
            if not others or others & query.documents:
                return piece
        elif announced or piece.member in chosen:
            return piece
    return None


def arrange(
    chosen: Sequence[tuple[int, int]],
    listed: Container[tuple[int, int]],
    query: Query,
    evidence: Sequence[Evidence],
    snapshot: Snapshot,
    first: tuple[int, int] | None = None,
) -> list[Line]:
    """The chosen units grouped by section, each group in reading order, items beneath their lead-in.

    Foremost stand sections of a document that the question names; then that of `first` or of what is `listed`, which is what was asked for; then
    by the standing of their passages in the `evidence`. A section begins with `first` where the next sentence stands without it.
    """
    stands = standing(query, evidence)
    groups: dict[tuple[str, tuple[str, ...], str], list[tuple[int, int]]] = {}
    for place, index in chosen:
        groups.setdefault(section_of(snapshot.chunks[place]), []).append((place, index))

    def foremost(members: Sequence[tuple[int, int]]) -> tuple[bool, bool, float]:
        return (
            snapshot.chunks[members[0][0]].document_id in query.documents,
            any(member == first or member in listed for member in members),
            max(stands.get(place, 0.0) for place, _ in members),
        )

    ranked = sorted(groups.values(), key=foremost, reverse=True)
    lines: list[Line] = []
    for number, members in enumerate(ranked):
        shown: set[int] = set()
        members.sort()
        if first in members and not any(LEANS.match(words_of(*m, snapshot)) for m in _around(first, members)):
            begins = _with(first, snapshot)
            members.sort(key=lambda member: begins.index(member) if member in begins else len(begins))
        last = {snapshot.chunks[place].units[index].block: (place, index) for place, index in members}
        for place, index in members:
            chunk = snapshot.chunks[place]
            unit = chunk.units[index]
            if unit.lead is not None and unit.block not in shown:
                lead = chunk.units[unit.lead]
                lines.append(as_line(chunk, lead, place, number, snapshot))
            elif unit.kind == "item" and unit.lead is None and unit.block not in shown and not STATES.search(chunk.heading):
                lines.append(Line(text=f"{chunk.heading.rstrip(':')}:", kind="fixed", group=number))
            shown.add(unit.block)
            lines.append(as_line(chunk, unit, place, number, snapshot))
            if unit.kind == "item" and last[unit.block] == (place, index) and not whole(place, unit.block, snapshot).within(members):
                lines.append(Line(text=LEFT_OUT, kind="fixed_item", group=number))
    return lines


def standing(query: Query, evidence: Sequence[Evidence]) -> dict[int, float]:
    """By place, how foremost a passage's section stands in an answer: its rank's score, and how surely what is asked is answered in that section.

    A passage of a document of which nothing was learned may be as sure an answer as any.
    """
    sure = {p.place: p.passage.parts.get("expected", 0.0) for p in evidence}
    surest = max(sure.values(), default=0.0)
    return {p.place: p.passage.score + (sure[p.place] if p.chunk.document_id in query.behind else surest) for p in evidence}


def _with(first: tuple[int, int], snapshot: Snapshot) -> Sequence[tuple[int, int]]:
    """A sentence, the whole list of an item, or a row and after it the others of its table, which have one header."""
    unit = snapshot.chunks[first[0]].units[first[1]]
    if unit.kind == "sentence":
        return (first,)
    members = whole(first[0], unit.block, snapshot).members
    return members if unit.kind == "item" else (first, *(member for member in members if member != first))


def _around(member: tuple[int, int], members: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """A member and the one that follows it."""
    at = members.index(member)
    return members[at : at + 2]


def as_cell(place: int, index: int, snapshot: Snapshot) -> Line:
    """A cell of a comparison: a unit, with its lead-in where it has one."""
    chunk = snapshot.chunks[place]
    unit = chunk.units[index]
    line = as_line(chunk, unit, place, 0, snapshot)
    if unit.lead is None or unit.kind != "item":
        return line
    lead = as_line(chunk, chunk.units[unit.lead], place, 0, snapshot)
    return Line(text=f"{lead.text} {line.text}", kind="item", supports=(*lead.supports, *line.supports))


def as_line(chunk: Chunk, unit: Unit, place: int, group: int, snapshot: Snapshot) -> Line:
    """A unit as a line, supported by itself."""
    support = Support(chunk=chunk, document=snapshot.owners[place].document, unit=unit)
    return Line(text=chunk.quote(unit), kind=unit.kind, supports=(support,), group=group)


def whole(place: int, number: int, snapshot: Snapshot) -> ListBlock:
    """Every item or row of a document's block, wherever its chunks are."""
    first = place - snapshot.chunks[place].ordinal
    members, lead, words = [], None, 0
    for p in range(max(first, place - 8), min(first + len(snapshot.owners[place].chunks), place + 9)):
        for index, unit in enumerate(snapshot.chunks[p].units):
            if unit.block != number:
                continue
            if unit.kind in {"item", "row"}:
                members.append((p, index))
                words += len(snapshot.chunks[p].quote(unit).split())
            elif unit.kind in {"lead", "header"} and lead is None:
                lead = (p, index)
    return ListBlock(tuple(members), lead, words)


def section_of(chunk: Chunk) -> tuple[str, tuple[str, ...], str]:
    """The section that a chunk is of: units of one section stand together."""
    return (chunk.document_id, chunk.section, chunk.heading)


def words_of(place: int, index: int, snapshot: Snapshot) -> str:
    """The words of the unit of a chunk, by the chunk's place and the unit's index."""
    chunk = snapshot.chunks[place]
    return chunk.quote(chunk.units[index])
