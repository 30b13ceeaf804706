"""Tables with merged cells as plain rows: what a reader sees above or beside a cell stands in it."""

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Cell(NamedTuple):
    """A place of the grid; merged places share `identity`."""

    text: str
    identity: Hashable


def rows(grid: Sequence[Sequence[Cell | None]]) -> tuple[list[str], list[list[str]], list[int]]:
    """Titles (rows of one cell, at the top), rows of texts, all of one length, and which row of the grid each was.

    A cell merged downwards stands in each of its rows; of one merged sideways the further places are empty, but in a header of two rows:
    there it goes before each of the cells beneath it.
    """
    width = max(map(len, grid), default=0)
    numbered = [(n, [*row, *[None] * (width - len(row))]) for n, row in enumerate(grid) if any(cell and cell.text for cell in row)]
    kept = [n for n, _ in numbered]
    full = [row for _, row in numbered]
    titles: list[str] = []
    while len(full) > 1 and width > 1 and (first := full[0][0]) and all(_same(first, cell) for cell in full[0]):
        titles.append(first.text)
        full, kept = full[1:], kept[1:]
    head: list[list[str]] = []
    if len(full) > 2 and _spans(full[0]):
        head = [[_joined(a, b) for a, b in zip(full[0], full[1], strict=True)]]
        full, kept = full[2:], kept[1:]
    made = [[cell.text if cell and (c == 0 or not _same(row[c - 1], cell)) else "" for c, cell in enumerate(row)] for row in full]
    return titles, [*head, *made], kept


def _same(left: Cell | None, right: Cell | None) -> bool:
    return left is not None and right is not None and left.identity == right.identity


def _spans(row: Sequence[Cell | None]) -> bool:
    return any(_same(left, right) for left, right in pairwise(row))


def _joined(above: Cell | None, below: Cell | None) -> str:
    if _same(above, below):
        return above.text if above else ""
    return " – ".join(cell.text for cell in (above, below) if cell and cell.text)
