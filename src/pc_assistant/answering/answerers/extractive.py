"""The extractive answerer: picks the spans that answer, in the source's own words; whole lists where a list is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pc_assistant.answering.answerers.arranging import ListBlock, arrange, as_cell, leading, section_of, whole, words_of
from pc_assistant.answering.asking import Ask, AskKind
from pc_assistant.answering.draft import Draft, Line
from pc_assistant.answering.evidence import Evidence, similar
from pc_assistant.retrieval.facets import Facet
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import terms

SAME = 0.92
NOT_COVERED = "–"
STALE = 0.28
LIKE = 0.95
LIKELY = 0.2  # what the chance of its document counts for a unit


@dataclass(frozen=True)
class Budget:
    """Words of an answer; `together` is how long a list may be that is shown whole when one item of it answers."""

    words: int = 115
    together: int = 80
    list_words: int = 260
    least: float = 0.5


# Words by what is asked for: chosen on the `dev` split where more words stopped buying complete answers; see docs/experiments.md.
WORDS: Mapping[AskKind, int] = {
    "comparison": 153,
    "date": 87,
    "definition": 98,
    "number": 87,
    "open": 135,
    "person": 104,
    "steps": 153,
    "why": 98,
    "yes_no": 142,
}
LIST_WORDS = 213
UNSURE = 0.65  # of a right answer: below it more of what was found is shown
MORE = 1.5
LATER_WORDS = 40  # for how things stand now, where what was found is older
LATER_LEAST = 0.3  # of the best score: it speaks of the subject, if not of the question
SEVERAL = 1.75  # times the words where several things are asked about side by side


def budget_for(ask: Ask, confidence: float = 1.0, several: bool = False) -> Budget:
    """The words that suit a question, the confidence that what was found first answers it, and whether it asks about several things."""
    if ask.brief:
        return Budget(words=45, together=30)
    words = LIST_WORDS if ask.wants_list else WORDS.get(ask.kind, LIST_WORDS)
    return Budget(words=round(words * max(MORE if confidence < UNSURE else 1.0, SEVERAL if several else 1.0)))


def compose(
    ask: Ask, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot, facets: Sequence[Facet] = (), budget: Budget | None = None
) -> Draft:
    """A draft from the evidence, best first; empty where there is none. Each facet gets its share of the words.

    Where a list is asked for, the best one is given whole. Otherwise units are taken by their score, and by that of the best of their
    section, until the words are used up; a short list of which one item is taken is given whole; a unit that says little new is passed over.
    """
    budget = budget or budget_for(ask)
    if ask.kind == "comparison" and len(facets) >= 2:
        table = compare(query, evidence, snapshot, facets, budget)
        if table:
            return table
    chosen: list[tuple[int, int]] = []
    if ask.wants_list and not facets:
        block = best_list(ask, query, evidence, snapshot, budget.list_words)
        if block and near(block, query, evidence, snapshot):
            chosen += block.members
    listed = tuple(chosen)
    share = replace(budget, words=budget.words // max(1, len(facets)))
    for facet in facets:
        _take(query, [e for e in evidence if facet.holds(e.place)], share, chosen, snapshot, fresh=True)
    _take(query, evidence, budget, chosen, snapshot)
    later = [e for e in evidence if e.place in query.later and e.score >= LATER_LEAST * evidence[0].score]
    if later and not any(place in query.later for place, _ in chosen):
        _take(query, later, replace(budget, words=LATER_WORDS, together=LATER_WORDS, least=0.8), chosen, snapshot, fresh=True)
    first = None if ask.wants_list else leading(query, evidence, chosen, [text.document for text in snapshot.held])
    if first and first.member not in chosen and first.score >= budget.least * evidence[0].score:
        chosen.append(first.member)
    return Draft(lines=tuple(arrange(chosen, listed, query, evidence, snapshot, first.member if first else None)))


def _take(
    query: Query,
    evidence: Sequence[Evidence],
    budget: Budget,
    chosen: list[tuple[int, int]],
    snapshot: Snapshot,
    fresh: bool = False,
) -> None:
    """Adds units to `chosen`, best first, until the words are used up; with `fresh`, what is chosen already does not count against them."""
    used = 0 if fresh else sum(len(words_of(place, index, snapshot).split()) for place, index in chosen)
    said = {term for place, index in chosen for term in terms(words_of(place, index, snapshot))}
    kept: list[Evidence] = []
    ranked = by_section(query, evidence)
    for piece, score in ranked:
        own = set(terms(piece.chunk.quote(piece.unit)))
        if piece.member in chosen or score < budget.least * ranked[0][1] or len(own - said) < STALE * len(own):
            continue
        if any(similar(piece, other, snapshot) > SAME for other in kept):
            continue
        members: Sequence[tuple[int, int]] = [piece.member]
        if piece.unit.kind in {"item", "row"}:
            block = whole(piece.place, piece.unit.block, snapshot)
            if block.words <= budget.together:
                members = [member for member in block.members if member not in chosen]
        words = sum(len(words_of(place, index, snapshot).split()) for place, index in members)
        if used and used + words > budget.words:
            continue
        used += words
        kept.append(piece)
        chosen += members
        said |= {term for place, index in members for term in terms(words_of(place, index, snapshot))}


def compare(query: Query, evidence: Sequence[Evidence], snapshot: Snapshot, facets: Sequence[Facet], budget: Budget) -> Draft | None:
    """A table with a column a facet, every cell cited or "not covered"; null where fewer than two facets have anything to show."""
    columns: list[list[Line]] = []
    for facet in facets:
        chosen: list[tuple[int, int]] = []
        mine = [e for e in evidence if facet.holds(e.place) and not any(other.holds(e.place) for other in facets if other is not facet)]
        _take(
            query,
            mine or [e for e in evidence if facet.holds(e.place)],
            replace(budget, words=budget.words // len(facets), together=0),
            chosen,
            snapshot,
        )
        columns.append([as_cell(p, i, snapshot) for p, i in chosen])
    if sum(1 for column in columns if column) < 2:
        return None
    blank = Line(text=NOT_COVERED, kind="fixed")
    rows = [tuple(column[n] if n < len(column) else blank for column in columns) for n in range(max(map(len, columns)))]
    header = Line(text=" | ".join(facet.label[:1].upper() + facet.label[1:] for facet in facets), kind="fixed_header")
    return Draft(lines=(header, *(Line(text="", kind="cells", cells=row) for row in rows)))


def by_section(query: Query, evidence: Sequence[Evidence]) -> list[tuple[Evidence, float]]:
    """The evidence with its score, half that of the best of its section and the chance of its document, best first."""
    best: dict[tuple[str, tuple[str, ...], str], float] = {}
    for piece in evidence:
        best.setdefault(section_of(piece.chunk), piece.score)
    behind = [query.behind.get(piece.chunk.document_id, 0.0) for piece in evidence]
    ahead = max(behind, default=0.0)
    scored = [
        (piece, piece.score + 0.5 * best[section_of(piece.chunk)] + LIKELY * (far - ahead))
        for piece, far in zip(evidence, behind, strict=True)
    ]
    return sorted(scored, key=lambda item: -item[1])


def best_list(ask: Ask, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot, longest: int) -> ListBlock | None:
    """The list that the question asks for: near in its lead-in and items, in a good section, of the asked length where one is named."""
    best: tuple[float, ListBlock] | None = None
    seen: set[tuple[str, int]] = set()
    for piece, score in by_section(query, evidence):
        name = (piece.chunk.document_id, piece.unit.block)
        if piece.unit.kind not in {"item", "row"} or name in seen:
            continue
        seen.add(name)
        block = whole(piece.place, piece.unit.block, snapshot)
        if block.size < 2 or block.words > longest:
            continue
        lead = float(snapshot.units_of(block.lead[0])[block.lead[1]] @ query.vectors.units) if block.lead else 0.0
        total = (
            score
            + 0.5 * piece.passage.parts.get("prompted", 0.0)
            + 0.8 * lead
            + (0.5 if ask.count == block.size else 0.0)
            + (0.1 if piece.unit.kind == "item" else 0.0)
        )
        if best is None or total > best[0]:
            best = (total, block)
    return best[1] if best else None


def near(block: ListBlock, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot) -> bool:
    """Whether a list's lead-in or one of its members is about as near to the question as anything is; else it is another list than is asked for."""
    own = [e.features["similarity"] for e in evidence if e.member in block.members]
    if block.lead:
        own.append(float(snapshot.units_of(block.lead[0])[block.lead[1]] @ query.vectors.units))
    return max(own, default=0.0) >= LIKE * max(e.features["similarity"] for e in evidence)
