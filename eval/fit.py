"""Fits what is learned: the query adapter and the classifier of sections (on the notes with their questions and those of `training/`),
the networks that rank passages and evidence (on `training/`), and the weights of the verdict with their network (on the `dev` split and `training/`).

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 .venv/bin/python eval/fit.py DATA_DIR DATA_DIR_OF_ORIGINALS

(One thread, since there are several processes: some two hours on two cores.) Indexes must be there: one made from the notes, one with the originals. Writes
query_adapter.npz and sections.npz of src/pc_assistant/retrieval, networks.npz and verdict.json of src/pc_assistant/answering. The same inputs give the same files;
how what ships differs from one run is told in docs/experiments.md. The `test` split is never read. What something was fitted on lies nearer to its answer than what will
be asked: so each question of `training/` is judged by what was fitted on the other half of them.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np
import torch
from networks import Example, Kind, fit_classifier, fit_network
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pc_assistant import bootstrap
from pc_assistant.answering.evidence import WEIGHTS, Evidence
from pc_assistant.answering.framing import BOUNDARY
from pc_assistant.answering.pipeline import run, steps
from pc_assistant.answering.state import Corpus, State
from pc_assistant.answering.steps.rewrite import standalone
from pc_assistant.answering.support import VERDICT, Verdicts, signals, strangers
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.ports import Vectors
from pc_assistant.evaluation.case import Case, load_cases
from pc_assistant.evaluation.split import choose
from pc_assistant.evaluation.text import plain
from pc_assistant.knowledge.markup import key
from pc_assistant.retrieval import adapter
from pc_assistant.retrieval.adapter import QueryAdapter
from pc_assistant.retrieval.hybrid import candidates
from pc_assistant.retrieval.network import Network, save_networks
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.reranking import RANKED, inputs
from pc_assistant.retrieval.sections import Expected, Section, SectionClassifier, sections_of
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.settings import read_settings

# Further questions to refuse and to answer: for fitting only, never asked in an evaluation.
REFUSALS = Path("eval/training/refusals.jsonl")
ANSWERABLE = Path("eval/training/answerable.jsonl")
PAIRS = Path("eval/training/pairs.jsonl")  # of both sorts, alike in form; what they say of a right answer is rough
FURTHER = Path("eval/training/further.jsonl")  # of both sorts, as they come to mind; as rough
FRAMING = Path("eval/training/framing.txt")  # what stands around a question, a piece a line
PAIRED = 0.2  # what one of them counts: nobody asks in pairs
SCOPE = ("similarity", "mean_similarity", "prompted", "dense", "share", "share_all", "gap", "gap_all", "unknown")
# Which share of the answerable questions may be taken for questions about something else, and which may be refused at all.
REFUSED = {"general": (0.01, 0.05), "own": (0.018, 0.012)}
MOST = 12  # passages of a question: more say little of where its answer stands
NEAR = ("near_miss", "follow_up")  # questions to refuse that are about what the corpus is about
FOLDS = 5
HALVES = 2
STRENGTH = {"scope": 0.03, "support": 0.003}  # of the own bounds (scikit-learn's C), so tight that they hold for other authors, too
LOOSE = 0.05  # the same of what rests on the signals alone, and as tight would hardly tell answers apart
BY_VECTOR = 0.01  # the same of what tells follow-ups, which rests on the vector alone
CANDIDATES = 24  # units of a question that the ranking is fitted on
TRUST = 0.5  # in the network of the verdict: more tells more of questions like those of `training/`, less of others
BEFORE = "What is a provider collaborative?"  # any question, to see whether a rule draws the next one in
LEFT_OUT = 0.01  # which share of the sentences of questions may be taken for what stands around them
DRAWN_IN = 0.002  # which share of the questions that stand alone, and that no rule takes for follow-ups, may be taken for such
REACH = 0.5  # how far what is asked counts beside the signals, each direction of it as one of them


@dataclass(frozen=True)
class Learned:
    """What is fitted on questions and then finds and ranks what answers them."""

    adapter: QueryAdapter
    classifier: SectionClassifier
    reranking: Network | None = None
    ranking: Network | None = None


@dataclass(frozen=True)
class Seen:
    """A case that reached the verdict: its signals, what it asks (`Query.unnamed`, and turned towards units), whether that is about something
    else, whether the answer composed is complete, and its candidates and its evidence, as examples for their rankings.
    """

    case: Case
    signals: dict[str, float]
    asked: Vectors
    elsewhere: bool
    complete: bool
    weight: float
    pool: Example
    example: Example


def half(name: str) -> int:
    """Which half of `training/` a question is of, by its id."""
    return crc32(name.encode()) % HALVES


def observe(
    data_dir: Path, weights: Mapping[str, float], cases: list[Case], known: frozenset[str], learned: Sequence[Learned], whole: Learned
) -> tuple[list[Seen], Vectors, Vectors]:
    """The cases that reach the verdict, with an index; those whose ids are `known` with what was fitted without their half. And the index's chunk
    and unit vectors, whose rows the examples name.
    """
    settings = read_settings(data_dir=data_dir)
    _, current = bootstrap.make_assistant(settings)
    corpus, ordered = current(), steps(bootstrap.make_embedder(settings))
    expected = {id(one): Expected(one.classifier, corpus.snapshot) for one in (*learned, whole)}
    open_ = Verdicts.open().model_copy(update={"documents": corpus.verdicts.documents})
    found = []
    for case in cases:
        by = learned[half(case.id)] if case.id in known else whole
        seen_by = replace(corpus, adapter=by.adapter, expected=expected[id(by)], reranking=by.reranking, ranking=by.ranking, verdicts=open_)
        state = State(question=Question(text=case.question, history=case.history), corpus=seen_by, text=case.question)
        state = run(state, ordered, lambda: 0.0)
        if state.query is None or not state.evidence or strangers(state.query, corpus.snapshot):
            continue
        elsewhere = case.expect == "refuse" and case.category not in NEAR
        complete = case.expect == "answer" and sum(case.stated(plain(state.answer))) >= case.needed
        shown = signals(state.query, state.evidence, corpus.snapshot)
        pool = rerankable(case, state.query, seen_by)
        example = rankable(case, state.query, state.evidence[:CANDIDATES], corpus.snapshot.starts)
        found.append(Seen(case, shown, state.query.unnamed, elsewhere, complete, weights[case.id], pool, example))
    return found, corpus.snapshot.chunk_vectors.astype(np.float16), corpus.snapshot.unit_vectors.astype(np.float16)


def rerankable(case: Case, query: Query, corpus: Corpus) -> Example:
    """A case as an example for the reranking: right is what stands in a section named and states a key fact or, where nothing does, all of it."""
    found = candidates(query, corpus.snapshot, "hybrid", corpus.entities.score, corpus.expected.scores)
    places, features = found.places[:RANKED], inputs(found)
    chunks = [corpus.snapshot.chunks[place] for place in places]
    wanted = sections(case)
    inside = np.array([within(chunk, wanted) for chunk in chunks])
    telling = inside & np.array([any(case.stated(plain(f"{chunk.heading} {chunk.text}"))) for chunk in chunks])
    return Example(query.vectors.asked, query.vectors.chunks, places, features, found.scores[:RANKED], telling if telling.any() else inside)


def sections(case: Case) -> frozenset[Section]:
    """The documents and sections that a case names."""
    return frozenset((source.doc, key(source.section.split(" > ")[-1])) for source in case.sources)


def within(chunk: Chunk, wanted: frozenset[Section]) -> bool:
    """Whether a chunk is of one of these sections."""
    return not wanted.isdisjoint(sections_of(chunk))


def rankable(case: Case, query: Query, evidence: Sequence[Evidence], starts: Sequence[int]) -> Example:
    """A case as an example for the ranking: right is what states a key fact in a section named, unless a third of the units and more than two do."""
    wanted = sections(case)
    inside = np.array([within(e.chunk, wanted) for e in evidence])
    stated = np.array([case.stated(plain(f"{e.words} {e.lead}")) for e in evidence], dtype=bool).reshape(len(evidence), -1)
    telling = stated & (stated.sum(axis=0) <= max(2, len(evidence) / 3))
    return Example(
        asked=query.vectors.asked,
        aimed=query.vectors.units,
        rows=np.array([starts[e.place] + e.index for e in evidence]),
        features=np.array([[e.features[name] for name in WEIGHTS] for e in evidence], dtype=np.float32),
        linear=np.array([e.score for e in evidence], dtype=np.float32),
        right=telling.any(axis=1) & inside,
    )


def logistic(
    rows: np.ndarray, asked: np.ndarray, target: np.ndarray, weight: np.ndarray, balanced: bool, strength: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Bias, weights on the signals as they are (fitted on standardised ones), and weights on what is asked."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=strength, max_iter=5000, class_weight="balanced" if balanced else None)
    reach = REACH * np.sqrt(asked.shape[1])
    model.fit(np.hstack([scaler.transform(rows), reach * asked]), target, weight)
    weights = model.coef_[0, : rows.shape[1]] / scaler.scale_
    return float(model.intercept_[0] - weights @ scaler.mean_), weights, reach * model.coef_[0, rows.shape[1] :]


def cross_validated(
    ids: list[str],
    rows: np.ndarray,
    asked: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray,
    strength: float,
    examples: Sequence[Example] = (),
    table: Vectors | None = None,
) -> np.ndarray:
    """Each row's score by a model, with `examples` also a network, that has seen neither it nor the same case in another index."""
    fold = np.array([crc32(name.encode()) % FOLDS for name in ids])
    scores = np.empty(len(rows))
    for number in range(FOLDS):
        held = fold == number
        bias, weights, vector = logistic(rows[~held], asked[~held], target[~held], weight[~held], balanced=True, strength=strength)
        linear = bias + rows @ weights + asked @ vector
        scores[held] = linear[held]
        if table is not None:
            network = fit_support(examples, linear, ~held, target, weight, table)
            scores[held] += [added(network, examples[place], table) for place in np.flatnonzero(held).tolist()]
    return scores


def fit_support(
    examples: Sequence[Example], linear: np.ndarray, chosen: np.ndarray, target: np.ndarray, weight: np.ndarray, table: Vectors
) -> Network:
    """The network of the verdict, fitted on the examples that are `chosen`; both sorts together count the same. It is trusted in part."""
    share = np.where(target, weight[chosen & target].sum(), weight[chosen & ~target].sum())
    counted = weight * weight[chosen].sum() / (2 * share)
    rows = [
        replace(examples[place], linear=linear[[place]], right=target[[place]], weight=float(counted[place]))
        for place in np.flatnonzero(chosen).tolist()
    ]
    network = fit_network(rows, table, "verdict")
    return replace(network, out=TRUST * network.out)


def added(network: Network, example: Example, table: Vectors) -> float:
    """What the network adds to the log odds of one example."""
    return float(network.scores(example.features, example.asked, example.aimed, table[example.rows].astype(np.float32))[0])


def negatives() -> list[Case]:
    """Questions that must be refused, beside those of the data sets."""
    lines = [json.loads(line) for line in REFUSALS.read_text(encoding="utf-8").splitlines()]
    return [Case(**line, expect="refuse") for line in lines]


def fit_queries(left_out: int | None, data_dir: Path) -> Learned:
    """The query adapter and the classifier of sections on an index made from the notes, fitted on all further questions or without those of one half."""
    torch.set_num_threads(1)
    settings = read_settings(data_dir=data_dir)
    embedder = bootstrap.make_embedder(settings)
    _, current = bootstrap.make_assistant(settings)
    corpus = current()
    cases = [
        item.case
        for item in load_cases([ANSWERABLE, PAIRS, FURTHER])
        if item.case.expect == "answer" and not item.case.history and half(item.case.id) != left_out
    ]
    spelled = [corpus.expander.spelled_out(case.question) for case in cases]
    asked = [(embedder.embed([text])[0], case) for text, case in zip(spelled, cases, strict=True)]
    classifier = fit_sections(
        corpus.snapshot, [(vector, text, sections(case)) for text, (vector, case) in zip(spelled, asked, strict=True)]
    )
    return Learned(adapter.fit(corpus.snapshot, further=list(taught(corpus.snapshot, asked))), classifier)


def fit_sections(snapshot: Snapshot, further: Sequence[tuple[Vectors, str, frozenset[Section]]]) -> SectionClassifier:
    """Fitted on the units of a snapshot's notes, on their questions, and on `further` ones with their sections; what is of several counts in parts for each."""
    known = {section for chunk in snapshot.chunks for section in sections_of(chunk)}
    own = [{sections_of(chunk)[-1]} for chunk in snapshot.chunks]
    prompted = [{section for place in places for section in own[place]} for places in snapshot.prompted_places]
    said = [(quote, section) for section, chunk in zip(own, snapshot.chunks, strict=True) for _, quote in chunk.quotes()]
    told = [
        *((vector, quote, section) for vector, (quote, section) in zip(snapshot.unit_vectors, said, strict=True)),
        *zip(snapshot.prompted_vectors, snapshot.prompted_texts, prompted, strict=True),
        *further,
    ]
    rows = [(vector, text, section, 1 / len(known & named)) for vector, text, named in told for section in sorted(known & named)]
    vectors, texts, named, weight = zip(*rows, strict=True)
    return fit_classifier(np.array(vectors), texts, named, np.array(weight))


def taught(snapshot: Snapshot, asked: Sequence[tuple[Vectors, Case]]) -> Iterator[adapter.Taught]:
    """Each question with the passages of its sections, where these are few, and the units that state a key fact, where these are few of them: a
    pattern that fits most says little.
    """
    for vector, case in asked:
        wanted = sections(case)
        places = [p for p, chunk in enumerate(snapshot.chunks) if within(chunk, wanted)]
        if not 0 < len(places) <= MOST:
            continue
        rows = [(snapshot.starts[p] + i, plain(quote)) for p in places for i, (_, quote) in enumerate(snapshot.chunks[p].quotes())]
        stating = tuple(row for row, quote in rows if any(case.stated(quote)))
        yield adapter.Taught(vector, tuple(places), stating if len(stating) <= max(2, len(rows) // 3) else ())


def bounded(
    seen: list[Seen], right: np.ndarray, names: Sequence[str], refused: float, own: bool, strength: float, table: Vectors | None = None
) -> tuple[dict[str, object], np.ndarray, Network | None]:
    """Weights that tell the cases that are `right` from the others, above 0 for all but a share `refused` of the answerable ones; which
    cases pass cross-validation; and, with a `table` of unit vectors, the network that adds to them.
    """
    rows = np.array([[one.signals[name] for name in names] for one in seen])
    asked = np.array([one.asked for one in seen])[:, : None if own else 0]
    expected = np.array([one.case.expect == "answer" for one in seen])
    weight = np.array([one.weight for one in seen])
    bias, weights, vector = logistic(rows, asked, right, weight, balanced=True, strength=strength)
    examples = [
        replace(one.example, asked=one.asked, rows=one.example.rows[:1], features=row[None].astype(np.float32))
        for one, row in zip(seen, rows, strict=True)
    ]
    held_out = cross_validated([one.case.id for one in seen], rows, asked, right, weight, strength, examples, table)
    threshold = float(np.quantile(held_out[expected & (weight == 1)], refused))
    network = None
    if table is not None:
        network = fit_support(examples, bias + rows @ weights + asked @ vector, np.ones(len(seen), dtype=bool), right, weight, table)
    return written(bias - threshold, names, weights, vector), held_out >= threshold, network


def written(bias: float, names: Sequence[str], weights: np.ndarray, vector: np.ndarray | None = None) -> dict[str, object]:
    """A logistic model as JSON."""
    found: dict[str, object] = {
        "bias": round(bias, 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    }
    return found if vector is None or not vector.size else found | {"vector": [round(float(weight), 3) for weight in vector]}


def fit_ranks(left_out: int | None, examples: Sequence[tuple[str, Example]], table: Vectors, kind: Kind) -> Network:
    """The network of a kind that ranks, fitted on examples with the ids of their cases: on all, or without those of one half."""
    torch.set_num_threads(1)
    return fit_network([one for name, one in examples if one.right.any() and half(name) != left_out], table, kind)


def looked(data_dirs: list[Path], look: partial[tuple[list[Seen], Vectors, Vectors]]) -> tuple[list[Seen], Vectors, Vectors]:
    """What all indexes show, and the chunk and unit vectors of all in one table each."""
    with ProcessPoolExecutor(len(data_dirs)) as pool:
        shown = list(pool.map(look, data_dirs))
    found: list[Seen] = []
    chunks = units = 0
    for seen, chunk_vectors, unit_vectors in shown:
        found += [
            replace(one, pool=replace(one.pool, rows=one.pool.rows + chunks), example=replace(one.example, rows=one.example.rows + units))
            for one in seen
        ]
        chunks, units = chunks + len(chunk_vectors), units + len(unit_vectors)
    return found, np.vstack([vectors for _, vectors, _ in shown]), np.vstack([vectors for _, _, vectors in shown])


def fit_verdict(
    seen: list[Seen], table: Vectors, cases: Sequence[Case], ordinary: frozenset[str], model: str
) -> tuple[dict[str, object], Network]:
    """The bounds and the confidence, as JSON, and the network of the own ones; prints what cross-validation shows of them."""
    names = list(seen[0].signals)
    usual = [one for one in seen if one.case.id in ordinary]  # among `training/` right answers are rarer than among what is asked as a rule
    rows = np.array([[one.signals[name] for name in names] for one in usual])
    sure, sure_weights, _ = logistic(
        rows, rows[:, :0], np.array([one.complete for one in usual]), np.ones(len(usual)), balanced=False, strength=LOOSE
    )
    # Near misses that were sought out teach the signals that what is near is wrong, which holds for no other documents.
    sought = {item.case.id for item in load_cases([PAIRS, FURTHER])}
    verdict: dict[str, object] = {"model": model, "documents": sorted({source.doc for case in cases for source in case.sources})}
    network: Network | None = None
    for kind, (elsewhere, refused) in REFUSED.items():
        own = kind == "own"
        chosen = [one for one in seen if own or one.case.id not in sought]
        about = [one for one in chosen if not one.elsewhere]
        inside, answered = np.array([not one.elsewhere for one in chosen]), np.array([one.case.expect == "answer" for one in about])
        strength = STRENGTH if own else dict.fromkeys(STRENGTH, LOOSE)
        scope, in_scope, _ = bounded(chosen, inside, SCOPE, elsewhere, own, strength["scope"])
        support, supported, network = bounded(about, answered, names, refused, own, strength["support"], table if own else None)
        verdict[kind] = {"scope": scope, "support": support}
        for what, passed, right in (("scope", in_scope, inside), ("support", supported, answered)):
            print(
                f"{kind}, {what}, cross-validated: {passed[right].mean():.3f} of what is right pass, {passed[~right].mean():.3f} of the rest"
            )
    assert network
    return verdict | {"confidence": written(sure, names, sure_weights)}, network


def fit_leaning(data_dir: Path, cases: Sequence[Case]) -> dict[str, object]:
    """What tells, by its vector, a question that was asked after another one from those that stand alone, where no rule does; as JSON."""
    settings = read_settings(data_dir=data_dir)
    embedder = bootstrap.make_embedder(settings)
    corpus = bootstrap.make_assistant(settings)[1]()
    asked = [(corpus.spelling.correct(case.question), case) for case in cases]
    open_ = [(text, case) for text, case in asked if standalone(text, BEFORE, corpus) == text]
    rows = np.array([embedder.embed([corpus.expander.spelled_out(text)])[0] for text, _ in open_])
    follows = np.array([bool(case.history) for _, case in open_])
    return told_apart("leaning", rows, follows, [case.id for _, case in open_], DRAWN_IN)


def fit_framing(data_dir: Path, cases: Sequence[Case]) -> dict[str, object]:
    """What tells, by its vector, a sentence that stands around a question from those of the questions themselves, of which some few are such, too; as JSON."""
    embedder = bootstrap.make_embedder(read_settings(data_dir=data_dir))
    around = [part for line in FRAMING.read_text(encoding="utf-8").splitlines() for part in BOUNDARY.split(line)[::2] if part]
    asked = [(part, case.id) for case in cases if not case.history for part in BOUNDARY.split(case.question)[::2] if part]
    texts = [*around, *(part for part, _ in asked)]
    rows = np.array([embedder.embed([text])[0] for text in texts])
    return told_apart("framing", rows, np.arange(len(texts)) < len(around), [*around, *(name for _, name in asked)], LEFT_OUT)


def told_apart(what: str, rows: np.ndarray, target: np.ndarray, ids: Sequence[str], share: float) -> dict[str, object]:
    """A logistic of vectors as JSON, above 0 for the `target` and a `share` of the others; prints what cross-validation shows of it."""
    fold = np.array([crc32(name.encode()) % FOLDS for name in ids])
    scores = np.empty(len(rows))
    for number in range(FOLDS):
        held = fold == number
        bias, weights = _by_vector(rows[~held], target[~held])
        scores[held] = bias + rows[held] @ weights
    threshold = float(np.quantile(scores[~target], 1 - share))
    print(f"{what}, cross-validated: {(scores > threshold)[target].mean():.3f} of {target.sum()} are known")
    bias, weights = _by_vector(rows, target)
    return written(bias - threshold, (), weights[:0], weights)


def _by_vector(rows: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """Bias and weights on vectors of unit length. They are not standardised: the encoders leave some directions all but unused."""
    scale = np.sqrt(rows.shape[1])
    model = LogisticRegression(C=BY_VECTOR, max_iter=5000, class_weight="balanced").fit(scale * rows, target)
    return float(model.intercept_[0]), scale * model.coef_[0]


def main(data_dirs: list[Path]) -> None:
    """Fits and writes all of it."""
    model = bootstrap.make_embedder(read_settings(data_dir=data_dirs[0])).name
    with ProcessPoolExecutor(HALVES) as pool:
        learned = list(pool.map(partial(fit_queries, data_dir=data_dirs[0]), [*range(HALVES), None]))
    learned[-1].adapter.save(bootstrap.ADAPTER, model)
    learned[-1].classifier.save(bootstrap.SECTIONS, model)
    dev = choose(load_cases(sorted(Path("eval/datasets").glob("*.jsonl"))), "dev")
    paired = [item.case for item in load_cases([PAIRS])]
    cases = [*dev, *(item.case for item in load_cases([ANSWERABLE, FURTHER])), *negatives(), *paired]
    weights = dict.fromkeys((case.id for case in cases), 1.0) | dict.fromkeys((case.id for case in paired), PAIRED)
    ordinary = frozenset(case.id for case in dev)
    look = partial(observe, weights=weights, known=frozenset(weights) - ordinary)
    taught_by = [case for case in cases if case.expect == "answer" and case.id not in ordinary]
    seen, chunks, units = looked(data_dirs, partial(look, cases=taught_by, learned=learned, whole=learned[-1]))
    pools, examples = [(one.case.id, one.pool) for one in seen], [(one.case.id, one.example) for one in seen]
    with ProcessPoolExecutor(HALVES) as pool:
        rerankings = list(pool.map(partial(fit_ranks, examples=pools, table=chunks, kind="reranking"), [*range(HALVES), None]))
        rankings = list(pool.map(partial(fit_ranks, examples=examples, table=units, kind="ranking"), [*range(HALVES), None]))
    learned = [
        replace(one, reranking=reranking, ranking=ranking) for one, reranking, ranking in zip(learned, rerankings, rankings, strict=True)
    ]
    seen, _, units = looked(data_dirs, partial(look, cases=cases, learned=learned, whole=learned[-1]))
    verdict, support = fit_verdict(seen, units, cases, ordinary, model)
    verdict["leaning"] = fit_leaning(data_dirs[0], [case for case in cases if case.id not in ordinary])
    verdict["framing"] = fit_framing(data_dirs[0], [case for case in cases if case.id not in ordinary])
    save_networks(bootstrap.NETWORKS, model, {"reranking": rerankings[-1], "ranking": rankings[-1], "support": support})
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in verdict.items()]
    VERDICT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main([Path(argument) for argument in sys.argv[1:]])
