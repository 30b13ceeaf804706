"""Retrieval beside the usual recipe: the same notes, the same model, the same cases; quality and time."""

from collections.abc import Callable, Sequence
from statistics import fmean
from time import perf_counter

from bench.figures import Figure, Part, Row, columns_over_rounds, exact, quantile
from bench.ranking import Relevant, chance, hit, holds_all, holds_one, ndcg
from bench.recipe import TOP, cook, split_notes
from bench.setting import Setting
from pc_assistant import bootstrap
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.ports import Embedder
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.statistics import estimate, paired_difference

DEPTH = 10
OURS = "pc-assistant, hybrid"
USUAL = "usual recipe, dense"
HITS = (TOP, 5)
NDCG = f"nDCG@{DEPTH}"

Search = Callable[[str, int], list[str]]
Scores = dict[str, dict[str, float]]  # by metric, then by case


def measure_retrieval(setting: Setting) -> list[Part]:
    """hit@4, hit@5 and nDCG@10 over the cases that expect an answer, and milliseconds a query."""
    embedder = bootstrap.make_embedder(setting.settings)
    _, current = bootstrap.make_assistant(setting.settings, embedder)
    corpus = current()
    usual_chunks = split_notes(setting.settings.corpus_dir)
    searches = {USUAL: cook(usual_chunks, embedder).search, OURS: passages_of(corpus, embedder)}
    held = {USUAL: usual_chunks, OURS: [chunk.text for chunk in corpus.snapshot.chunks]}
    cases = [case for case in setting.cases if case.expect == "answer"]
    found = {name: {case.id: find(case.question, DEPTH) for case in cases} for name, find in searches.items()}
    sizes = "; ".join(
        f"{name}: {len(texts)} chunks of {fmean(len(text.split()) for text in texts):.0f} words" for name, texts in held.items()
    )
    return [
        _quality("Retrieval: chunks that hold at least one key fact", sizes, cases, found, held, holds_one),
        _quality("Retrieval: chunks that hold all key facts that a complete answer needs", sizes, cases, found, held, holds_all),
        _times(setting, searches, embedder),
    ]


def passages_of(corpus: Corpus, embedder: Embedder) -> Search:
    """Our search, question to texts; headings and titles, which are indexed with a chunk, are not among its text."""

    def find(question: str, k: int) -> list[str]:
        return [passage.chunk.text for passage in search(make_query(question, corpus, embedder, Filters()), corpus, k, "hybrid")]

    return find


def _quality(
    title: str, sizes: str, cases: Sequence[Case], found: dict[str, dict[str, list[str]]], held: dict[str, list[str]], relevant: Relevant
) -> Part:
    rows: list[Row] = []
    scores: dict[str, Scores] = {}
    for name in (USUAL, OURS):
        there = {case.id: sum(relevant(case, text) for text in held[name]) for case in cases}
        ranked = {case.id: [relevant(case, text) for text in found[name][case.id]] for case in cases}
        scores[name] = {f"hit@{k}": {i: hit(flags, k) for i, flags in ranked.items()} for k in HITS}
        scores[name][NDCG] = {i: ndcg(flags, there[i], DEPTH) for i, flags in ranked.items()}
        rows.append(Row(what=name, figures={metric: _mean(by_case) for metric, by_case in scores[name].items()}, n=len(cases)))
        blind = {f"hit@{k}": exact(fmean(chance(there[case.id], len(held[name]), k) for case in cases)) for k in HITS}
        rows.append(Row(what=f"{name}, drawn blindly", figures=blind, n=len(cases)))
    gain = {metric: _gain(scores[USUAL][metric], scores[OURS][metric]) for metric in scores[OURS]}
    rows.append(Row(what="difference, case by case", figures=gain, n=len(cases)))
    note = f"In brackets 95% bootstrap intervals. {sizes}. What is drawn blindly shows how easily a pattern matches by chance."
    return Part(title=title, note=note, rows=tuple(rows))


def _mean(by_case: dict[str, float]) -> Figure:
    found = estimate(by_case.values())
    return Figure(value=found.mean, low=found.low, high=found.high)


def _gain(before: dict[str, float], after: dict[str, float]) -> Figure:
    found = paired_difference(before, after)
    assert found is not None
    return Figure(value=found.difference, low=found.low, high=found.high)


def _times(setting: Setting, searches: dict[str, Search], embedder: Embedder) -> Part:
    bare = "one query embedding"
    acts: dict[str, Callable[[str], object]] = {
        bare: lambda question: embedder.embed([question]),
        USUAL: lambda question: searches[USUAL](question, TOP),
        OURS: lambda question: searches[OURS](question, DEPTH),
    }
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in acts}
    for number in range(setting.rounds):
        seconds: dict[str, list[float]] = {name: [] for name in acts}
        for question in setting.shuffled(number):
            for name, act in acts.items():
                begun = perf_counter()
                act(question)
                seconds[name].append(perf_counter() - begun)
        floor, usual = quantile(seconds[bare], 0.5), quantile(seconds[USUAL], 0.5)
        for name, times in seconds.items():
            p50, p95 = quantile(times, 0.5), quantile(times, 0.95)
            rounds[name].append(
                {"p50, × embedding": p50 / floor, "p50, × recipe": p50 / usual, "p50, ms": 1000 * p50, "p95, ms": 1000 * p95}
            )
    rows = [Row(what=name, figures=columns_over_rounds(found), n=len(setting.cases) * setting.rounds) for name, found in rounds.items()]
    note = f"One query, its embedding included: the recipe's nearest {TOP}, our best {DEPTH}. All three take turns, question by question."
    return Part(title="Retrieval: time", note=note, rows=tuple(rows))
