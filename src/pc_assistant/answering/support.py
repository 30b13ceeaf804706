"""Does the evidence carry an answer? Scores alone do not tell; what was asked for must be there."""

import math
import re
from collections.abc import Mapping, Sequence

from pc_assistant.answering.asking import Ask
from pc_assistant.answering.evidence import Evidence
from pc_assistant.answering.slots import bound, slot
from pc_assistant.domain.answers import RefusalReason
from pc_assistant.domain.values import Value
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import STOP, terms, words

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
TOP = 6


class Verdict(Value):
    """The estimated probability that an answer from this evidence is right, and the reason to refuse where it is too low."""

    confidence: float
    reason: RefusalReason | None = None


def signals(ask: Ask, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot) -> dict[str, float]:
    """What the verdict rests on, each about 0 to 1."""
    top = evidence[:TOP]
    weight = {term: snapshot.lexical.idf(term) for term in query.terms}
    total = sum(weight.values()) or 1.0
    alike = set(query.expansion)
    held = [_held(e, snapshot) for e in top]
    texts = [e.chunk.quote(e.unit) for e in top]
    everywhere = set().union(*held)

    def missing(own: set[str]) -> list[float]:
        return [value for term, value in weight.items() if term not in own] or [0.0]

    def share(own: set[str]) -> float:
        return sum(value for term, value in weight.items() if term in own) / total

    wanted = slot(query.text)
    wide = evidence[: 2 * TOP]
    filled = {
        number: share(_held(e, snapshot)) for number, e in enumerate(wide) if bound(wanted, e.chunk.quote(e.unit), _above(e))
    }
    years = set(YEAR.findall(query.text))
    return {
        "similarity": max(e.features["similarity"] for e in top),
        "mean_similarity": sum(e.features["similarity"] for e in top) / len(top),
        "prompted": max(e.passage.parts.get("prompted", 0.0) for e in top),
        "dense": max(e.passage.parts.get("dense", 0.0) for e in top),
        "best": top[0].score / 3,
        "share": max(map(share, held)),
        "share_all": share(everywhere),
        "gap": min(max(missing(own)) for own in held) / 7,
        "gap_all": max(missing(everywhere)) / 7,
        "unknown": sum(value for term, value in weight.items() if not snapshot.lexical.knows(term)) / total,
        "alike": float(bool(alike & everywhere)),
        "open_slot": float(wanted.kind != "none"),
        "unbound": float(not filled),
        "bound_share": max(filled.values(), default=0.0) if wanted.kind != "none" else 0.8,
        "stranger": float(bool(strangers(query.text, snapshot))),
        "money": float(wanted.kind == "money"), "name": float(wanted.kind == "name"), "count": float(wanted.kind == "count"), "wording": float(wanted.kind in ("wording","contact")),
        "year": float(bool(years) and not years & set(YEAR.findall(" ".join(e.chunk.text for e in top)))),
        "late": float(any(int(year) >= 2024 for year in years)),
        "entity": float(bool(query.entities)),
        "length": min(len(query.terms), 12) / 12,
    }


def strangers(text: str, snapshot: Snapshot) -> list[str]:
    """Names and acronyms of a question that the corpus does not know at all."""
    found = []
    for sentence in re.split(r"(?<=[.!?:])\s+", text):
        for match in re.finditer(r"\b[A-Z][\w’'-]*", sentence):
            name = match.group()
            if (match.start() == 0 and not name.isupper()) or len(name) < 2 or words(name)[:1] in ([], ["i"]) or set(words(name)) & STOP:
                continue
            if not any(snapshot.lexical.knows(term) for term in terms(name)):
                found.append(name)
    return found


def _above(piece: Evidence) -> str:
    """Lead-in and headings of a unit."""
    chunk = piece.chunk
    lead = chunk.quote(chunk.units[piece.unit.lead]) if piece.unit.lead is not None else ""
    return f"{lead} {chunk.heading}"


def _held(piece: Evidence, snapshot: Snapshot) -> set[str]:
    """The terms of a unit, its lead-in and its headings."""
    chunk = piece.chunk
    lead = chunk.quote(chunk.units[piece.unit.lead]) if piece.unit.lead is not None else ""
    return set(terms(f"{chunk.quote(piece.unit)} {lead}")) | snapshot.heading_terms[piece.place]


# Fitted by logistic regression; see docs/experiments.md.
BIAS = -5.0
WEIGHTS: Mapping[str, float] = {"similarity": 4.0, "share": 3.0, "prompted": 4.0, "unknown": -3.0}
THRESHOLD = 0.0
FAR = 0.30


def judge(ask: Ask, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot) -> Verdict:
    """Refuses where no evidence is, or where what there is does not carry the question."""
    if not evidence:
        return Verdict(confidence=0.0, reason="not_covered")
    found = signals(ask, query, evidence, snapshot)
    confidence = 1 / (1 + math.exp(-(BIAS + sum(weight * found[name] for name, weight in WEIGHTS.items()))))
    if confidence >= THRESHOLD:
        return Verdict(confidence=confidence)
    far = found["dense"] < FAR and found["prompted"] < 0.45
    return Verdict(confidence=confidence, reason="out_of_scope" if far else "not_covered")
