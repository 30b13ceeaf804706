"""Answers, passages and sections as blocks."""

import re
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.citing import escape, render
from pc_assistant.answering.draft import Draft, Line, Support
from pc_assistant.channels import words
from pc_assistant.channels.blocks import Block, Run, of_answer, of_passage, of_section
from pc_assistant.domain.answers import RefusalReason
from pc_assistant.domain.documents import Block as HeldBlock
from pc_assistant.domain.documents import Chunk, Kind, Representation, Unit
from pc_assistant.web.bodies import Reason
from tests.fakes import CHUNK, DOCUMENT

SUPPORT = Support(chunk=CHUNK, document=DOCUMENT, unit=CHUNK.units[0])
ANSWER = r"""Ferries \[old\] sail. [1] [2] Rarely. [7]

Bring:

- a \*ticket\* [1]
- 3 \< 4

| Day | Sailings [2] |
| --- | --- |
| Monday \| Tuesday | 4 [2] |"""
TABLE = Chunk(
    id="a",
    document_id="ferry-guide",
    ordinal=0,
    section=("Sailings",),
    heading="Sailings",
    anchor="sailings",
    text="Two ferries. Both sail.\n\nBring:\n- a ticket\n- a coat\n\nDay | Sailings\nMonday | 4\nTuesday | 5",
    units=(
        Unit(kind="sentence", start=0, end=12, block=0),
        Unit(kind="sentence", start=13, end=23, block=0),
        Unit(kind="lead", start=25, end=31, block=1),
        Unit(kind="item", start=34, end=42, block=1, lead=2),
        Unit(kind="item", start=45, end=51, block=1, lead=2),
        Unit(kind="header", start=53, end=67, block=2),
        Unit(kind="row", start=68, end=78, block=2, lead=5),
        Unit(kind="row", start=79, end=90, block=2, lead=5),
    ),
)


def text(*runs: Run) -> str:
    return "".join(run.text for run in runs)


def test_an_answer_is_paragraphs_lists_and_tables() -> None:
    paragraph, lead, items, table = of_answer(ANSWER, {1, 2})
    assert paragraph == Block(
        "paragraph", ((Run("Ferries [old] sail."), Run(marker=1), Run(marker=2), Run(" Rarely. [7]")),)
    )  # a marker without its citation is no button
    assert text(*lead.items[0]) == "Bring:"
    assert items == Block("list", ((Run("a *ticket*"), Run(marker=1)), (Run("3 < 4"),)))
    assert table.header == ((Run("Day"),), (Run("Sailings"), Run(marker=2)))
    assert table.rows == (((Run("Monday | Tuesday"),), (Run("4"), Run(marker=2))),)


def test_a_table_may_have_no_header() -> None:
    (table,) = of_answer("|  |  |\n| --- | --- |\n| Monday | 4 [1] |", {1})
    assert table == Block("table", header=(), rows=(((Run("Monday"),), (Run("4"), Run(marker=1))),))


def test_a_table_of_rules_alone_is_empty() -> None:
    assert of_answer("| --- |\n| --- |", ()) == (Block("table"),)


LINES = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=("Cs", "Zs"), exclude_characters="\n") | st.sampled_from(" []|\\*_<>`-"), min_size=1).map(
            lambda words: " ".join(words.split(" ")).strip() or "x"
        ),
        st.sampled_from(["sentence", "item", "fixed"]),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
)


@given(LINES)
def test_every_word_of_a_rendered_answer_is_shown_and_nothing_else(lines: list[tuple[str, str, int]]) -> None:
    draft = Draft(
        lines=tuple(
            Line.model_validate({"text": f"a{said}", "kind": kind, "group": group, "supports": (SUPPORT,) if kind != "fixed" else ()})
            for said, kind, group in lines
        )
    )
    markdown, _ = render(draft)
    blocks = of_answer(markdown, {1})
    shown = " ".join(text(*item) for block in blocks for item in block.items)
    expected = " ".join(f"a{said}" for said, _, _ in lines)
    assert re.sub(r"\s+", " ", shown) == re.sub(r"\s+", " ", expected)
    markers = sum(run.marker == 1 for block in blocks for item in block.items for run in item)
    assert markers == sum(kind != "fixed" for _, kind, _ in lines)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n")))
def test_what_is_escaped_is_shown_as_it_was(said: str) -> None:
    blocks = of_answer(f"a{escape(said)}z", {1})
    assert [text(*block.items[0]) for block in blocks] == [f"a{said}z"]


def test_a_passage_is_shown_whole_with_its_quote_marked() -> None:
    quote = "Both sail.\n\nBring:\n- a ticket\n- a coat\n\nDay | Sailings\nMonday | 4"
    paragraph, lead, items, table = of_passage(TABLE, quote)
    assert paragraph.items == ((Run("Two ferries. "), Run("Both sail.", marked=True)),)
    assert lead.items == ((Run("Bring:", marked=True),),)
    assert items.items == ((Run("a ticket", marked=True),), (Run("a coat", marked=True),))
    assert table.header == ((Run("Day", marked=True),), (Run("Sailings", marked=True),))
    assert table.rows == (((Run("Monday", marked=True),), (Run("4", marked=True),)), ((Run("Tuesday"),), (Run("5"),)))


def test_a_quote_that_is_not_there_marks_nothing() -> None:
    blocks = of_passage(TABLE, "Three ferries.")
    assert not any(run.marked for block in blocks for row in (*block.items, *block.header) for run in row)


@given(st.integers(0, 90), st.integers(0, 90))
def test_marks_never_change_the_words(start: int, end: int) -> None:
    quote = TABLE.text[min(start, end) : max(start, end)]
    assert [words_of(block) for block in of_passage(TABLE, quote)] == [words_of(block) for block in of_passage(TABLE, "")]


def words_of(block: Block) -> list[str]:
    return [text(*runs) for runs in (*block.items, *block.header, *(cell for row in block.rows for cell in row))]


def test_a_section_is_marked_by_words_and_by_search() -> None:
    block = HeldBlock(kind="list", lead="Bring:", lines=("a ticket", "a coat or a ticket"), ordered=True)
    lead, items = of_section(block, ["a coat"], re.compile("ticket"))
    assert text(*lead.items[0]) == "Bring:"
    assert items.ordered
    assert items.items[1] == (Run("a coat", marked=True), Run(" or a "), Run("ticket", marked=True))
    (table,) = of_section(HeldBlock(kind="table", lead="Day | Sailings", lines=("Monday | 4",)), ["Monday | 4"])
    assert table.header == ((Run("Day"),), (Run("Sailings"),))
    assert table.rows == (((Run("Monday", marked=True),), (Run("4", marked=True),)),)


def test_sentences_marked_one_after_the_other_are_marked_as_one() -> None:
    block = HeldBlock(kind="paragraph", lines=("Two ferries.", "Both sail."))
    assert of_section(block, ["Two ferries.", "Both sail."])[0].items == ((Run("Two ferries. Both sail.", marked=True),),)


def test_every_kind_status_and_reason_has_its_words() -> None:
    assert set(words.KINDS) == set(words.BINDING) == set(get_args(Kind))
    assert set(words.HELD) == set(words.HELD_SHORT) == set(get_args(Representation))
    assert set(words.REFUSED) == set(get_args(RefusalReason))
    assert set(words.REASONS) == set(get_args(Reason))
    assert len(set(words.REFUSED.values()) | {words.ANSWERED, words.PARTIAL, words.NO_ANSWER}) == len(words.REFUSED) + 3
