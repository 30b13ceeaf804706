"""Fits the weights of the hybrid's features and prints them beside those in use; rounding them into retrieval/hybrid.py is a person's.

    .venv/bin/python eval/fit_hybrid.py DATA_DIR

A listwise softmax over the pool of each question (Cao et al., Learning to Rank: From Pairwise Approach to Listwise Approach, 2007): the
chance of a passage is to be in proportion to the facts that it states, more where it stands in the section that the case names. Fitted on
questions of `training/` as they come to mind, each seen through a query adapter that was fitted without its half, and measured on the `dev` split.
"""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from fit import ANSWERABLE, FURTHER, HALVES, fit_queries, half

from pc_assistant import bootstrap
from pc_assistant.answering.pipeline import run, steps
from pc_assistant.answering.state import State
from pc_assistant.domain.conversations import Question
from pc_assistant.evaluation.case import Case, load_cases
from pc_assistant.evaluation.split import choose
from pc_assistant.evaluation.text import plain
from pc_assistant.knowledge.markup import key
from pc_assistant.retrieval.adapter import QueryAdapter
from pc_assistant.retrieval.hybrid import NORMALISED, WEIGHTS, candidates, normalise
from pc_assistant.retrieval.sections import Expected
from pc_assistant.settings import read_settings

NAMES = tuple(WEIGHTS)
ELSEWHERE, NAMED = 0.5, 0.1  # what a fact counts outside the named section; what the named section counts by itself
HOLD, STEPS, RATE = 0.02, 400, 0.03
MOST = 2000  # questions to fit on: more say the same


@dataclass(frozen=True)
class Pool:
    """One question: the features of its candidates, shape (candidates, features), what each is worth, and which stand in a named section."""

    features: np.ndarray
    worth: np.ndarray
    named: np.ndarray


def pools(data_dir: Path, cases: Sequence[Case], adapter: QueryAdapter | None = None) -> list[Pool]:
    """The pools of the cases that must be answered and that reach retrieval, by the shipped adapter or another one."""
    settings = read_settings(data_dir=data_dir)
    _, current = bootstrap.make_assistant(settings)
    corpus = current()
    corpus = replace(corpus, adapter=adapter or corpus.adapter)
    before_answer = [step for step in steps(bootstrap.make_embedder(settings)) if step[0] in {"screen", "rewrite", "route", "retrieve"}]
    found = []
    for case in cases:
        state = State(question=Question(text=case.question, history=case.history), corpus=corpus, text=case.question)
        query = run(state, before_answer, lambda: 0.0).query
        if case.expect != "answer" or query is None:
            continue
        pool = candidates(query, corpus.snapshot, "hybrid", corpus.entities.score, Expected(None, corpus.snapshot).scores)
        sections = {(source.doc, key(source.section.split(" > ")[-1])) for source in case.sources}
        chunks = [corpus.snapshot.chunks[place] for place in pool.places]
        named = np.array([bool(sections & {(c.document_id, key(heading)) for heading in c.section}) for c in chunks])
        facts = np.array([np.mean(case.stated(plain(f"{c.heading} {c.text}"))) for c in chunks])
        columns = [normalise(pool.features[name]) if name in NORMALISED else pool.features[name] for name in NAMES]
        found.append(Pool(np.stack(columns, axis=1), facts * np.where(named, 1.0, ELSEWHERE) + NAMED * named, named))
    return found


def fit(seen: list[Pool]) -> np.ndarray:
    """Weights by Adam, from those in use, held near zero."""
    weights = np.array([4 * WEIGHTS[name] for name in NAMES])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        gradient = HOLD * weights
        for pool in seen:
            if pool.worth.sum() > 0:
                scores = pool.features @ weights
                chances = np.exp(scores - scores.max())
                gradient = gradient + pool.features.T @ (chances / chances.sum() - pool.worth / pool.worth.sum()) / len(seen)
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights = weights - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def hit(seen: list[Pool], weights: np.ndarray, k: int) -> list[bool]:
    """Whether a named section is among the first `k`, question by question."""
    return [bool(pool.named[np.argsort(-(pool.features @ weights), kind="stable")[:k]].any()) for pool in seen]


def main(data_dir: Path) -> None:
    """Prints hit@5 of `dev` in use and fitted, and the weights."""
    with ProcessPoolExecutor(HALVES) as pool:
        adapters = [one.adapter for one in pool.map(partial(fit_queries, data_dir=data_dir), range(HALVES))]
    further = [item.case for item in load_cases([ANSWERABLE, FURTHER])]
    chosen = [further[place] for place in np.random.default_rng(0).permutation(len(further))[:MOST]]
    taught = [
        pool for n, adapter in enumerate(adapters) for pool in pools(data_dir, [case for case in chosen if half(case.id) == n], adapter)
    ]
    weights = fit(taught)
    seen = pools(data_dir, choose(load_cases(sorted(Path("eval/datasets").glob("*.jsonl"))), "dev"))
    in_use = np.array([WEIGHTS[name] for name in NAMES])
    print(f"hit@5 of {len(seen)}: in use {np.mean(hit(seen, in_use, 5)):.3f}, fitted {np.mean(hit(seen, weights, 5)):.3f}")
    share = weights / weights[weights > 0].sum()
    for name, now, fitted in zip(NAMES, in_use, share, strict=True):
        print(f"{name:<17} {now:6.3f} {fitted:7.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".pc-assistant"))
