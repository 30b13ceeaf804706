"""A fake Embedder for tests: hashed word counts, unit length, no model."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from pc_assistant.domain.ports import Vectors

WORD = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder:
    """Texts that share words are near; deterministic in every process."""

    name = "hashing@test"
    dimension = 128
    max_tokens = 256

    def count(self, text: str) -> int:
        """Words and marks, plus two as a real model's special ones."""
        return len(WORD.findall(text)) + 2

    def knows(self, word: str) -> bool:
        """No word is known."""
        return False

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 128)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.lower()):
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
            vectors[row, 0] += 1e-3
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors
