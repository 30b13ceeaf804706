"""Fits what is learned: the query adapter (on the notes' questions and those of `training/`) and the weights of the verdict (on the `dev` split and `training/`).

    .venv/bin/python eval/fit.py [--verdict] DATA_DIR [DATA_DIR_OF_ORIGINALS]

`--verdict` fits the verdict only. Indexes must be there: one made from the notes, one (if given) with the originals. Writes src/pc_assistant/retrieval/query_adapter.npz and
src/pc_assistant/answering/verdict.json. The same inputs give the same files. The `test` split is never read.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pc_assistant import bootstrap
from pc_assistant.answering.evidence import gather
from pc_assistant.answering.pipeline import run, steps
from pc_assistant.answering.state import State
from pc_assistant.answering.support import VERDICT, Verdicts, signals, strangers
from pc_assistant.domain.conversations import Question
from pc_assistant.evaluation.case import Case, DatasetCase, load_cases
from pc_assistant.evaluation.split import choose
from pc_assistant.evaluation.text import plain
from pc_assistant.knowledge.markup import key
from pc_assistant.settings import read_settings

# Further questions to refuse and to answer: for fitting only, never asked in an evaluation.
REFUSALS = Path("eval/training/refusals.jsonl")
ANSWERABLE = Path("eval/training/answerable.jsonl")
SCOPE = ("similarity", "mean_similarity", "prompted", "dense", "share", "share_all", "gap", "gap_all", "unknown")
OUT_OF_SCOPE = 0.01  # of the questions of `dev` may be taken for questions about something else
FALSE_REFUSALS = 0.03  # of the questions of `dev`; those of `training/` are harder than what is asked as a rule
MOST = 12  # passages of a question: more say little of where its answer stands
NEAR = ("near_miss", "follow_up")  # questions to refuse that are about what the corpus is about
FOLDS = 5
STRENGTH = 0.05  # of the regularisation: small data, many signals


@dataclass(frozen=True)
class Seen:
    """A case that reached the verdict: its signals, whether it asks about something else, and whether the answer composed is complete."""

    case: Case
    signals: dict[str, float]
    elsewhere: bool
    complete: bool


def observe(data_dir: Path, cases: list[Case]) -> list[Seen]:
    """The cases that reach the verdict, with an index."""
    settings = read_settings(data_dir=data_dir)
    embedder = bootstrap.make_embedder(settings)
    _, current = bootstrap.make_assistant(settings)
    corpus = replace(current(), verdicts=Verdicts.open())
    ordered = steps(embedder)
    found = []
    for case in cases:
        state = State(question=Question(text=case.question, history=case.history), corpus=corpus, text=case.question)
        state = run(state, ordered, lambda: 0.0)
        if state.ask is None or state.query is None:
            continue
        evidence = gather(state.ask, state.query, state.passages, corpus.snapshot)
        if evidence and not strangers(state.query, corpus.snapshot):
            elsewhere = case.expect == "refuse" and case.category not in NEAR
            complete = case.expect == "answer" and sum(case.stated(plain(state.answer))) >= case.needed
            found.append(Seen(case, signals(state.query, evidence, corpus.snapshot), elsewhere, complete))
    return found


def logistic(rows: np.ndarray, target: np.ndarray, balanced: bool) -> tuple[float, np.ndarray]:
    """Bias and weights on the signals as they are (fitted on standardised ones)."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=STRENGTH, max_iter=5000, class_weight="balanced" if balanced else None)
    model.fit(scaler.transform(rows), target)
    weights = model.coef_[0] / scaler.scale_
    return float(model.intercept_[0] - weights @ scaler.mean_), weights


def cross_validated(ids: list[str], rows: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Each row's score by a model that has seen neither it nor the same case in another index."""
    fold = np.array([crc32(name.encode()) % FOLDS for name in ids])
    scores = np.empty(len(rows))
    for number in range(FOLDS):
        held = fold == number
        bias, weights = logistic(rows[~held], target[~held], balanced=True)
        scores[held] = bias + rows[held] @ weights
    return scores


def negatives() -> list[Case]:
    """Questions that must be refused, beside those of the data sets."""
    lines = [json.loads(line) for line in REFUSALS.read_text(encoding="utf-8").splitlines()]
    return [Case(**line, expect="refuse") for line in lines]


def positives() -> list[DatasetCase]:
    """Questions that must be answered, beside those of the data sets."""
    return load_cases([ANSWERABLE])


def pairs(data_dir: Path) -> list[tuple[str, list[str]]]:
    """Each further question that stands alone with the ids of the passages of its sections, where these are few."""
    _, current = bootstrap.make_assistant(read_settings(data_dir=data_dir))
    found = []
    for item in positives():
        wanted = {(source.doc, key(source.section.split(" > ")[-1])) for source in item.case.sources}
        passages = [c.id for c in current().snapshot.chunks if wanted & {(c.document_id, key(heading)) for heading in c.section}]
        if not item.case.history and 0 < len(passages) <= MOST:
            found.append((item.case.question, passages))
    return found


def bounded(seen: list[Seen], names: Sequence[str], ordinary: set[str], refused: float) -> tuple[dict[str, object], np.ndarray]:
    """Weights above 0 for all but a share `refused` of the answerable cases among `ordinary`, and which cases pass cross-validation."""
    rows = np.array([[one.signals[name] for name in names] for one in seen])
    expected = np.array([one.case.expect == "answer" for one in seen])
    bias, weights = logistic(rows, expected, balanced=True)
    held_out = cross_validated([one.case.id for one in seen], rows, expected)
    threshold = float(np.quantile(held_out[expected & np.array([one.case.id in ordinary for one in seen])], refused))
    return written(bias - threshold, names, weights), held_out >= threshold


def written(bias: float, names: Sequence[str], weights: np.ndarray) -> dict[str, object]:
    """A logistic model as JSON."""
    return {"bias": round(bias, 4), "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}}


def main(data_dirs: list[Path]) -> None:
    """Fits and writes both."""
    if "--verdict" not in sys.argv:
        bootstrap.fit_adapter(read_settings(data_dir=data_dirs[0]), pairs(data_dirs[0]))
    dev = choose(load_cases(sorted(Path("eval/datasets").glob("*.jsonl"))), "dev")
    ordinary = {case.id for case in dev}
    cases = [*dev, *(item.case for item in positives()), *negatives()]
    seen = [one for data_dir in data_dirs for one in observe(data_dir, cases)]
    names = list(seen[0].signals)
    scope, in_scope = bounded([one for one in seen if one.elsewhere or one.case.expect == "answer"], SCOPE, ordinary, OUT_OF_SCOPE)
    support, supported = bounded(seen, names, ordinary, FALSE_REFUSALS)
    usual = [one for one in seen if one.case.id in ordinary]  # among `training/` right answers are rarer than among what is asked as a rule
    rows = np.array([[one.signals[name] for name in names] for one in usual])
    sure, sure_weights = logistic(rows, np.array([one.complete for one in usual]), balanced=False)
    verdict = {"scope": scope, "support": support, "confidence": written(sure, names, sure_weights)}
    VERDICT.write_text(json.dumps(verdict, indent=1) + "\n", encoding="utf-8")
    answerable = np.array([one.case.expect == "answer" for one in seen])
    within = np.array([one.case.expect == "answer" for one in seen if one.elsewhere or one.case.expect == "answer"])
    print(
        f"{len(seen)} observations, cross-validated. Scope: {in_scope[within].mean():.3f} of the answerable pass, {in_scope[~within].mean():.3f} of the rest."
        f" Support: {supported[answerable].mean():.3f} and {supported[~answerable].mean():.3f}."
    )


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")] or [Path(".pc-assistant")])
