"""retrieve: the standalone question to passages; the rejected are kept with the reason."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pc_assistant.answering.state import Corpus, State
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import Embedder, SearchMode
from pc_assistant.retrieval.facets import Facet, facets
from pc_assistant.retrieval.hybrid import candidates
from pc_assistant.retrieval.naming import named_documents
from pc_assistant.retrieval.query import Attribute, Query
from pc_assistant.retrieval.reranking import rerank
from pc_assistant.retrieval.selection import select
from pc_assistant.retrieval.subjects import later_places
from pc_assistant.retrieval.terms import terms

PASSAGES = 12
LATER = 3  # passages of a later position at the most
GAVE_WAY = "gave way to how the position is now"
UNNAMED = "the collaborative"

Rejected = tuple[tuple[Passage, str], ...]


def make_retrieve(embedder: Embedder) -> Callable[[State], State]:
    """The step, with the embedder that the index was built with."""

    def retrieve(state: State) -> State:
        if state.draft is not None:
            return state
        query = make_query(state.text, state.corpus, embedder, state.question.filters)
        sides = facets(query, state.corpus.snapshot, state.corpus.entities)
        query = replace(query, later=later_of(query, state.corpus))
        found = search(query, state.corpus, 200 if sides or query.later else 40, "hybrid")
        passages, rejected = with_later(*select(balanced(found, sides, state.corpus), PASSAGES), found, query.later, state.corpus)
        query = replace(query, attribute=attribute_of(query, state.corpus, embedder))
        return replace(state, query=query, facets=sides, passages=passages, rejected=rejected)

    return retrieve


def balanced(found: list[Passage], sides: tuple[Facet, ...], corpus: Corpus) -> list[Passage]:
    """The passages with the best of each facet among the first, so that no side crowds the others out; the order stays by score."""
    if not sides:
        return found
    share = PASSAGES // (len(sides) + 1)
    first = {p.chunk.id for side in sides for p in [p for p in found if side.holds(corpus.snapshot.places[p.chunk.id])][:share]}
    first |= {p.chunk.id for p in found[: PASSAGES - len(first)]}
    return [p for p in found if p.chunk.id in first] + [p for p in found if p.chunk.id not in first]


def later_of(query: Query, corpus: Corpus) -> tuple[int, ...]:
    """Where the later position stands on what a question touches that is not about one place nor about what one document says."""
    if query.entities or query.documents or query.filters != Filters():
        return ()
    return later_places(query.text, corpus.reference.subjects, corpus.snapshot)


def with_later(
    passages: tuple[Passage, ...], rejected: Rejected, found: Sequence[Passage], later: Sequence[int], corpus: Corpus
) -> tuple[tuple[Passage, ...], Rejected]:
    """What was selected, the last of it giving way to passages of the later position; as `found`, or behind all that was."""
    snapshot = corpus.snapshot
    held = {passage.chunk.id for passage in passages}
    added = [place for place in later if snapshot.chunks[place].id not in held][:LATER]
    if not added or not passages:
        return passages, rejected
    kept, gone = passages[: PASSAGES - len(added)], passages[PASSAGES - len(added) :]
    known = {passage.chunk.id: passage for passage in found}
    far = [
        Passage(chunk=snapshot.chunks[p], document=snapshot.owners[p].document, score=kept[-1].score, rank=len(found) + 1) for p in added
    ]
    brought = {passage.chunk.id: known.get(passage.chunk.id, passage) for passage in far}
    others = ((passage, why) for passage, why in rejected if passage.chunk.id not in brought)
    return (*kept, *brought.values()), (*((passage, GAVE_WAY) for passage in gone), *others)


def make_query(text: str, corpus: Corpus, embedder: Embedder, filters: Filters) -> Query:
    """A question with its vector, terms, expansion and the collaboratives that it names."""
    text = corpus.expander.read(text, corpus.snapshot.lexical.together)
    spelled = corpus.expander.spelled_out(text)
    asked = embedder.embed([spelled])[0]
    chances = corpus.expected.chances(asked, spelled)
    return Query(
        text=text,
        vectors=corpus.adapter.aim(asked),
        terms=tuple(terms(text)),
        expansion=corpus.expander.expansion(text),
        entities=tuple(sorted(corpus.entities.find(text))),
        documents=named_documents(text, [held.document for held in corpus.snapshot.held]),
        explained=_explained(text, corpus),
        filters=filters,
        chances=chances,
        behind=corpus.expected.documents(chances),
    )


def attribute_of(query: Query, corpus: Corpus, embedder: Embedder) -> Attribute | None:
    """What the question asks of the collaboratives that it names; null where it names none of which anything is held."""
    places = corpus.entities.places(query.entities)
    if not places:
        return None
    asked = embedder.embed([corpus.expander.spelled_out(corpus.entities.without_names(query.text, UNNAMED))])[0]
    return Attribute(vectors=corpus.adapter.aim(asked), places=places)


def _explained(text: str, corpus: Corpus) -> frozenset[str]:
    named = [text[start:end] for _, (start, end) in corpus.entities.mentions(text)]
    found = [name for entry in corpus.expander.found(text) for name in (entry.term, entry.long, *entry.synonyms)]
    return frozenset(term for name in (*named, *found) for term in terms(name))


def search(query: Query, corpus: Corpus, k: int, mode: SearchMode) -> list[Passage]:
    """At most `k` passages, best first."""
    found = candidates(query, corpus.snapshot, mode, corpus.entities.score, corpus.expected.scores)
    if mode == "hybrid":
        found = rerank(found, query, corpus.snapshot, corpus.reranking, corpus.verdicts.documents)
    result = []
    for rank, (place, score) in enumerate(zip(found.places[:k], found.scores[:k], strict=True), 1):
        parts = {name: float(values[rank - 1]) for name, values in found.features.items()}
        owner = corpus.snapshot.owners[place]
        result.append(Passage(chunk=corpus.snapshot.chunks[place], document=owner.document, score=float(score), rank=rank, parts=parts))
    return result
