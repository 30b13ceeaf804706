"""BM25 over terms (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), by bm25s."""

from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray


class Lexical:
    """Scores texts by the terms that they share with a query."""

    def __init__(self, tokens: Sequence[Sequence[str]]) -> None:
        """`tokens` are the terms of each text, in any order."""
        self._size = len(tokens)
        self._vocabulary = frozenset(term for row in tokens for term in row)
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        if self._vocabulary:
            self._index.index(tokens, show_progress=False)
        holders: dict[str, int] = {}
        for row in tokens:
            for term in set(row):
                holders[term] = holders.get(term, 0) + 1
        self._idf = {term: float(np.log(1 + (self._size - n + 0.5) / (n + 0.5))) for term, n in holders.items()}

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """One score a text, 0 where no term is shared."""
        known = [term for term in query if term in self._vocabulary]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        result: NDArray[np.float32] = self._index.get_scores(known)
        return result

    def idf(self, term: str) -> float:
        """How telling a term is: the logarithm of how rare; the highest for one that no text holds."""
        return self._idf.get(term, float(np.log(1 + 2 * (self._size + 0.5))))

    def knows(self, term: str) -> bool:
        """Whether any text holds the term."""
        return term in self._vocabulary
