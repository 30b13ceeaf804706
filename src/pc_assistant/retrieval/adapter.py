"""Linear maps on the query side, so that questions lie near what answers them.

The embedder was trained to put like beside like; a question is not like its answer. For each of the three things that questions are compared
with (chunks, units, the questions that sections are known to answer) a map (dimension × dimension, near the identity) is fitted by contrast
on the questions that the notes say their sections answer, and on further ones: InfoNCE (van den Oord et al., Representation Learning with
Contrastive Predictive Coding, 2018) over all targets, with several positives a question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.ports import Vectors
from pc_assistant.retrieval.query import Aimed
from pc_assistant.retrieval.snapshot import Snapshot

SIDES = ("chunks", "units", "questions")


@dataclass(frozen=True)
class QueryAdapter:
    """`matrices` map a question's vector, by what it is compared with; a side that is missing is left as it is."""

    matrices: Mapping[str, Vectors] = field(default_factory=dict)

    def aim(self, vector: Vectors) -> Aimed:
        """A question's vector, of shape (dimension,), turned towards each side; all are of unit length."""
        return Aimed(vector, *(self._turned(vector, side) for side in SIDES))

    def _turned(self, vector: Vectors, side: str) -> Vectors:
        if side not in self.matrices:
            return vector
        moved: Vectors = self.matrices[side] @ vector
        return (moved / max(float(np.linalg.norm(moved)), 1e-9)).astype(np.float32)

    def save(self, path: Path, model: str) -> None:
        """Writes the matrices in half precision, and the name of the model that they belong to."""
        if self.matrices:
            halves = np.stack(list(self.matrices.values())).astype(np.float16)
            np.savez_compressed(path, matrices=halves, sides=np.array(list(self.matrices)), model=np.array(model))


def load_adapter(path: Path, model: str) -> QueryAdapter:
    """The adapter in a file, or one that changes nothing where the file is missing or belongs to another model."""
    if not path.is_file():
        return QueryAdapter()
    with np.load(path, allow_pickle=False) as data:
        if str(data["model"]) != model:
            return QueryAdapter()
        return QueryAdapter(dict(zip(data["sides"].tolist(), data["matrices"].astype(np.float32), strict=True)))


@dataclass(frozen=True)
class Fit:
    """How an adapter is fitted: `temperature` of the contrast, `hold` of the identity, steps and step size of Adam."""

    temperature: float = 0.03
    hold: float = 0.1
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
    known = len(snapshot.prompted_places)
    questions = np.vstack([snapshot.prompted_vectors, *(taught.vector for taught in further)])
    chunks = np.zeros((len(questions), len(snapshot.chunks)), dtype=bool)
    for row, right in enumerate([*snapshot.prompted_places, *(taught.places for taught in further)]):
        chunks[row, list(right)] = True
    units = chunks[:, np.repeat(np.arange(len(snapshot.chunks)), np.diff(snapshot.starts))]
    for row, taught in enumerate(further, known):
        if taught.units:
            units[row] = False
            units[row, list(taught.units)] = True
    alike = chunks.astype(np.float32) @ chunks[:known].T.astype(np.float32) > 0
    itself = np.eye(len(questions), known, dtype=bool)
    targets = {
        "chunks": (snapshot.chunk_vectors, chunks, None),
        "units": (snapshot.unit_vectors, units, None),
        "questions": (snapshot.prompted_vectors, alike & ~itself, itself),
    }
    return QueryAdapter({side: _fitted(questions, *target, how) for side, target in targets.items()})


def _fitted(questions: Vectors, targets: Vectors, positive: NDArray[np.bool_], left_out: NDArray[np.bool_] | None, how: Fit) -> Vectors:
    """The map that brings each question nearer to the targets that are `positive` for it than to the others but those `left_out`."""
    answered = np.flatnonzero(positive.any(axis=1))
    identity = np.eye(questions.shape[1], dtype=np.float32)
    matrix = identity.copy()
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    random = np.random.default_rng(how.seed)
    step = 0
    for _ in range(how.epochs):
        order = random.permutation(answered)
        for start in range(0, len(order), how.batch):
            rows = order[start : start + how.batch]
            gradient = _pull(
                matrix, questions[rows], targets, positive[rows], None if left_out is None else left_out[rows], how.temperature
            )
            gradient += 20 * how.hold / len(identity) * (matrix - identity)
            step += 1
            first = 0.9 * first + 0.1 * gradient
            second = 0.999 * second + 0.001 * gradient**2
            matrix -= how.rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return matrix


def _pull(
    matrix: Vectors,
    questions: Vectors,
    targets: Vectors,
    positive: NDArray[np.bool_],
    left_out: NDArray[np.bool_] | None,
    temperature: float,
) -> Vectors:
    """Gradient, by the matrix, of the mean of -log(probability of the positives) over a batch."""
    moved = questions @ matrix.T
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    scores = unit @ targets.T / temperature
    if left_out is not None:
        scores[left_out] = -np.inf
    scores -= scores.max(axis=1, keepdims=True)
    every = np.exp(scores)
    right = every * positive
    difference = every / every.sum(axis=1, keepdims=True) - right / np.maximum(right.sum(axis=1, keepdims=True), 1e-30)
    by_unit = difference @ targets / temperature
    by_moved = (by_unit - (by_unit * unit).sum(axis=1, keepdims=True) * unit) / length
    gradient: Vectors = by_moved.T @ questions / len(questions)
    return gradient
