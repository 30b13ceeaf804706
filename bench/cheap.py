"""An Embedder whose work takes no time: hashed directions of words, of the size of the real vectors.

Where hundreds of thousands of texts are embedded, the model's own time (measured by `bench ingest`) would hide everything else.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from pc_assistant.domain.ports import Vectors

WORD = re.compile(r"\w+")


class CheapEmbedder:
    """Texts that share words are near; deterministic in every process."""

    name = "cheap@bench"
    max_tokens = 256

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._directions: dict[str, Vectors] = {}

    def count(self, text: str) -> int:
        """Words, and a third more for those that a model cuts."""
        return len(text.split()) * 4 // 3 + 2

    def knows(self, word: str) -> bool:
        """Every word, so that nothing is taken for misspelt."""
        return True

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.lower()):
                vectors[row] += self._direction(word)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    def _direction(self, word: str) -> Vectors:
        if word not in self._directions:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            self._directions[word] = np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        return self._directions[word]
