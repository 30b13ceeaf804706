"""Documents with known structure: what is written down here is what every loader must find again."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "list", "table", "note"]


@dataclass(frozen=True)
class Item:
    """A heading (with `level`), a paragraph, a list or a table; `footnote` hangs on a paragraph's first sentence."""

    kind: Kind
    lines: tuple[str, ...]
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    ordered: bool = False
    footnote: str = ""


@dataclass(frozen=True)
class Truth:
    """A document: its title, its items in reading order, and the furniture that must not be found."""

    title: str
    items: tuple[Item, ...]
    furniture: tuple[str, ...] = ()


def heading(level: int, text: str) -> Item:
    """A heading."""
    return Item("heading", (text,), level)


def paragraph(*sentences: str, footnote: str = "") -> Item:
    """A paragraph of sentences."""
    return Item("paragraph", sentences, footnote=footnote)


def bullets(*lines: str, ordered: bool = False) -> Item:
    """A list."""
    return Item("list", lines, ordered=ordered)


def table(*rows: tuple[str, ...]) -> Item:
    """A table, its first row the header. A cell `^` goes on from the cell above, `<` from the cell to its left."""
    return Item("table", (), rows=rows)


PLACES = (
    "Lundy",
    "Ilfracombe",
    "Bideford",
    "Appledore",
    "Clovelly",
    "Hartland",
    "Bude",
    "Padstow",
    "Newquay",
    "Looe",
    "Fowey",
    "Dartmouth",
)
TIDES = ("spring", "neap", "ebb", "flood", "slack", "storm", "evening", "morning")


def filler(number: int, sentences: int = 5) -> Item:
    """A paragraph whose every sentence stands nowhere else."""
    made = []
    for n in range(sentences):
        place, tide = PLACES[(number * 5 + n) % len(PLACES)], TIDES[(number + 3 * n) % len(TIDES)]
        made.append(
            f"At the {tide} tide number {number * 10 + n} the harbour office of {place} counts {number + 13 * n + 7} boats along the northern breakwater."
        )
    return paragraph(*made)


HARBOUR = Truth(
    "Handbook of the harbours",
    (
        heading(1, "About this handbook"),
        paragraph(
            "This handbook tells every harbour office how ferries, pilots and buoys are looked after.",
            "It was written by the pilots of the western approaches.",
            footnote="The pilots met at Bideford in the spring of the same year.",
        ),
        filler(1),
        filler(2),
        heading(2, "Who it is for"),
        paragraph("Three offices share the handbook:"),
        bullets(
            "the harbour office, which keeps the quays",
            "the pilot office, which brings the ships in",
            "the buoy yard, which mends what floats",
        ),
        filler(3),
        filler(4),
        heading(1, "Sailings and fares"),
        filler(5),
        heading(2, "Fares by crossing"),
        paragraph("The fares below hold for the summer."),
        table(
            ("Crossing", "Single fare", "Return fare"),
            ("Lundy", "£14.50", "£26.00"),
            ("Clovelly", "£6.25", "£11.75"),
            ("Padstow and Rock", "£3.00", "£5.50"),
        ),
        filler(6),
        heading(3, "Fares by season"),
        table(
            ("Crossing", "Summer", "<", "Winter"),
            ("^", "Single", "Return", "Single"),
            ("Bude", "£4.10", "£7.70", "£3.30"),
            ("Looe", "£5.20", "£9.90", "£4.40"),
        ),
        filler(7),
        heading(2, "Duties on the quay"),
        table(
            ("Office", "Duty", "When"),
            ("Harbour office", "opens the lock", "at high water"),
            ("^", "lights the quay lamps", "at dusk"),
            ("Pilot office", "boards the ships", "two miles out"),
        ),
        filler(8),
        heading(1, "Steps before a sailing"),
        paragraph("Before each sailing the master goes through these steps:"),
        bullets("count the passengers aboard", "test the radio with the coastguard", "cast off the stern line last", ordered=True),
        *(filler(number) for number in range(9, 21)),
        heading(1, "Storms"),
        paragraph("No ferry leaves in a storm.", footnote="A storm is wind of force ten or more."),
        *(filler(number) for number in range(21, 27)),
    ),
    furniture=("Harbour handbook – edition of 2019", "Western approaches office"),
)
