"""The extractive answerer: picks the spans that answer, in the source's own words; whole lists where a list is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from pc_assistant.answering.asking import Ask
from pc_assistant.answering.draft import Draft, Line, Support
from pc_assistant.answering.evidence import Evidence, similar
from pc_assistant.domain.documents import Chunk, Passage, Unit
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot

SAME = 0.92


@dataclass(frozen=True)
class Budget:
    """Words of an answer, and how near the best a unit must score to be shown."""

    words: int = 120
    least: float = 0.62
    list_words: int = 260


@dataclass(frozen=True)
class ListBlock:
    """A whole list or table, over all the chunks that it runs through."""

    members: tuple[tuple[int, int], ...]
    lead: tuple[int, int] | None
    score: float
    words: int

    @property
    def size(self) -> int:
        """Items or rows."""
        return len(self.members)


def compose(
    ask: Ask, query: Query, evidence: Sequence[Evidence], passages: Sequence[Passage], snapshot: Snapshot, budget: Budget | None = None
) -> Draft:
    """A draft from the evidence, best first; empty where there is none."""
    budget = budget or (Budget(words=45) if ask.brief else Budget())
    if not evidence:
        return Draft()
    chosen: dict[tuple[int, int], float] = {}
    used = 0
    if ask.wants_list:
        block = best_list(ask, query, evidence, passages, snapshot)
        if block and block.words <= budget.list_words:
            chosen |= {member: block.score for member in block.members}
            used = block.words
    top = evidence[0].score
    kept: list[Evidence] = []
    for piece in evidence:
        words = len(piece.chunk.quote(piece.unit).split())
        if piece.score < budget.least * top or (used and used + words > budget.words):
            continue
        if (piece.place, piece.index) in chosen or any(similar(piece, other, snapshot) > SAME for other in kept):
            continue
        kept.append(piece)
        chosen[piece.place, piece.index] = piece.score
        used += words
    return Draft(lines=tuple(_lines(chosen, snapshot)))


def best_list(ask: Ask, query: Query, evidence: Sequence[Evidence], passages: Sequence[Passage], snapshot: Snapshot) -> ListBlock | None:
    """The list that the question asks for: near in meaning, from a good passage, of the asked length where one is asked for."""
    best: ListBlock | None = None
    seen: set[tuple[str, int]] = set()
    for passage in passages[:6]:
        place = snapshot.places[passage.chunk.id]
        for unit in passage.chunk.units:
            name = (passage.chunk.document_id, unit.block)
            if unit.kind not in {"item", "row"} or name in seen:
                continue
            seen.add(name)
            block = whole(place, unit.block, snapshot)
            if block.size < 2:
                continue
            near = max(float(snapshot.units_of(p)[i] @ query.vector) for p, i in block.members)
            lead = float(snapshot.units_of(block.lead[0])[block.lead[1]] @ query.vector) if block.lead else near * 0.8
            score = 0.5 * max(lead, near) + 0.2 * lead + 0.5 * passage.score + (0.25 if ask.count == block.size else 0.0)
            if best is None or score > best.score:
                best = ListBlock(block.members, block.lead, score, block.words)
    return best


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
    return ListBlock(tuple(members), lead, 0.0, words)


def _lines(chosen: dict[tuple[int, int], float], snapshot: Snapshot) -> list[Line]:
    """The chosen units grouped by section, best group first, each group in reading order, items beneath their lead-in."""
    groups: dict[tuple[str, tuple[str, ...], str], list[tuple[int, int]]] = {}
    for place, index in chosen:
        chunk = snapshot.chunks[place]
        groups.setdefault((chunk.document_id, chunk.section, chunk.heading), []).append((place, index))
    ranked = sorted(groups.values(), key=lambda members: -max(chosen[m] for m in members))
    lines: list[Line] = []
    for number, members in enumerate(ranked):
        shown: set[int] = set()
        for place, index in sorted(members):
            chunk = snapshot.chunks[place]
            unit = chunk.units[index]
            if unit.lead is not None and unit.block not in shown:
                lead = chunk.units[unit.lead]
                lines.append(_line(chunk, lead, place, number, snapshot))
            elif unit.kind == "item" and unit.lead is None and unit.block not in shown:
                lines.append(Line(text=f"{chunk.heading.rstrip(':')}:", kind="fixed", group=number))
            shown.add(unit.block)
            lines.append(_line(chunk, unit, place, number, snapshot))
    return lines


def _line(chunk: Chunk, unit: Unit, place: int, group: int, snapshot: Snapshot) -> Line:
    support = Support(chunk=chunk, document=snapshot.owners[place].document, unit=unit)
    return Line(text=chunk.quote(unit), kind=unit.kind, supports=(support,), group=group)
