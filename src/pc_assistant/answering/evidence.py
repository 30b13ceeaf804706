"""How well each unit of the passages answers the question: the features that choosing and refusing rest on."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pc_assistant.answering.asking import Ask
from pc_assistant.domain.documents import Chunk, Passage, Unit
from pc_assistant.retrieval.network import Network
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import terms

FIGURE = re.compile(
    r"£?\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty|hundred|thousand|million"
    r"|half|third|quarter|double|once|twice|one)s?\b",
    re.I,
)
DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may \d|june|july|august|september|october|november|december)\b|\bweeks?\b|\bmonth|\byears?\b",
    re.I,
)
PERSON = re.compile(
    r"\b[A-Z][a-z]+ (?:[A-Z][a-z]+|Mc[A-Z][a-z]+|O'[A-Z][a-z]+)\b|\b(?:chair|chief|director|officer|lead|board|trust|ICB|member|executive|governor|partner|provider)s?\b"
)


@dataclass(frozen=True)
class Evidence:
    """One unit that may answer, with its features (each about 0 to 1) and the score that they give."""

    place: int
    chunk: Chunk
    passage: Passage
    index: int
    unit: Unit
    features: dict[str, float]
    score: float

    @property
    def member(self) -> tuple[int, int]:
        """Which unit it is: the place of its chunk, and its index there."""
        return self.place, self.index

    @property
    def words(self) -> str:
        """The unit's own words."""
        return self.chunk.quote(self.unit)

    @property
    def lead(self) -> str:
        """The words of its lead-in or header, "" where it has none."""
        return self.chunk.quote(self.chunk.units[self.unit.lead]) if self.unit.lead is not None else ""

    @property
    def above(self) -> str:
        """What stands over it: lead-in and heading."""
        return f"{self.lead} {self.chunk.heading}"


# Chosen on the `dev` split; see docs/experiments.md.
WEIGHTS = {
    "similarity": 1.0,
    "coverage": 0.3,
    "context": 0.3,
    "passage": 0.7,
    "prompted": 0.4,
    "slot": 0.15,
    "near": 0.3,
    "item": -0.1,
    "row": -0.15,
    "length": -0.12,
    "expected": 0.0,  # left to the network
}


def fills(ask: Ask, text: str) -> bool:
    """Whether a text holds the kind of thing that is asked for: a figure, a date, a person."""
    if ask.kind == "number":
        return bool(FIGURE.search(text))
    if ask.kind == "date":
        return bool(DATE.search(text))
    if ask.kind == "person":
        return bool(PERSON.search(text))
    return False


def gather(
    ask: Ask, query: Query, passages: Sequence[Passage], snapshot: Snapshot, ranking: Network | None = None, learned: Container[str] = ()
) -> list[Evidence]:
    """Every unit of the passages but lead-ins and headers, best first: by the weights, and by what `ranking` adds to them.

    It tells less of documents that it was not `learned` from: their units are raised by it, but never lowered.
    """
    wanted = {term: snapshot.lexical.idf(term) for term in {*query.terms}}
    alike = {*query.expansion}
    total = sum(wanted.values()) or 1.0
    result = []
    for passage in passages:
        place = snapshot.places[passage.chunk.id]
        similarities = snapshot.similarities(query.vectors.units, place)
        chunk = passage.chunk
        above = set(terms(f"{' '.join(chunk.section)} {chunk.heading}"))
        for index, unit in enumerate(chunk.units):
            if unit.kind in {"lead", "header"}:
                continue
            words = chunk.quote(unit)
            if words.endswith(":"):
                continue  # announces what stands elsewhere, and states nothing itself
            own = set(terms(words)) | snapshot.shadow_terms.get(snapshot.starts[place] + index, frozenset())
            lead = set(terms(chunk.quote(chunk.units[unit.lead]))) if unit.lead is not None else set()
            covered = sum(weight for term, weight in wanted.items() if term in own or term in lead)
            within = sum(weight for term, weight in wanted.items() if term in own or term in lead or term in above)
            features = {
                "similarity": float(similarities[index]),
                "coverage": min(1.0, covered / total + (0.1 if alike & own else 0.0)),
                "context": within / total,
                "passage": passage.parts.get("fused", passage.score),
                "slot": float(fills(ask, words)),
                "prompted": passage.parts.get("prompted", 0.0),
                "expected": passage.parts.get("expected", 0.0),
                "item": float(unit.kind == "item"),
                "row": float(unit.kind == "row"),
                "length": min(len(words.split()), 40) / 40,
                "near": float(max(similarities[max(0, index - 1)], similarities[min(len(similarities) - 1, index + 1)])),
            }
            score = sum(WEIGHTS[name] * value for name, value in features.items())
            result.append(Evidence(place, chunk, passage, index, unit, features, score))
    if ranking and result:
        rows = np.array([[e.features[name] for name in WEIGHTS] for e in result], dtype=np.float32)
        units = np.array([snapshot.units_of(e.place)[e.index] for e in result])
        added = ranking.scores(rows, query.vectors.asked, query.vectors.units, units)
        added = np.where([e.chunk.document_id in learned for e in result], added, np.maximum(added, 0.0))
        result = [replace(e, score=e.score + float(more)) for e, more in zip(result, added, strict=True)]
    return sorted(result, key=lambda e: -e.score)


def spoken_of(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence on the collaboratives that a question names; all of it where it names none."""
    return [piece for piece in evidence if query.attribute is None or piece.place in query.attribute.places]


def similar(a: Evidence, b: Evidence, snapshot: Snapshot) -> float:
    """Cosine of two units' vectors."""
    return float(np.dot(snapshot.units_of(a.place)[a.index], snapshot.units_of(b.place)[b.index]))
