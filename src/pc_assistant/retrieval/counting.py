"""What texts hold, as numbers: words and terms are numbered once, and each document is counted once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = dict[str, int]  # only ever added to, so that what was counted by it stays true


@dataclass(frozen=True)
class Rows:
    """For each pair of a text and a term in it: the term's number, the text's row, and how often. `lengths` are the terms of each text."""

    terms: NDArray[np.int32]
    rows: NDArray[np.int32]
    counts: NDArray[np.float32]
    lengths: NDArray[np.int64]


def count(texts: Sequence[Sequence[str]], numbers: Numbers) -> Rows:
    """Counts the terms of texts, in the order in which they come; new ones are given a number."""
    found = [(numbers.setdefault(term, len(numbers)), row, n) for row, text in enumerate(texts) for term, n in Counter(text).items()]
    return Rows(
        np.array([one[0] for one in found], dtype=np.int32),
        np.array([one[1] for one in found], dtype=np.int32),
        np.array([one[2] for one in found], dtype=np.float32),
        np.array([len(text) for text in texts], dtype=np.int64),
    )


def join(parts: Sequence[Rows]) -> Rows:
    """The rows of several documents, those of each after those of the one before."""
    firsts = np.cumsum([0, *(len(part.lengths) for part in parts)])
    return Rows(
        np.concatenate([np.zeros(0, dtype=np.int32), *(part.terms for part in parts)]),
        np.concatenate([np.zeros(0, dtype=np.int32), *(part.rows + np.int32(first) for part, first in zip(parts, firsts, strict=False))]),
        np.concatenate([np.zeros(0, dtype=np.float32), *(part.counts for part in parts)]),
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.lengths for part in parts)]),
    )


def totals(rows: Rows, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The terms among the first `size` numbers that occur, in the order in which they first do, and how often each does."""
    numbers, first = np.unique(rows.terms, return_index=True)
    order = np.argsort(first, kind="stable")
    sums = np.bincount(rows.terms, weights=rows.counts, minlength=size)
    return numbers[order].astype(np.int64), sums[numbers[order]].astype(np.int64)
