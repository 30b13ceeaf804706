"""annotate: notices on the age of the sources, and what could be asked next."""

from dataclasses import replace
from datetime import date

from pc_assistant.answering.respond import predates_act
from pc_assistant.answering.state import State
from pc_assistant.domain.answers import Notice
from pc_assistant.knowledge.indexing import ABOUT
from pc_assistant.retrieval.subjects import touched

ACT_IN_FORCE = date(2022, 7, 1)
MOST_CHANGES = 2
MOST = 3
SUGGESTION = "What do the documents say about “{heading}”?"


def annotate(state: State) -> State:
    """Adds notices to what is answered, and suggestions to everything."""
    if state.status == "refused":
        return state
    return replace(state, notices=(*state.notices, *_notices(state)), suggestions=_suggestions(state))


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
