"""The split is fixed by the ids alone, and fair to every category."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.evaluation.case import Case, DatasetCase
from pc_assistant.evaluation.split import choose

ids = st.from_regex(r"[a-z]{1,8}-[0-9]{1,3}", fullmatch=True)


@st.composite
def datasets(draw: st.DrawFn) -> list[DatasetCase]:
    names = draw(st.lists(ids, unique=True, min_size=1, max_size=40))
    return [
        DatasetCase(
            dataset=draw(st.sampled_from(["facts", "refusals"])),
            case=Case(id=name, category=draw(st.sampled_from("xyz")), question="?", expect="refuse"),
        )
        for name in names
    ]


def _ids(cases: list[Case]) -> set[str]:
    return {case.id for case in cases}


@given(datasets(), st.randoms())
def test_dev_and_test_part_each_category_and_order_does_not_matter(items: list[DatasetCase], random: Random) -> None:
    dev, test = choose(items, "dev"), choose(items, "test")
    assert _ids(dev) | _ids(test) == _ids(choose(items, "all"))
    assert not _ids(dev) & _ids(test)
    strata = Counter((item.dataset, item.case.category) for item in items)
    held = Counter((item.dataset, item.case.category) for item in items if item.case.id in _ids(test))
    assert all(abs(held[stratum] - size / 2) <= 0.5 for stratum, size in strata.items())
    shuffled = list(items)
    random.shuffle(shuffled)
    assert _ids(choose(shuffled, "test")) == _ids(test)


@given(datasets())
def test_a_file_is_split_alike_alone_and_with_others(items: list[DatasetCase]) -> None:
    alone = [item for item in items if item.dataset == "facts"]
    assert _ids(choose(alone, "test")) == _ids(choose(items, "test")) & {item.case.id for item in alone}


@given(datasets(), ids)
def test_a_new_case_moves_at_most_one_other(items: list[DatasetCase], name: str) -> None:
    if name in {item.case.id for item in items}:
        return
    more = [*items, DatasetCase(dataset="facts", case=Case(id=name, category="x", question="?", expect="refuse"))]
    moved = (_ids(choose(items, "test")) ^ _ids(choose(more, "test"))) - {name}
    assert len(moved) <= 1
