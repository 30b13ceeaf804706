"""Do the passages hold the facts? The ceiling that retrieval, and the corpus itself, put on the answer."""

from functools import partial

from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Found, Record
from pc_assistant.evaluation.text import plain


def stated_in(record: Record, passages: tuple[Found, ...]) -> tuple[bool, ...]:
    """Which key facts the passages state, taken together."""
    return record.case.stated(plain(" ".join(passage.text for passage in passages)))


def in_first(record: Record, k: int) -> Score | None:
    """Share of the key facts that stand in the first `k` passages."""
    found = record.attempt.found
    if found is None or record.case.expect == "refuse":
        return None
    return _share(stated_in(record, found[:k]))


def in_corpus(record: Record) -> Score | None:
    """Share of the key facts that stand in a passage of a named section or in one that was found."""
    if record.attempt.found is None or record.case.expect == "refuse":
        return None
    return _share(stated_in(record, (*record.attempt.found, *record.attempt.held)))


def _share(stated: tuple[bool, ...]) -> Score:
    missing = [str(number) for number, there in enumerate(stated, start=1) if not there]
    return share(sum(stated), len(stated), f"without fact {', '.join(missing)}" if missing else "")


METRICS = (
    Metric("facts_in_corpus", in_corpus, "share of the key facts that the corpus states where the case says", gate="no"),
    *(Metric(f"facts@{k}", partial(in_first, k=k), f"share of the key facts in the first {k} passages") for k in (5, 10)),
)
