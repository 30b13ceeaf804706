from bench.figures import Budget, Figure, Part, Row, columns_over_rounds, exact, over_rounds, quantile
from bench.table import markdown, number, words


def test_a_figure_over_rounds_is_their_median_with_the_extremes() -> None:
    assert over_rounds([3.0, 1.0, 9.0]) == Figure(value=3.0, low=1.0, high=9.0)
    assert columns_over_rounds([{"ms": 1.0}, {"ms": 5.0}]) == {"ms": Figure(value=3.0, low=1.0, high=5.0)}


def test_a_quantile_lies_between_the_values() -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0, 5.0], 0.5) == 3.0
    assert quantile([0.0, 10.0], 0.95) == 9.5


def test_a_budget_is_kept_up_to_its_bound() -> None:
    most, least = Budget(column="×", most=3), Budget(column="×", least=0.9)
    assert [most.met(value) for value in (2.9, 3.0, 3.1)] == [True, True, False]
    assert [least.met(value) for value in (0.89, 0.9, 1.0)] == [False, True, True]
    assert (words(most), words(least)) == ("× ≤ 3", "× ≥ 0.90")


def test_numbers_show_three_figures() -> None:
    assert [number(value) for value in (0.1234, 4.0, 12.34, 123.4, 12345.6)] == ["0.12", "4", "12.3", "123", "12,346"]


def test_a_part_becomes_a_table_with_gaps_where_a_row_has_no_figure() -> None:
    part = Part(
        title="One answer",
        note="Ratios.",
        rows=(
            Row(what="floor", figures={"×": exact(1.0)}, n=1200),
            Row(what="answer", figures={"×": over_rounds([3.5, 4.5]), "ms": exact(12.5)}, n=2, budget=Budget(column="×", most=3)),
        ),
    )
    assert markdown([part]).splitlines() == [
        "### One answer",
        "",
        "Ratios.",
        "",
        "|  | × | ms | n | budget |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| floor | 1 |  | 1,200 |  |",
        "| answer | 4 (3.50 to 4.50) | 12.5 | 2 | × ≤ 3: **missed** |",
    ]
