"""Which texts hold a term: sorted places a term, four bytes each. A set of terms a text takes a hundred times as much."""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray


class Postings:
    """The places of the texts that hold each term."""

    def __init__(self, rows: Iterable[Iterable[str]]) -> None:
        """`rows` are the terms of each text."""
        places: dict[str, array[int]] = {}
        for place, row in enumerate(rows):
            for term in set(row):
                places.setdefault(term, array("i")).append(place)
        self._places: Mapping[str, array[int]] = places

    def holding(self, term: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the text at each of `places` holds a term."""
        held = np.frombuffer(self._places.get(term, array("i", [-1])), dtype=np.int32)
        found: NDArray[np.bool_] = held[np.minimum(np.searchsorted(held, places), len(held) - 1)] == places
        return found

    def holds(self, place: int, term: str) -> bool:
        """Whether the text at a place holds a term."""
        return bool(self.holding(term, np.array([place], dtype=np.int64))[0])
