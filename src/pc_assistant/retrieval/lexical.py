"""BM25 over terms (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).

The same scores as bm25s gives them, to the last bit, but put together from what each document has been counted to hold, so that a corpus
in which one document has changed is not counted anew.
"""

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from pc_assistant.retrieval.counting import Numbers, Rows, count

K1 = 1.2
B = 0.75


class Lexical:
    """Scores texts by the terms that they share with a query."""

    def __init__(self, tokens: Sequence[Sequence[str]] = (), counted: Rows | None = None, numbers: Numbers | None = None) -> None:
        """`tokens` are the terms of each text, in any order; or they have been `counted` already, by `numbers`."""
        self._numbers: Numbers = {} if numbers is None else numbers
        rows = count(tokens, self._numbers) if counted is None else counted
        self._size = len(rows.lengths)
        holders = np.bincount(rows.terms, minlength=len(self._numbers))
        self._holders = holders
        order = np.argsort(rows.terms, kind="stable")
        self._starts = np.concatenate([[0], np.cumsum(holders)])
        self._rows = rows.rows[order]
        self._scores = self._scored(rows, holders)[order]

    def _scored(self, rows: Rows, holders: NDArray[np.int64]) -> NDArray[np.float32]:
        """The score of each pair of a term and a text, in the precision of each step that bm25s has."""
        if not len(rows.terms):
            return np.zeros(0, dtype=np.float32)
        many, which = np.unique(holders, return_inverse=True)
        idf = np.array([math.log(1 + (self._size - n + 0.5) / (n + 0.5)) for n in many.tolist()], dtype=np.float32)[which]
        lengths = K1 * ((1 - B) + B * rows.lengths / rows.lengths.mean())
        scores: NDArray[np.float32] = (idf[rows.terms] * (rows.counts / (lengths[rows.rows] + rows.counts))).astype(np.float32)
        return scores

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """One score a text, 0 where no term is shared."""
        result = np.zeros(self._size, dtype=np.float32)
        for term in query:
            if self.knows(term):
                number = self._numbers[term]
                held = slice(self._starts[number], self._starts[number + 1])
                result[self._rows[held]] += self._scores[held]
        return result

    def together(self, query: Sequence[str]) -> int:
        """How many texts hold all of some terms."""
        if not query or not all(map(self.knows, query)):
            return 0
        numbers = (self._numbers[term] for term in set(query))
        held = [self._rows[self._starts[number] : self._starts[number + 1]] for number in numbers]
        return len(reduce(np.intersect1d, held))

    def idf(self, term: str) -> float:
        """How telling a term is: the logarithm of how rare; the highest for one that no text holds."""
        n = self._holders[self._numbers[term]] if self.knows(term) else 0
        return float(np.log(1 + (self._size - n + 0.5) / (n + 0.5)))

    def knows(self, term: str) -> bool:
        """Whether any text holds the term."""
        number = self._numbers.get(term)
        return number is not None and number < len(self._holders) and bool(self._holders[number])
