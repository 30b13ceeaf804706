"""Acts and Bills by their names. One that no document names is not answered by what is said of another, however alike their matters are."""

import re
from collections.abc import Iterator

import numpy as np

from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import terms

NAMED = re.compile(r"\b(?P<title>(?:[A-Z][\w'’-]{0,30} (?:(?:and|&|of|on) )?){1,8})(?P<kind>Act|Bill)\b(?: (?P<year>(?:19|20)\d\d)\b)?")


def unknown_statutes(query: Query, snapshot: Snapshot) -> list[str]:
    """The Acts and Bills in what is asked that neither a title, a heading or a text of the corpus nor its glossary names.

    A title may be shortened; one that is, and has a year, must have that of the statute in the text. A Bill that is named may have become an Act since;
    a Bill of which only an Act is named is another one.
    """
    return [match.group() for match in NAMED.finditer(query.text) if not _known(match, query, snapshot)]


def _known(named: re.Match[str], query: Query, snapshot: Snapshot) -> bool:
    title = terms(named["title"])
    readings = [title, title[1:]] if named.start() == 0 and title[1:] else [title]  # the first word of a question may be its verb
    return any(_holds(frozenset(reading), named["kind"].lower(), named["year"], query, snapshot) for reading in readings)


def _holds(title: frozenset[str], kind: str, year: str | None, query: Query, snapshot: Snapshot) -> bool:
    kinds = {"bill"} if kind == "bill" else {"act", "bill"}
    if title <= query.explained and (kind == "act" or kind in query.explained):
        return True
    if any(title | {kind} <= {*terms(held.document.title)} for held in snapshot.held):
        return True
    found = [match for text in _texts(title, snapshot) for match in NAMED.finditer(text) if match["kind"].lower() in kinds]
    return any(title == (full := {*terms(match["title"])}) or (title < full and year in {None, match["year"]}) for match in found)


def _texts(title: frozenset[str], snapshot: Snapshot) -> Iterator[str]:
    """The texts and the headings that hold all the terms of a title."""
    places = np.arange(len(snapshot.chunks))
    for term in sorted(title):
        places = places[snapshot.body_terms.holding(term, places)]
    yield from (snapshot.chunks[place].text for place in places.tolist())
    for chunk, held in zip(snapshot.chunks, snapshot.heading_terms, strict=True):
        if title <= held:
            yield from (*chunk.section, chunk.heading)
