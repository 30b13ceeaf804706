"""The subjects on which the position moved after some of the documents were written, and where the later position stands."""

import re
from collections.abc import Sequence

from pc_assistant.knowledge.reference import Subject
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.terms import terms

MOST = 1  # more would drown what was asked
WORD = re.compile(r"[\w'-]+")
BACK_THEN = re.compile(
    r"\b(?:20(?:1\d|20|21)|bill|back then|at the time|originally|used to|previously|before the act|(?:was|were) .{0,40}\b(?:planned|proposed|expected|meant))\b",
    re.I,
)


def touched(text: str, subjects: Sequence[Subject]) -> list[Subject]:
    """The subjects that a question touches: those of which it holds a term, or every word of one that has several, in whatever order."""
    said = " ".join(["", *WORD.findall(text.lower().replace("’", "'"))])
    held = frozenset(terms(text))
    return [subject for subject in subjects if any(_holds(said, held, term) for term in subject.terms)]


def _holds(said: str, held: frozenset[str], term: str) -> bool:
    stems = frozenset(terms(term))
    return f" {term.lower()}" in said or (len(stems) > 1 and stems <= held)


def later_places(text: str, subjects: Sequence[Subject], snapshot: Snapshot) -> tuple[int, ...]:
    """The chunks in which the later position stands on what a question touches; none where it asks how things were."""
    if BACK_THEN.search(text):
        return ()
    sources = [subject.later_source for subject in touched(text, subjects) if subject.later_source][:MOST]
    return tuple(
        place
        for place, chunk in enumerate(snapshot.chunks)
        if any(chunk.document_id == source.doc and chunk.section[: len(source.path)] == source.path for source in sources)
    )
