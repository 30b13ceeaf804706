"""An answer's blocks as the Markdown of a Teams message, and as plain words for notifications and screen readers.

Teams messages know no tables. A row becomes a list item in which each cell stands behind its column's name; where every cell has sources of
its own, the table compares its columns, and each of them becomes a list.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from pc_assistant.channels.blocks import Block, Run, Runs

# Only what Teams would read as markup: an underscore inside a word and the ampersand of "R&D" stay as they are.
MARKUP = re.compile(r"[\\`*\[\]~<>]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
LINE_START = re.compile(r"[#+=-]|\d{1,9}(?=[.)])")


def escaped(text: str) -> str:
    """`text` on one line, so that Teams shows it as it is wherever it stands."""
    return _started(_inline(text))


def markdown(block: Block) -> str:
    """One block as Markdown, markers as ` [1]`."""
    if block.kind == "paragraph":
        return "\n\n".join(_line(runs) for runs in block.items)
    if _compares(block):
        columns = zip(*block.rows, strict=True)
        lists = zip(block.header, ([cell for cell in column if not _is_filler(cell)] for column in columns), strict=True)
        return "\n\n".join(f"**{_line(name)}**\n\n{_list(cells)}" for name, cells in lists if cells)
    return _list(_lines(block))


def plain(blocks: Sequence[Block]) -> str:
    """The words alone, without markup and markers."""
    return " ".join(" ".join("".join(run.text for run in runs).split()) for block in blocks for runs in _lines(block))


def _compares(table: Block) -> bool:
    cells = [cell for row in table.rows for cell in row if not _is_filler(cell)]
    even = all(len(row) == len(table.header) for row in table.rows) and all(table.header)
    return bool(cells) and even and all(any(run.marker is not None for run in cell) for cell in cells)


def _is_filler(cell: Runs) -> bool:
    return "".join(run.text for run in cell).strip(" –-") == "" and all(run.marker is None for run in cell)


def _list(items: Iterable[Runs]) -> str:
    return "\n".join(f"- {_line(runs)}" for runs in items)


def _lines(block: Block) -> Iterator[Runs]:
    """What stands on a line of its own; a row as `column: cell; column: cell`."""
    yield from block.items
    for row in block.rows:
        yield tuple(_row(block.header, row))


def _row(header: tuple[Runs, ...], row: tuple[Runs, ...]) -> Iterator[Run]:
    between = False
    for name, cell in zip_longest(header, row, fillvalue=()):
        if cell:
            yield from ((Run("; "),) if between else ())
            yield from ((*name, Run(": ")) if name else ())
            yield from cell
            between = True


def _line(runs: Runs) -> str:
    return _started("".join(f" [{run.marker}]" if run.marker is not None else _inline(run.text) for run in runs))


def _inline(text: str) -> str:
    return MARKUP.sub(lambda found: ENTITIES.get(found.group(), f"\\{found.group()}"), text)


def _started(line: str) -> str:
    """A line with its white space made single and nothing at its start that would make a list or a heading of it."""
    line = " ".join(line.split())
    found = LINE_START.match(line)
    if not found:
        return line
    return f"{line[: found.end()]}\\{line[found.end() :]}" if found.group().isdigit() else f"\\{line}"
