"""A linear map on the query side, so that questions lie near the passages that answer them.

The embedder was trained to put like beside like; a question is not like its answer. The map (dimension × dimension, near the identity) is
fitted by contrast on the questions that the notes say their sections answer: InfoNCE (van den Oord et al., Representation Learning with
Contrastive Predictive Coding, 2018) over all chunks and over all units, with several positives a question; of further questions it is known
which units answer them, too.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pc_assistant.domain.ports import Vectors
from pc_assistant.retrieval.snapshot import Snapshot


@dataclass(frozen=True)
class QueryAdapter:
    """`matrix` maps a question's vector; null leaves it as it is."""

    matrix: Vectors | None = None

    def adapt(self, vector: Vectors) -> Vectors:
        """A unit vector of shape (dimension,)."""
        if self.matrix is None:
            return vector
        moved: Vectors = self.matrix @ vector
        return (moved / max(float(np.linalg.norm(moved)), 1e-9)).astype(np.float32)

    def save(self, path: Path, model: str) -> None:
        """Writes the matrix in half precision, and the name of the model that it belongs to."""
        if self.matrix is not None:
            np.savez_compressed(path, matrix=self.matrix.astype(np.float16), model=np.array(json.dumps(model)))


def load_adapter(path: Path, model: str) -> QueryAdapter:
    """The adapter in a file, or one that changes nothing where the file is missing or belongs to another model."""
    if not path.is_file():
        return QueryAdapter()
    with np.load(path, allow_pickle=False) as data:
        if json.loads(str(data["model"])) != model:
            return QueryAdapter()
        return QueryAdapter(data["matrix"].astype(np.float32))


@dataclass(frozen=True)
class Fit:
    """How an adapter is fitted: `temperature` of the contrast, what that of `units` counts beside that of chunks, `hold` of the identity, steps
    and step size of Adam.
    """

    temperature: float = 0.05
    units: float = 2.0
    hold: float = 0.3
    epochs: int = 30
    batch: int = 256
    rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True)
class Taught:
    """A question beside those of the notes: the places of the chunks that answer it and, where they are known, the rows of the units that do."""

    vector: Vectors
    places: tuple[int, ...]
    units: tuple[int, ...] = ()


def fit(snapshot: Snapshot, how: Fit | None = None, further: Sequence[Taught] = ()) -> QueryAdapter:
    """The adapter for the questions of a snapshot's notes and `further` ones. The same questions give the same adapter."""
    how = how or Fit()
    questions = np.vstack([snapshot.prompted_vectors, *(taught.vector for taught in further)])
    size, dimension = questions.shape
    chunk_of_unit = np.repeat(np.arange(len(snapshot.chunks)), np.diff(snapshot.starts))
    positive = np.zeros((size, len(snapshot.chunks)), dtype=bool)
    for row, right in enumerate([*snapshot.prompted_places, *(taught.places for taught in further)]):
        positive[row, list(right)] = True
    positive_units = positive[:, chunk_of_unit]
    for row, taught in enumerate(further, len(snapshot.prompted_places)):
        if taught.units:
            positive_units[row] = False
            positive_units[row, list(taught.units)] = True
    matrix = np.eye(dimension, dtype=np.float32)
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    random = np.random.default_rng(how.seed)
    step = 0
    for _ in range(how.epochs):
        order = random.permutation(size)
        for start in range(0, size, how.batch):
            rows = order[start : start + how.batch]
            gradient = _pull(matrix, questions[rows], snapshot.chunk_vectors, positive[rows], how.temperature)
            gradient += how.units * _pull(matrix, questions[rows], snapshot.unit_vectors, positive_units[rows], how.temperature)
            gradient += 20 * how.hold / dimension * (matrix - np.eye(dimension, dtype=np.float32))
            step += 1
            first = 0.9 * first + 0.1 * gradient
            second = 0.999 * second + 0.001 * gradient**2
            matrix -= how.rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return QueryAdapter(matrix)


def _pull(matrix: Vectors, questions: Vectors, targets: Vectors, positive: np.ndarray, temperature: float) -> Vectors:
    """Gradient, by the matrix, of the mean of -log(probability of the positives) over a batch."""
    moved = questions @ matrix.T
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    scores = unit @ targets.T / temperature
    scores -= scores.max(axis=1, keepdims=True)
    every = np.exp(scores)
    right = every * positive
    difference = every / every.sum(axis=1, keepdims=True) - right / np.maximum(right.sum(axis=1, keepdims=True), 1e-30)
    by_unit = difference @ targets / temperature
    by_moved = (by_unit - (by_unit * unit).sum(axis=1, keepdims=True) * unit) / length
    gradient: Vectors = by_moved.T @ questions / len(questions)
    return gradient
