"""Texts, chunks and drafts for tests of answering: ordinary ones by hand, odd ones at random."""

from collections.abc import Sequence

from hypothesis import strategies as st

from pc_assistant.answering.draft import Draft, Line, LineKind, Support
from pc_assistant.domain.documents import Chunk, Document, Unit, UnitKind

DOCUMENT = Document(id="guide", title="Guide", publisher="The harbour")


def chunk(identity: str, *texts: str, kind: UnitKind = "sentence") -> Chunk:
    """A chunk whose units are the texts, a line each."""
    units, start = [], 0
    for text in texts:
        units.append(Unit(kind=kind, start=start, end=start + len(text), block=0))
        start += len(text) + 1
    return Chunk(
        id=identity,
        document_id="guide",
        ordinal=0,
        section=("Tides",),
        heading="Tides",
        anchor="tides",
        text="\n".join(texts),
        units=tuple(units),
    )


def line(text: str, *cited: str, kind: LineKind = "sentence", group: int = 0) -> Line:
    """A line that rests on texts, each of a chunk of its own."""
    chunks = [chunk(f"c-{words}", words) for words in cited]
    return Line(text=text, kind=kind, supports=tuple(Support(chunk=c, document=DOCUMENT, unit=c.units[0]) for c in chunks), group=group)


# Whatever may stand in one line of a document, mark-up and what looks like markers included.
texts = st.one_of(
    st.lists(
        st.sampled_from(["the ferry", "[1]", "[2]", "\\[3]", "\\", "|", "a | b", "*", "<b>", "`", "_x_", "sails.", "£2m", "1"]),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30),
)


@st.composite
def chunks(draw: st.DrawFn) -> list[Chunk]:
    """One to four chunks of one to five units."""
    found = draw(st.lists(st.lists(texts, min_size=1, max_size=5), min_size=1, max_size=4))
    return [chunk(f"chunk-{number}", *units) for number, units in enumerate(found)]


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Groups of sentences, lists with and without a lead-in, tables with and without a header, and comparisons, over random chunks."""
    held = draw(chunks())

    def supports(least: int = 1) -> tuple[Support, ...]:
        picked = draw(st.lists(st.sampled_from(held), min_size=least, max_size=2))
        return tuple(Support(chunk=c, document=DOCUMENT, unit=draw(st.sampled_from(c.units))) for c in picked)

    def verbatim(kind: LineKind, group: int) -> Line:
        found = supports()
        return Line(text=found[0].words, kind=kind, supports=found, group=group)

    def block(group: int) -> Sequence[Line]:
        size = draw(st.integers(1, 3))
        shape = draw(st.sampled_from(["sentences", "list", "led", "named", "table", "headed", "comparison"]))
        if shape == "comparison":
            columns = draw(st.integers(2, 3))
            header = Line(text=" | ".join("ABC"[:columns]), kind="fixed_header", group=group)
            cells = [tuple(draw(st.sampled_from([verbatim("sentence", group), BLANK])) for _ in range(columns)) for _ in range(size)]
            return [header, *(Line(text="", kind="cells", cells=row, group=group) for row in cells)]
        kind: LineKind = {"sentences": "sentence", "table": "row", "headed": "row"}.get(shape, "item")
        first = {
            "led": [verbatim("lead", group)],
            "headed": [verbatim("header", group)],
            "named": [Line(text="Tides:", kind="fixed", group=group)],
        }.get(shape, [])
        return [*first, *(verbatim(kind, group) for _ in range(size))]

    return Draft(lines=tuple(line for group in range(draw(st.integers(1, 4))) for line in block(group)))


BLANK = Line(text="–", kind="fixed")


def shown(markdown: str) -> tuple[list[int], str]:
    """The markers of a Markdown text in order, and what a reader sees of the rest; a bracket after an odd backslash is none."""
    markers: list[int] = []
    rest = ""
    position = 0
    while position < len(markdown):
        if markdown[position] == "\\" and position + 1 < len(markdown):
            rest += markdown[position + 1]
            position += 2
        elif markdown[position] == "[":
            end = markdown.index("]", position)
            markers.append(int(markdown[position + 1 : end]))
            position = end + 1
        else:
            rest += markdown[position]
            position += 1
    return markers, rest
