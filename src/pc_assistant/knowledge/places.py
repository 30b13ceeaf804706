"""Where the words of a block are printed: pages and boxes of the lines that they were read from."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from pc_assistant.domain.documents import Block, Box
from pc_assistant.knowledge.markup import plain

NO_LETTER = re.compile(r"[\W_]+")
ENDS = 24
FAR = 300


class Spot(NamedTuple):
    """Where a line is printed: its page, from 1, and its edges in points from the top left corner, where they are known."""

    page: int
    box: tuple[int, int, int, int] | None = None


def placed(blocks: Sequence[Block], lines: Sequence[str], spots: Sequence[Spot | None]) -> tuple[Block, ...]:
    """The blocks made of `lines`, each with its page and the boxes of its lines.

    Both are compared by their letters and digits: marks, hyphens and white space may have changed on the way, the order has not.
    """
    stream, starts = _stream(lines)
    result: list[Block] = []
    cursor = 0

    def line_at(place: int) -> int:
        return bisect_right(starts, place) - 1

    for block in blocks:
        boxes: list[Box] = []
        pages: list[int] = []
        offset = 0
        for words in (block.lead, *block.lines):
            letters = NO_LETTER.sub("", words)
            start, end = _found(stream, letters, cursor)
            if letters and start >= 0:
                cursor = end
                index = [offset + n for n, letter in enumerate(words) if not NO_LETTER.match(letter)]
                for number in range(line_at(start), line_at(end - 1) + 1):
                    spot = spots[number]
                    if spot:
                        pages.append(spot.page)
                        begin = index[min(max(0, starts[number] - start), len(index) - 1)]
                        if spot.box and not (boxes and boxes[-1][1:] == (spot.page, *spot.box)):
                            boxes.append(Box(begin, spot.page, *spot.box))
            offset += len(words) + 1
        near = spots[line_at(min(cursor, len(stream) - 1))] if stream and not pages else None
        page = pages[0] if pages else near.page if near else None
        result.append(block.model_copy(update={"page": page, "boxes": tuple(boxes)}))
    return tuple(result)


def _stream(lines: Sequence[str]) -> tuple[str, list[int]]:
    """The letters of all lines, and where those of each begin."""
    parts = [NO_LETTER.sub("", plain(line)) for line in lines]
    starts: list[int] = []
    length = 0
    for part in parts:
        starts.append(length)
        length += len(part)
    return "".join(parts), starts


def _found(stream: str, letters: str, cursor: int) -> tuple[int, int]:
    """Where `letters` stand from `cursor` on; those with something dropped in between are found by their ends. (-1, -1) for nowhere."""
    start = stream.find(letters, cursor)
    if start >= 0 and (len(letters) >= ENDS or start - cursor <= FAR):
        return start, start + len(letters)
    if len(letters) > 2 * ENDS:
        start = stream.find(letters[:ENDS], cursor)
        end = stream.find(letters[-ENDS:], start + ENDS)
        if 0 <= start < end <= start + len(letters) + FAR:
            return start, end + ENDS
    return -1, -1
