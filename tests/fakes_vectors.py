"""A VectorStore in memory: exact search over all vectors."""

from collections.abc import Sequence

import numpy as np

from pc_assistant.domain.ports import Vectors


class MemoryVectors:
    """Keeps unit vectors in a dictionary."""

    def __init__(self) -> None:
        self._vectors: dict[str, Vectors] = {}

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._vectors.update(zip(ids, vectors, strict=True))

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        near = (
            (name, float(np.dot(kept, vector) / (np.linalg.norm(kept) * np.linalg.norm(vector)))) for name, kept in self._vectors.items()
        )
        return sorted(near, key=lambda found: -found[1])[:k]

    def count(self) -> int:
        return len(self._vectors)
