"""Does the evidence carry an answer? Scores alone do not tell; what was asked for must be there."""

import math
from collections.abc import Sequence

from pc_assistant.answering.asking import Ask
from pc_assistant.answering.evidence import Evidence
from pc_assistant.domain.answers import RefusalReason
from pc_assistant.domain.values import Value
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot

THRESHOLD = 0.0
OUT_OF_SCOPE = 0.30


class Verdict(Value):
    """The estimated probability that an answer from this evidence is right, and the reason to refuse where it is too low."""

    confidence: float
    reason: RefusalReason | None = None


def signals(ask: Ask, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot) -> dict[str, float]:
    """What the verdict rests on, each about 0 to 1."""
    best = evidence[0]
    top = evidence[:5]
    wanted = {term: snapshot.lexical.idf(term) for term in query.terms}
    total = sum(wanted.values()) or 1.0
    unknown = sum(weight for term, weight in wanted.items() if not snapshot.lexical.knows(term)) / total
    return {
        "similarity": max(e.features["similarity"] for e in top),
        "coverage": max(e.features["coverage"] for e in top),
        "context": max(e.features["context"] for e in top),
        "best": best.score,
        "dense": max(e.passage.parts.get("dense", 0.0) for e in top),
        "prompted": max(e.passage.parts.get("prompted", 0.0) for e in top),
        "unknown": unknown,
        "slot": max(e.features["slot"] for e in top),
    }


WEIGHTS = {"similarity": 4.0, "coverage": 3.0, "prompted": 4.0, "unknown": -3.0}
BIAS = -5.0


def judge(ask: Ask, query: Query, evidence: Sequence[Evidence], snapshot: Snapshot) -> Verdict:
    """Refuses where no evidence is, or where what there is does not carry the question."""
    if not evidence:
        return Verdict(confidence=0.0, reason="not_covered")
    found = signals(ask, query, evidence, snapshot)
    confidence = 1 / (1 + math.exp(-(BIAS + sum(weight * found[name] for name, weight in WEIGHTS.items()))))
    if confidence >= THRESHOLD:
        return Verdict(confidence=confidence)
    far = found["dense"] < OUT_OF_SCOPE and found["prompted"] < 0.45
    return Verdict(confidence=confidence, reason="out_of_scope" if far else "not_covered")
