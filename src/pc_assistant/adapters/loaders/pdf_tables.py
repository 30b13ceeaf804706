"""A table of a PDF, over one page or several, as rows of text."""

import re
from collections.abc import Sequence

from pc_assistant.adapters.loaders.grid import Cell, rows
from pc_assistant.adapters.loaders.pdf_page import Table
from pc_assistant.adapters.loaders.prose import Prose, escaped
from pc_assistant.knowledge.places import Spot


def write_table(prose: Prose, tables: Sequence[Table]) -> None:
    """Writes one table; where it goes on over pages, its parts, without the header that is printed again."""
    grid: list[list[Cell | None]] = []
    spots: list[Spot] = []
    for number, table in enumerate(tables):
        for r, row in enumerate(table.grid):
            if number and r == 0 and _texts(row) == _texts(tables[0].grid[0]):
                continue  # its header, printed again
            grid.append([Cell(_cell(cell[0]), (table.page, cell[1])) if cell else None for cell in row])
            spots.append(Spot(table.page, table.boxes[r]))
    titles, body, kept = rows(grid)
    for title in titles:
        prose.paragraph([(title, spots[0])])
    if body:
        prose.table(body, [spots[n] for n in kept])


def _texts(row: Sequence[tuple[str, tuple[float, ...]] | None]) -> list[str]:
    return [cell[0] if cell else "" for cell in row]


def _cell(text: str) -> str:
    """A cell on one line; lines that begin with a bullet as a list within."""
    lines = text.split("\n")
    if sum(1 for line in lines if line[:1] in "•▪●◦\uf0b7") > 1:
        points = re.split(r"(?:^|\n)[•▪●◦\uf0b7]\s*", text)
        return " ".join([escaped(points[0]), *(f"<li>{escaped(point)}</li>" for point in points[1:])]).strip()
    return escaped(" ".join(lines))
