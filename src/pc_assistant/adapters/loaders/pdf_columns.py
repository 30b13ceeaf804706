"""The reading order of a page: strips from the top down, columns where one gutter runs through several strips."""

from collections.abc import Iterator, Sequence

from pc_assistant.adapters.loaders.pdf_page import Page, Piece, Table, Word, inside, lines_of

GUTTER = 0.9
CELL_WORDS = 5
LARGE = 1.1


def in_order(page: Page, words: Sequence[Word], body: float) -> list[list[Piece]]:
    """The pieces of a page in reading order, a list a column: what is read together stands together."""
    free = [word for word in words if not any(inside(word, (t.x0, t.top, t.x1, t.bottom)) for t in page.tables)]
    things: list[Word | Table] = [*free, *page.tables]
    return [column for column in _columns(things, page.number, body, 0) if column]


def _columns(things: Sequence[Word | Table], page: int, body: float, depth: int) -> Iterator[list[Piece]]:
    """Strips from the top down; where one gutter runs through several strips, its left side comes before its right."""
    if not things:
        return
    left, right = min(t.x0 for t in things), max(t.x1 for t in things)
    inner = (left + 0.15 * (right - left), right - 0.15 * (right - left))
    plain: list[Word | Table] = []
    for strips, gutters in _bands(_strips(things), inner, GUTTER * body) if depth < 4 else [(_strips(things), [])]:
        parts = _parts(strips, gutters)
        if len(parts) < 2:
            plain.extend(t for strip in strips for t in strip)
            continue
        yield _stacked(plain, page)
        plain = []
        table = _unruled(strips, gutters, page)
        if table:
            yield [table]
            continue
        for part in parts:
            yield from _columns(part, page, body, depth + 1)
    yield _stacked(plain, page)


def _stacked(things: Sequence[Word | Table], page: int) -> list[Piece]:
    pieces: list[Piece] = [t for t in things if isinstance(t, Table)]
    pieces += lines_of([t for t in things if isinstance(t, Word)], page)
    return sorted(pieces, key=lambda piece: piece.top)


def _strips(things: Sequence[Word | Table]) -> list[list[Word | Table]]:
    """Things that overlap from the top down, between lines of white that run over the whole width."""
    strips: list[list[Word | Table]] = []
    end = 0.0
    for thing in sorted(things, key=lambda t: t.top):
        slack = 0.15 * (thing.bottom - thing.top) if isinstance(thing, Word) else 0.0
        if strips and thing.top + slack < end:
            strips[-1].append(thing)
        else:
            strips.append([thing])
        end = max(end, thing.bottom - slack)
    return strips


Span = tuple[float, float]


def _bands(strips: Sequence[list[Word | Table]], inner: Span, least: float) -> Iterator[tuple[list[list[Word | Table]], list[Span]]]:
    """Runs of strips that share a gutter, with their gutters; strips without one stand alone."""
    run: list[list[Word | Table]] = []
    shared: list[Span] = []
    for strip in strips:
        free = _free(strip, inner, least)
        common = [(max(a, c), min(b, d)) for a, b in shared for c, d in free if min(b, d) - max(a, c) >= least] if run else free
        if run and not common:
            tail = _headings_at_the_end(run, shared)
            yield run[: len(run) - len(tail)], shared
            run, common = [*tail], free
            for kept in tail:
                common = [(max(a, c), min(b, d)) for a, b in common for c, d in _free(kept, inner, least) if min(b, d) - max(a, c) >= least]
        if common:
            run.append(strip)
            shared = common
        else:
            for alone in (*run, strip):
                yield [alone], []
            run, shared = [], []
    if run:
        yield run, shared


def _headings_at_the_end(run: Sequence[list[Word | Table]], gutters: Sequence[Span]) -> list[list[Word | Table]]:
    """The headings at the end of the left column that belong to what follows over the whole width."""
    tail: list[list[Word | Table]] = []
    sizes = sorted(word.size for strip in run for word in strip if isinstance(word, Word))
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    for strip in reversed(run):
        big = all(isinstance(t, Word) and (t.size > LARGE * usual or t.bold) for t in strip)
        if not big or any(t.x0 >= gutters[0][0] for t in strip):
            break
        tail.insert(0, strip)
    return tail if len(tail) < len(run) else []


def _free(strip: Sequence[Word | Table], inner: Span, least: float) -> list[Span]:
    """The white between the things of a strip, within `inner`."""
    free: list[Span] = []
    edge = float("-inf")
    for thing in sorted(strip, key=lambda t: t.x0):
        if thing.x0 - edge >= least:
            free.append((edge, thing.x0))
        edge = max(edge, thing.x1)
    free.append((edge, float("inf")))
    cut = [(max(a, inner[0]), min(b, inner[1])) for a, b in free]
    return [(a, b) for a, b in cut if b - a >= least]


def _parts(strips: Sequence[Sequence[Word | Table]], gutters: Sequence[Span]) -> list[list[Word | Table]]:
    """What stands between the gutters, where each part has three lines or a table, and at least one strip has several parts."""
    parts = [list(part) for part in _divided([t for strip in strips for t in strip], gutters) if part]
    side_by_side = sum(1 for strip in strips if sum(1 for part in _divided(strip, gutters) if part) > 1)
    tall = all(any(isinstance(t, Table) for t in part) or len(lines_of([t for t in part if isinstance(t, Word)], 0)) > 1 for part in parts)
    return parts if len(parts) > 1 and side_by_side and tall else []


def _divided(things: Sequence[Word | Table], gutters: Sequence[Span]) -> list[list[Word | Table]]:
    parts: list[list[Word | Table]] = [[] for _ in range(len(gutters) + 1)]
    for thing in things:
        parts[sum(1 for a, b in gutters if thing.x0 >= (a + b) / 2)].append(thing)
    return parts


def _unruled(strips: Sequence[Sequence[Word | Table]], gutters: Sequence[Span], page: int) -> Table | None:
    """A table without rules: short cells, nearly all filled, side by side on the same lines."""
    if len(strips) < 3 or any(isinstance(t, Table) for strip in strips for t in strip):
        return None
    grid: list[tuple[tuple[str, tuple[float, ...]] | None, ...]] = []
    boxes: list[tuple[int, int, int, int]] = []
    cells = words = 0
    for r, strip in enumerate(strips):
        parts = [[t for t in part if isinstance(t, Word)] for part in _divided(strip, gutters)]
        lines = [lines_of(part, page) for part in parts]
        if any(len(part) > 1 for part in lines):
            return None
        cells += sum(1 for part in parts if part)
        words += sum(map(len, parts))
        grid.append(tuple((part[0].text if part else "", (r, c)) for c, part in enumerate(lines)))
        x0, top, x1, bottom = (f(getattr(t, name) for t in strip) for f, name in ((min, "x0"), (min, "top"), (max, "x1"), (max, "bottom")))
        boxes.append((int(x0), int(top), round(x1), round(bottom)))
    if cells < 0.8 * len(strips) * (len(gutters) + 1) or words > CELL_WORDS * cells:
        return None
    return Table(tuple(grid), tuple(boxes), page, min(b[0] for b in boxes), boxes[0][1], max(b[2] for b in boxes), boxes[-1][3])
