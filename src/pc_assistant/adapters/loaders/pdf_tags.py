"""What a tagged PDF says of its own words: which block each belongs to, of what kind, in which order."""

import contextlib
from dataclasses import dataclass, field
from typing import Any

BLOCKS = {"P", "LI", "LBody", "Caption", "Note", "FENote", "BlockQuote", "TOCI", "Title", "Aside", "Code"}
HEADS = {f"H{n}": n for n in range(1, 10)} | {"H": 1}
KEPT = {"Table", "TOC", "TOCI", "Note", "FENote", "LI", "Lbl", "Artifact"}


@dataclass(frozen=True)
class Role:
    """A block of the page: its number in reading order, its kind, its level as a heading (else 0) and what it stands within."""

    number: int
    kind: str
    level: int
    within: frozenset[str]


@dataclass
class Roles:
    """The block of each marked piece of content, by page and number of the content."""

    found: dict[tuple[int, int], Role] = field(default_factory=dict)
    count: int = 0

    def of(self, page: int, mcid: int | None) -> Role | None:
        """The block of a word; None where nothing is said of it."""
        return self.found.get((page, mcid)) if mcid is not None else None


def read_roles(page: Any, roles: Roles) -> None:
    """Adds what the tags of a pdfplumber page say, where it has any that can be read."""
    with contextlib.suppress(Exception):  # of pdfminer's and pdfplumber's every kind: tags may be broken where the text is sound
        for child in page.structure_tree:
            _walk(child, page.page_number, roles, None, frozenset())


def _walk(element: dict[str, Any], page: int, roles: Roles, block: Role | None, within: frozenset[str], depth: int = 0) -> None:
    kind = str(element.get("type", ""))
    inside = within | {kind} if kind in KEPT else within
    level = HEADS.get(kind, 0)
    own = kind == "LI" or (kind in BLOCKS and "LI" not in within)  # an item is one block, however it is divided
    if level or own or block is None:
        roles.count += 1
        block = Role(roles.count, kind, level, inside)
    elif inside != block.within:
        block = Role(block.number, block.kind, block.level, inside)
    for mcid in element.get("mcids", ()):
        roles.found[page, mcid] = block
    if depth < 100:
        for child in element.get("children", ()):
            _walk(child, page, roles, block, inside, depth + 1)
