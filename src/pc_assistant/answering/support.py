"""Does the evidence carry an answer? Scores alone do not tell; what was asked for must be there."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import ConfigDict

from pc_assistant.answering.evidence import Evidence, spoken_of
from pc_assistant.answering.slots import bound, met, slot
from pc_assistant.answering.statutes import unknown_statutes
from pc_assistant.domain.answers import RefusalReason
from pc_assistant.domain.ports import Vectors
from pc_assistant.domain.values import Value
from pc_assistant.retrieval.network import Network
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import STOP, terms, words

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
OWN = re.compile(r"\b(?:i|we|our|us|my|me|i'm|we're)\b", re.I)
CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december"
    " pdf pa ok hi hello dear thanks regards mr mrs ms dr".split()
)
TOP = 6
GENERIC = frozenset(terms("collaboratives providers trusts NHS England partnership"))  # words of every question
NO_REST = 0.7  # where nothing but names and such words is asked
ALL_BUT_SURE = -1.3  # log odds of the signals alone under which what is asked does not count: how it is asked must not talk a refusal away
VERDICT = Path(__file__).parent / "verdict.json"


class Verdict(Value):
    """The estimated probability that an answer from this evidence is right, and the reason to refuse where it is too low."""

    confidence: float
    reason: RefusalReason | None = None


def signals(query: Query, evidence: Sequence[Evidence], snapshot: Snapshot) -> dict[str, float]:
    """What the verdict rests on, each about 0 to 1."""
    top = evidence[:TOP]
    weight = {term: snapshot.lexical.idf(term) for term in query.terms}
    total = sum(weight.values()) or 1.0
    held = [_held(e, snapshot) for e in top]
    everywhere = set().union(*held)

    def missing(own: set[str]) -> list[float]:
        return [value for term, value in weight.items() if term not in own] or [0.0]

    def share(own: set[str]) -> float:
        return sum(value for term, value in weight.items() if term in own) / total

    wanted = slot(query.text)
    wide = evidence[: 2 * TOP]
    filled = {number: share(_held(e, snapshot)) for number, e in enumerate(wide) if bound(wanted, e.words, e.above)}
    own = spoken_of(query, wide)
    years = set(YEAR.findall(query.text))
    rest = {term: value for term, value in weight.items() if term not in query.explained and term not in GENERIC}

    def share_of_rest(own: set[str]) -> float:
        return sum(value for term, value in rest.items() if term in own) / (sum(rest.values()) or 1.0) if rest else NO_REST

    return {
        "similarity": max(e.features["similarity"] for e in top),
        "mean_similarity": sum(e.features["similarity"] for e in top) / len(top),
        "prompted": max(e.passage.parts.get("prompted", 0.0) for e in top),
        "dense": max(e.passage.parts.get("dense", 0.0) for e in top),
        "share": max(map(share, held)),
        "share_all": share(everywhere),
        "gap": min(max(missing(own)) for own in held) / 7,
        "gap_all": max(missing(everywhere)) / 7,
        "unknown": sum(value for term, value in weight.items() if not snapshot.lexical.knows(term)) / total,
        "open_slot": float(wanted.kind != "none"),
        "unbound": float(not filled),
        "unmet": float(wanted.kind != "none" and not any(met(wanted, e.words, e.above, query.explained) for e in own)),
        "bound_share": max(filled.values(), default=0.0) if wanted.kind != "none" else 0.8,
        "money": float(wanted.kind == "money"),
        "name": float(wanted.kind == "name"),
        "count": float(wanted.kind == "count"),
        "wording": float(wanted.kind in {"wording", "contact"}),
        "year": float(bool(years) and not years & set(YEAR.findall(" ".join(e.chunk.text for e in top)))),
        "late": float(any(int(year) >= 2024 for year in years)),
        "entity": float(bool(query.entities)),
        "rest": max(map(share_of_rest, held)),
        "rest_all": share_of_rest(everywhere),
        **_attribute(query, top, snapshot),
    }


def _attribute(query: Query, top: Sequence[Evidence], snapshot: Snapshot) -> dict[str, float]:
    """How near what is asked of a collaborative is to what is said of it, and to the questions that its own sections answer."""
    if query.attribute is None:
        return {
            "attribute": max(e.features["similarity"] for e in top),
            "attribute_prompted": max(e.passage.parts.get("prompted", 0.0) for e in top),
            "attribute_elsewhere": 0.0,
        }
    near = max((float(snapshot.similarities(query.attribute.vectors.units, place).max()) for place in query.attribute.places), default=0.0)
    cosines = snapshot.prompted_vectors @ query.attribute.vectors.questions if snapshot.prompted_places else np.zeros(1, dtype=np.float32)
    own = np.isin(snapshot.answered_places, query.attribute.places)
    prompted = float(cosines[snapshot.answering_rows[own]].max()) if own.any() else 0.0
    return {"attribute": near, "attribute_prompted": prompted, "attribute_elsewhere": float(cosines.max()) - prompted}


def strangers(query: Query, snapshot: Snapshot) -> list[str]:
    """Names, acronyms and statutes in what is asked that neither the corpus nor its reference files know.

    An asker may well name their own trust; so a sentence that speaks of "we" or "our" is not looked at.
    """
    found = []
    for sentence in re.split(r"(?<=[.!?:;])\s+", query.text):
        if OWN.search(sentence):
            continue
        for match in re.finditer(r"\b[A-Z][\w’'-]*", sentence):
            name = match.group()
            if match.start() == 0 or set(words(name)) & (STOP | CALENDAR) or (name.isupper() and len(name) <= 3):
                continue
            held = terms(name)
            if held and not any(snapshot.lexical.knows(term) or term in query.explained for term in held):
                found.append(name)
    return found + unknown_statutes(query, snapshot)


def _held(piece: Evidence, snapshot: Snapshot) -> set[str]:
    """The terms of a unit, its lead-in and its headings."""
    return set(terms(f"{piece.words} {piece.lead}")) | snapshot.heading_terms[piece.place]


class Weights(Value):
    """A logistic model of the signals and, where it has a `vector`, of what is asked (`Query.unnamed`, shape (dimension,))."""

    bias: float
    weights: dict[str, float]
    vector: tuple[float, ...] = ()

    def score(self, found: Mapping[str, float], asked: Vectors) -> float:
        """The log odds."""
        score = self.bias + sum(weight * found[name] for name, weight in self.weights.items())
        return score + float(np.dot(self.vector, asked)) if self.vector else score


class Bounds(Value):
    """`scope`: above 0, the question is about what the corpus is about; `support`, with what `network` adds to it: above 0, the evidence carries
    an answer.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    scope: Weights
    support: Weights
    network: Network | None = None

    def supported(self, found: Mapping[str, float], query: Query, best: Vectors) -> float:
        """The log odds that the evidence, its best unit of vector `best`, carries an answer."""
        score = self.support.score(found, query.unnamed)
        if not self.network:
            return score
        row = np.array([[found[name] for name in self.support.weights]], dtype=np.float32)
        return score + float(self.network.scores(row, query.unnamed, query.vectors.units, best[None])[0])


class Verdicts(Value):
    """Bounds for `general` documents, and for those on which they were fitted together with what is asked of them; `confidence`: the log odds
    that the answer composed is right; `leaning`: above 0, a question cannot be understood without the one before it; `framing`: above 0, a sentence asks and tells nothing of any
    matter. All are fitted by `eval/fit.py`.
    """

    general: Bounds
    confidence: Weights
    own: Bounds | None = None
    leaning: Weights | None = None
    framing: Weights | None = None
    documents: frozenset[str] = frozenset()

    @classmethod
    def read(cls, model: str, network: Network | None = None) -> "Verdicts":
        """The fitted weights with the network fitted beside them, without those of the vectors of another model."""
        kept = json.loads(VERDICT.read_text(encoding="utf-8"))
        fits = kept["model"] == model
        own = {**kept["own"], "network": network} if fits else None
        return cls(
            general=kept["general"],
            confidence=kept["confidence"],
            own=own,
            leaning=kept["leaning"] if fits else None,
            framing=kept["framing"] if fits else None,
            documents=kept["documents"],
        )

    @classmethod
    def open(cls) -> "Verdicts":
        """Weights that let everything pass: for fitting."""
        everything = Weights(bias=1.0, weights={})
        return cls(general=Bounds(scope=everything, support=everything), confidence=Weights(bias=0.0, weights={}))

    def bounds(self, document_id: str) -> Bounds:
        """Those for what a document says. What such questions ask as a rule tells nothing of documents that were not there when it was learned."""
        return self.own if self.own and document_id in self.documents else self.general


def judge(query: Query, evidence: Sequence[Evidence], snapshot: Snapshot, verdicts: Verdicts) -> Verdict:
    """Refuses where no evidence is, where the question is about something else or holds an unknown name, or where what there is does not carry the question."""
    if not evidence:
        return Verdict(confidence=0.0, reason="not_covered")
    found, asked = signals(query, evidence, snapshot), query.unnamed
    bounds = verdicts.bounds(evidence[0].chunk.document_id)
    confidence = 1 / (1 + math.exp(-verdicts.confidence.score(found, asked)))
    if bounds.scope.score(found, asked) < 0:
        return Verdict(confidence=confidence, reason="out_of_scope")
    best = snapshot.units_of(evidence[0].place)[evidence[0].index]
    carried = bounds.supported(found, query, best) >= 0 and verdicts.general.support.score(found, asked) >= ALL_BUT_SURE
    if strangers(query, snapshot) or not carried:
        return Verdict(confidence=confidence, reason="not_covered")
    return Verdict(confidence=confidence)
