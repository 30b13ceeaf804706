"""A public retrieval set in the layout of BEIR beside the usual recipe: `./run bench beir FOLDER`.

The folder holds `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and `qrels/test.tsv` or `qrels.tsv` (query, document,
grade; a header line). Layout after Thakur et al. (2021), "BEIR: a heterogeneous benchmark for zero-shot evaluation of information retrieval
models"; nDCG@10 with the grades as gains, as there.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from langchain_text_splitters import RecursiveCharacterTextSplitter

from bench.figures import Figure, Part, Row, exact
from bench.generated import write_set
from bench.recipe import cook
from bench.setting import Setting
from pc_assistant import bootstrap
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.errors import UsageError
from pc_assistant.domain.ports import Embedder
from pc_assistant.evaluation.statistics import estimate, paired_difference
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.indexing import SyncReport, sync
from pc_assistant.settings import Settings

DEPTH = 10
CHUNKS = 50  # of which the documents are taken, the best chunk of each counting
OURS = "pc-assistant, hybrid"
USUAL = "usual recipe, dense"
METRIC = f"nDCG@{DEPTH}"
FEW = 5
HIT = f"hit@{FEW}"
SECTIONS = 400  # of the generated set
QUESTIONS = 100
Rank = Callable[[str], list[str]]


@dataclass(frozen=True)
class RetrievalSet:
    """Texts by id (title and text), queries by id, and for each query the grades of documents."""

    corpus: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]


def read_set(folder: Path) -> RetrievalSet:
    """The set of a folder. Raises UsageError naming what is missing or wrong."""
    corpus = {str(row["_id"]): (str(row.get("title", "")), str(row["text"])) for row in _rows(folder / "corpus.jsonl", ("_id", "text"))}
    queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl", ("_id", "text"))}
    grades: dict[str, dict[str, int]] = {}
    path = next((path for path in (folder / "qrels" / "test.tsv", folder / "qrels.tsv") if path.is_file()), None)
    if path is None:
        raise UsageError(f"{folder} has neither qrels/test.tsv nor qrels.tsv.")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if number == 1 and not cells[-1].lstrip("-").isdigit():
            continue  # the header
        if len(cells) != 3 or not cells[2].lstrip("-").isdigit():
            raise UsageError(f"{path}, line {number}: query, document and grade, with tabs between, are expected.")
        query, document, grade = cells
        if query not in queries or document not in corpus:
            raise UsageError(f"{path}, line {number}: the query or the document is not in the set.")
        if int(grade) > 0:
            grades.setdefault(query, {})[document] = int(grade)
    if not grades:
        raise UsageError(f"{path} grades no document above 0.")
    return RetrievalSet(corpus, queries, grades)


def measure_generated(setting: Setting) -> list[Part]:
    """The same on a corpus written by a grammar, whose answers are known."""
    with TemporaryDirectory() as folder:
        write_set(Path(folder) / "generated", SECTIONS, QUESTIONS, setting.seed)
        return measure_beir(setting.settings, Path(folder) / "generated")


def measure_beir(settings: Settings, folder: Path) -> list[Part]:
    """nDCG@10 and hit@5 of our search and of the usual recipe, and milliseconds a query. Raises UsageError."""
    given = read_set(folder)
    embedder = bootstrap.make_embedder(settings, threads=2)
    scores: dict[str, dict[str, dict[str, float]]] = {}
    rows: list[Row] = []
    with TemporaryDirectory() as work:
        ranks = {USUAL: _recipe(given, embedder), OURS: _ours(settings, Path(work), given, embedder)}
        for name, rank in ranks.items():
            scores[name] = {METRIC: {}, HIT: {}}
            times = []
            for query, grades in given.grades.items():
                begun = perf_counter()
                found = rank(given.queries[query])
                times.append(1000 * (perf_counter() - begun))
                scores[name][METRIC][query] = graded_ndcg(found, grades)
                scores[name][HIT][query] = float(not grades.keys().isdisjoint(found[:FEW]))
            figures = {metric: _estimated(by_query.values()) for metric, by_query in scores[name].items()}
            rows.append(Row(what=name, figures={**figures, "p50, ms": exact(median(times))}, n=len(times)))
    gains = {metric: paired_difference(scores[USUAL][metric], scores[OURS][metric]) for metric in (METRIC, HIT)}
    differences = {metric: Figure(value=gain.difference, low=gain.low, high=gain.high) for metric, gain in gains.items() if gain}
    rows.append(Row(what="difference, query by query", figures=differences, n=len(given.grades)))
    note = (
        f"{len(given.corpus):,} documents, {len(given.grades):,} queries with grades; the same encoder for both. A document ranks where its best "
        f"chunk does, among the best {CHUNKS} chunks. In brackets 95% bootstrap intervals."
    )
    return [Part(title=f"Retrieval set: {folder.name}", note=note, rows=tuple(rows))]


def graded_ndcg(found: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Discounted cumulated gain of a ranking over the best that the grades allow."""
    gain = sum(grades.get(document, 0) / log2(rank + 1) for rank, document in enumerate(found[:depth], 1))
    ideal = sum(grade / log2(rank + 1) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:depth], 1))
    return gain / ideal if ideal else 0.0


def _recipe(given: RetrievalSet, embedder: Embedder) -> Rank:
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    owners: dict[str, str] = {}
    for name, (title, text) in given.corpus.items():
        for chunk in splitter.split_text(f"{title}\n\n{text}".strip()):
            owners.setdefault(chunk, name)
    recipe = cook(list(owners), embedder)
    return lambda question: _unique(owners[text] for text in recipe.search(question, min(CHUNKS, len(owners))))


def _ours(settings: Settings, work: Path, given: RetrievalSet, embedder: Embedder) -> Rank:
    """Each document a file, taken in as any file is."""
    names: dict[str, str] = {}
    texts = work / "corpus"
    texts.mkdir()
    for number, (name, (title, text)) in enumerate(given.corpus.items()):
        names[f"d{number:08}"] = name
        (texts / f"d{number:08}.md").write_text(f"# {' '.join(title.split()) or 'Untitled'}\n\n{text}\n", encoding="utf-8")
    own = settings.model_copy(update={"data_dir": work / "data", "corpus_dir": texts, "originals_dir": None, "chroma_url": None})
    sources, _ = scan([texts], None, SUFFIXES)
    generations = bootstrap.generations(own)
    with generations.lock():
        generations.publish(list(sync(sources, {}, [str(texts)], load, embedder, SyncReport())), embedder)
    corpus = bootstrap.make_assistant(own, embedder)[1]()

    def rank(question: str) -> list[str]:
        found = search(make_query(question, corpus, embedder, Filters()), corpus, CHUNKS, "hybrid")
        return _unique(names[passage.document.id] for passage in found)

    return rank


def _estimated(values: Iterable[float]) -> Figure:
    found = estimate(values)
    return Figure(value=found.mean, low=found.low, high=found.high)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise UsageError(f"{path} is not there.")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UsageError(f"{path}, line {number}: this is not JSON.") from error
            if not isinstance(row, dict) or not set(needed) <= row.keys():
                raise UsageError(f"{path}, line {number}: {' and '.join(needed)} are needed.")
            yield row
