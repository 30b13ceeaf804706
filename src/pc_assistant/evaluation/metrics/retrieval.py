"""Did the search find the sections that hold the answer?

Binary relevance by section; each section that the case names counts once, at the rank of its first passage. nDCG after Järvelin and
Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques".
"""

from functools import partial
from math import log2

from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record
from pc_assistant.evaluation.sections import hits


def source_ranks(record: Record) -> list[int | None] | None:
    """The rank (from 1) at which each source of the case was first found; None where the metric does not apply."""
    found = record.attempt.found
    if found is None or record.case.expect == "refuse" or not record.case.sources:
        return None
    return [
        next((rank for rank, passage in enumerate(found, start=1) if hits(source, passage.document_id, passage.section)), None)
        for source in record.case.sources
    ]


def _within(ranks: list[int | None], k: int) -> list[int]:
    return [rank for rank in ranks if rank and rank <= k]


def hit(record: Record, k: int) -> Score | None:
    """1 where any source is among the first `k` passages."""
    ranks = source_ranks(record)
    if ranks is None:
        return None
    best = min(_within(ranks, k), default=None)
    return Score(value=float(best is not None), reason=f"first found at rank {best}" if best else f"not in the first {k}")


def recall(record: Record, k: int) -> Score | None:
    """Share of the sources that are among the first `k` passages."""
    ranks = source_ranks(record)
    if ranks is None:
        return None
    missed = [source.section for source, rank in zip(record.case.sources, ranks, strict=True) if not rank or rank > k]
    return share(len(ranks) - len(missed), len(ranks), "missed " + "; ".join(missed) if missed else "")


def reciprocal_rank(record: Record) -> Score | None:
    """1 / rank of the first source found, 0 where there is none."""
    ranks = source_ranks(record)
    if ranks is None:
        return None
    best = min((rank for rank in ranks if rank), default=None)
    return Score(value=1 / best if best else 0.0, reason=f"first found at rank {best}" if best else "not found")


def ndcg(record: Record, k: int) -> Score | None:
    """Discounted gain of the sources over that of finding them at the ranks 1, 2, …; at most 1 where a passage serves two sources."""
    ranks = source_ranks(record)
    if ranks is None:
        return None
    gain = sum(1 / log2(1 + rank) for rank in _within(ranks, k))
    ideal = sum(1 / log2(1 + rank) for rank in range(1, min(len(ranks), k) + 1))
    return Score(value=min(1.0, gain / ideal), reason=f"ranks {', '.join(str(rank or 'none') for rank in ranks)}")


METRICS = (
    *(Metric(f"hit@{k}", partial(hit, k=k), f"a section that holds the answer is among the first {k} passages") for k in (1, 5, 10)),
    *(Metric(f"recall@{k}", partial(recall, k=k), f"share of the named sections among the first {k} passages") for k in (5, 10)),
    Metric("mrr", reciprocal_rank, "1 / rank of the first passage from a named section"),
    Metric("ndcg@10", partial(ndcg, k=10), "discounted gain of the named sections among the first 10 passages"),
)
