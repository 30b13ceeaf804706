"""Parts as Markdown tables."""

from collections.abc import Iterable

from bench.figures import Budget, Figure, Part, Row


def markdown(parts: Iterable[Part]) -> str:
    """One headed table a part."""
    return "\n".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    budgets = any(row.budget for row in part.rows)
    heads = ["", *part.columns, "n", *(["budget"] if budgets else [])]
    lines = [f"### {part.title}", "", part.note, "", _line(heads), _line(["---", *["---:"] * (len(heads) - 1)])]
    for row in part.rows:
        cells = [_figure(row.figures[column]) if column in row.figures else "" for column in part.columns]
        lines.append(_line([row.what, *cells, f"{row.n:,}", *([_budget(row)] if budgets else [])]))
    return "\n".join([*lines, ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(figure: Figure) -> str:
    if figure.low == figure.high:
        return number(figure.value)
    return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"


def _budget(row: Row) -> str:
    budget = row.budget
    if budget is None:
        return ""
    figure = row.figures[budget.column]
    return f"{words(budget)}: {'met' if budget.met(figure.value) else '**missed**'}"


def words(budget: Budget) -> str:
    """A budget as it is read: "p50, × ≤ 3"."""
    bounds = [f"≤ {number(budget.most)}"] if budget.most is not None else []
    bounds += [f"≥ {number(budget.least)}"] if budget.least is not None else []
    return f"{budget.column} {' and '.join(bounds)}"


def number(value: float) -> str:
    """Three figures that count, none after the point from 100 on."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 or value == int(value) else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
