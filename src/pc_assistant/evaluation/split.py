"""The split of a dataset into `dev` (to work with) and `test` (only for the gate)."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from pc_assistant.evaluation.case import Case, DatasetCase

Split = Literal["dev", "test", "all"]
TEST_SHARE = 0.5


def choose(cases: Sequence[DatasetCase], split: Split) -> list[Case]:
    """The cases of one split, in the given order.

    Of each category of each file, the half whose ids have the lowest SHA-256 is `test`. So the split depends on neither the order of the
    lines nor the other files asked for, and adding a case moves at most one other across.
    """
    if split == "all":
        return [item.case for item in cases]
    test = _test_ids(cases)
    return [item.case for item in cases if (item.case.id in test) == (split == "test")]


def _test_ids(cases: Sequence[DatasetCase]) -> set[str]:
    strata: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in cases:
        strata[item.dataset, item.case.category].append(item.case.id)
    chosen: set[str] = set()
    for ids in strata.values():
        ids.sort(key=lambda case_id: hashlib.sha256(case_id.encode()).digest())
        chosen.update(ids[: round(len(ids) * TEST_SHARE)])
    return chosen
