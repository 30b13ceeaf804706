"""How well a ranking serves a case: a chunk that holds the evidence is relevant.

nDCG after Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", with binary gains.
"""

from collections.abc import Callable, Sequence
from math import comb, log2

from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.text import plain

Relevant = Callable[[Case, str], bool]


def holds_one(case: Case, text: str) -> bool:
    """Whether a text states at least one key fact of the case."""
    return any(case.stated(plain(text)))


def holds_all(case: Case, text: str) -> bool:
    """Whether a text states as many key facts as a complete answer needs."""
    return sum(case.stated(plain(text))) >= case.needed


def hit(relevant: Sequence[bool], k: int) -> float:
    """1 where one of the first `k` is relevant, else 0."""
    return float(any(relevant[:k]))


def ndcg(relevant: Sequence[bool], held: int, k: int) -> float:
    """Discounted gain of the first `k` over the best that `held` relevant chunks allow; 0 where there are none."""
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(held, k) + 1))
    gain = sum(1 / log2(rank + 1) for rank, there in enumerate(relevant[:k], 1) if there)
    return gain / ideal if ideal else 0.0


def chance(held: int, size: int, k: int) -> float:
    """The probability that `k` chunks drawn blindly from `size`, of which `held` are relevant, hold one that is."""
    return 1 - comb(size - held, k) / comb(size, k) if size >= k else float(held > 0)
