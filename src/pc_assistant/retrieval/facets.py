"""Facets: the things that one question asks about side by side (two places, two documents, two models, before and after the Act)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import terms

MOST = 3
ACT_IN_FORCE = date(2022, 7, 1)
THEN_AND_NOW = re.compile(
    r"\b(?:then|before|at the time|originally|in 2021|2021|previously|used to)\b.{0,160}\b(?:now|today|after(?:wards)?|since|currently|2023|2022 act)\b"
    r"|\b(?:change[sd]?|different|evolved?)\b.{0,60}\b(?:since|between|after)\b|\bbetween 2021 and 2023\b",
    re.I,
)
PAIR = (
    re.compile(
        r"\b(?:between|compare|contrast|distinguish) (?:an? |the )?(?P<a>.{3,50}?) (?:and|with|to|from|against|versus|vs\.?) (?:an? |the )?(?P<b>.{3,50}?)(?:[?.,;]|$)",
        re.I,
    ),
    re.compile(
        r"(?:^|\b(?:is|are|does|do|how|what) )(?:an? |the )?(?P<a>[\w' -]{3,40}?) (?:versus|vs\.?|compared (?:with|to)|as opposed to|differ(?:s|ent)? from|rather than) (?:an? |the )?(?P<b>[\w' -]{3,40}?)(?:[?.,;]|$)",
        re.I,
    ),
)

ASKING = re.compile(r"^(?:(?:and|so|but)\s+)?(?:how|what|why|in what ways?)\s+(?:is|are|does|do|would)\s+(?:an?\s+|the\s+)?", re.I)


@dataclass(frozen=True)
class Facet:
    """One side, as the asker calls it; `holds` says whether the chunk at a place speaks of it."""

    label: str
    holds: Callable[[int], bool]


def facets(query: Query, snapshot: Snapshot, entities: Entities) -> tuple[Facet, ...]:
    """Two or three facets, or none where the question is about one thing."""
    for found in (_of_entities(query, entities), _of_documents(query, snapshot), _of_pair(query, snapshot), _of_dates(query, snapshot)):
        if 2 <= len(found) <= MOST:
            return found
    return ()


def _of_entities(query: Query, entities: Entities) -> tuple[Facet, ...]:
    sides: dict[tuple[int, int], list[str]] = {}
    for identity, span in entities.mentions(query.text):
        sides.setdefault(span, []).append(identity)
    seen: set[frozenset[str]] = set()
    result = []
    for (start, end), ids in sides.items():
        if frozenset(ids) not in seen and not any(set(ids) & earlier for earlier in seen):
            seen.add(frozenset(ids))
            result.append(Facet(query.text[start:end], _entity_test(tuple(ids), entities)))
    return tuple(result)


def _entity_test(ids: tuple[str, ...], entities: Entities) -> Callable[[int], bool]:
    return lambda place: entities.score(ids, place) > 0


def _of_documents(query: Query, snapshot: Snapshot) -> tuple[Facet, ...]:
    named = [held.document for held in snapshot.held if held.document.id in query.documents]
    return tuple(Facet(document.title, _document_test(frozenset({document.id}), snapshot)) for document in named)


def _document_test(ids: frozenset[str], snapshot: Snapshot) -> Callable[[int], bool]:
    return lambda place: snapshot.chunks[place].document_id in ids


def _of_pair(query: Query, snapshot: Snapshot) -> tuple[Facet, ...]:
    for pattern in PAIR:
        match = pattern.search(query.text)
        if not match:
            continue
        sides = {side: set(terms(match[side])) for side in ("a", "b")}
        shared = sides["a"] & sides["b"]
        own = {side: held - shared for side, held in sides.items()}
        if all(own.values()):
            return tuple(
                Facet(ASKING.sub("", match[side]).strip(' ()"“”‘’'), _terms_test(frozenset(own[side]), snapshot)) for side in ("a", "b")
            )
    return ()


def _terms_test(wanted: frozenset[str], snapshot: Snapshot) -> Callable[[int], bool]:
    return lambda place: all(term in snapshot.heading_terms[place] or snapshot.body_terms.holds(place, term) for term in wanted)


def _of_dates(query: Query, snapshot: Snapshot) -> tuple[Facet, ...]:
    if not THEN_AND_NOW.search(query.text):
        return ()
    before = frozenset(h.document.id for h in snapshot.held if h.document.law_as_of and h.document.law_as_of < ACT_IN_FORCE)
    after = frozenset(h.document.id for h in snapshot.held if h.document.law_as_of and h.document.law_as_of >= ACT_IN_FORCE)
    if not before or not after:
        return ()
    return (Facet("Before July 2022", _document_test(before, snapshot)), Facet("Since July 2022", _document_test(after, snapshot)))
