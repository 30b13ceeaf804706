"""Fits what is learned: the query adapter (on the notes' questions and those of `training/`) and the weights of the verdict (on the `dev` split and `training/`).

    .venv/bin/python eval/fit.py [--verdict] DATA_DIR [DATA_DIR_OF_ORIGINALS]

`--verdict` fits the verdict only. Indexes must be there: one made from the notes, one (if given) with the originals. Writes src/pc_assistant/retrieval/query_adapter.npz and
src/pc_assistant/answering/verdict.json. The same inputs give the same files. The `test` split is never read.
"""

import json
import sys
from dataclasses import replace
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
FALSE_REFUSALS = 0.035  # of the questions of `dev`; those of `training/` are harder than what is asked as a rule
MOST = 12  # passages of a question: more say little of where its answer stands
FOLDS = 5
STRENGTH = 0.05  # of the regularisation: small data, many signals


def observe(data_dir: Path, cases: list[Case]) -> list[tuple[str, dict[str, float], bool, bool]]:
    """Id, signals, whether an answer is expected, and whether the answer composed is complete, of each case that reaches the verdict."""
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
            complete = case.expect == "answer" and sum(case.stated(plain(state.answer))) >= case.needed
            found.append((case.id, signals(state.query, evidence, corpus.snapshot), case.expect == "answer", complete))
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


def main(data_dirs: list[Path]) -> None:
    """Fits and writes both."""
    if "--verdict" not in sys.argv:
        bootstrap.fit_adapter(read_settings(data_dir=data_dirs[0]), pairs(data_dirs[0]))
    dev = choose(load_cases(sorted(Path("eval/datasets").glob("*.jsonl"))), "dev")
    ordinary = {case.id for case in dev}
    cases = [*dev, *(item.case for item in positives()), *negatives()]
    observed = [item for data_dir in data_dirs for item in observe(data_dir, cases)]
    names = list(observed[0][1])
    rows = np.array([[found[name] for name in names] for _, found, _, _ in observed])
    expected = np.array([answer for _, _, answer, _ in observed])
    complete = np.array([right for _, _, _, right in observed])
    bias, weights = logistic(rows, expected, balanced=True)
    held_out = cross_validated([name for name, *_ in observed], rows, expected)
    asked = np.array([name in ordinary for name, *_ in observed])
    threshold = float(np.quantile(held_out[expected & asked], FALSE_REFUSALS))
    sure, sure_weights = logistic(rows, complete, balanced=False)
    VERDICT.write_text(
        json.dumps(
            {
                "support": {
                    "bias": round(bias - threshold, 4),
                    "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
                },
                "confidence": {
                    "bias": round(sure, 4),
                    "weights": {n: round(float(w), 4) for n, w in zip(names, sure_weights, strict=True)},
                },
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    kept = held_out >= threshold
    print(
        f"{len(observed)} observations; answered of the answerable {kept[expected].mean():.3f} (of `dev` {kept[expected & asked].mean():.3f}),"
        f" refused of the rest {1 - kept[~expected].mean():.3f} (of `dev` {1 - kept[~expected & asked].mean():.3f})"
    )


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")] or [Path(".pc-assistant")])
