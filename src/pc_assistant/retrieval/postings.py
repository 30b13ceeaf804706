"""Which texts hold a term: sorted places a term, four bytes each. A set of terms a text takes a hundred times as much."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pc_assistant.retrieval.counting import Numbers, Rows, count


class Postings:
    """The places of the texts that hold each term."""

    def __init__(self, rows: Iterable[Iterable[str]] = (), counted: Rows | None = None, numbers: Numbers | None = None) -> None:
        """`rows` are the terms of each text; or they have been `counted` already, by `numbers`."""
        self._numbers: Numbers = {} if numbers is None else numbers
        held = count([list(row) for row in rows], self._numbers) if counted is None else counted
        self._places = held.rows[np.argsort(held.terms, kind="stable")]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(held.terms, minlength=len(self._numbers)))])

    def holding(self, term: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the text at each of `places` holds a term."""
        number = self._numbers.get(term, len(self._starts))
        if number + 1 >= len(self._starts) or self._starts[number] == self._starts[number + 1]:
            return np.zeros(len(places), dtype=np.bool_)
        held = self._places[self._starts[number] : self._starts[number + 1]]
        found: NDArray[np.bool_] = held[np.minimum(np.searchsorted(held, places), len(held) - 1)] == places
        return found

    def holds(self, place: int, term: str) -> bool:
        """Whether the text at a place holds a term."""
        return bool(self.holding(term, np.array([place], dtype=np.int64))[0])
