"""annotate: notices on the age of the sources, and what could be asked next."""

from dataclasses import replace
from datetime import date

from pc_assistant.answering.respond import predates_act, stands_for
from pc_assistant.answering.state import State
from pc_assistant.domain.answers import Notice
from pc_assistant.knowledge.indexing import ABOUT
from pc_assistant.retrieval.subjects import touched
from pc_assistant.retrieval.terms import terms

ACT_IN_FORCE = date(2022, 7, 1)
MOST_CHANGES = 2
MOST = 3
MEANING = frozenset(terms("mean meaning stand short term acronym abbreviation define definition explain"))
SUGGESTION = "What do the documents say about “{heading}”?"


def annotate(state: State) -> State:
    """Adds what acronyms stand for, and to what is answered the age of its sources and suggestions."""
    if meant := _acronyms(state):
        state = replace(state, notices=(*state.notices, *meant))
    if state.status == "refused":
        return state
    return replace(state, notices=(*state.notices, *_notices(state)), suggestions=_suggestions(state))


def _acronyms(state: State) -> list[Notice]:
    """What the acronyms stand for, where nothing else is asked."""
    longs = state.corpus.expander.acronyms(state.text)
    others = set(terms(state.text)) - MEANING - {term for acronym, _ in longs for term in terms(acronym)}
    return [stands_for(longs)] if longs and not others else []


def _notices(state: State) -> list[Notice]:
    lawful = {text.document.id: text.document.law_as_of for text in state.corpus.snapshot.held}
    old = [c for c in state.citations if (as_of := lawful.get(c.document_id)) and as_of < ACT_IN_FORCE and c.section != (ABOUT,)]
    if not old:
        return []
    titles = tuple(dict.fromkeys(f"“{c.title}” ({c.published:%Y})" if c.published else f"“{c.title}”" for c in old))
    changes = tuple(subject.message for subject in touched(state.text, state.corpus.reference.subjects))
    return [predates_act(titles, changes[:MOST_CHANGES])]


def _suggestions(state: State) -> tuple[str, ...]:
    """Three questions from the headings of passages that were found and not used."""
    cited = {c.passage_id for c in state.citations}
    used = {p.chunk.heading for p in state.passages if p.chunk.id in cited}
    topics = [p.chunk.heading for p in state.passages if p.chunk.heading not in used and p.chunk.section != (ABOUT,)]
    return tuple(heading if heading.endswith("?") else SUGGESTION.format(heading=heading) for heading in dict.fromkeys(topics))[:MOST]
