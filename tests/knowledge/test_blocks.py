import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.domain.documents import Block
from pc_assistant.knowledge.blocks import alone, is_row, parse
from tests.knowledge.texts import phrases, spoken

words = phrases.map(lambda text: "Ferry " + text.replace(":", ""))
row = st.lists(words, min_size=2, max_size=3)


@given(
    st.lists(
        st.one_of(words, words.map("- {}".format), words.map("•\t{}".format), row.map("\t".join), row.map("| {} |".format), st.just(""))
    )
)
def test_every_word_of_the_lines_stands_in_a_block_in_order(lines: list[str]) -> None:
    assert spoken(text for block in parse(lines) for text in (block.lead, *block.lines)) == spoken(lines)


@given(st.lists(st.text(max_size=40)))
def test_any_lines_can_be_read(lines: list[str]) -> None:
    for block in parse(lines):
        assert all(line.strip() for line in block.lines) and block.lines


def test_paragraphs_lists_and_tables_follow_each_other() -> None:
    text = """
The ferry sails daily. It needs:
- a crew,
  paid by the week
- **fuel**
- a tide that
serves

Fares follow.
| Day | Fare |
|-----|------|
| Monday | £4 |
"""
    assert parse(text.split("\n")) == (
        Block(kind="paragraph", lines=("The ferry sails daily.",)),
        Block(kind="list", lead="It needs:", lines=("a crew, paid by the week", "fuel", "a tide that serves")),
        Block(kind="paragraph", lines=("Fares follow.",)),
        Block(kind="table", lead="Day | Fare", lines=("Monday | £4",)),
    )


@pytest.mark.parametrize("ending", [":", " –", "…", " ...", " to"])
def test_a_list_takes_the_lead_in_before_it(ending: str) -> None:
    assert parse([f"First this. They agreed{ending}", "", "• sail", "• rest"])[1:] == (
        Block(kind="list", lead=f"They agreed{ending}", lines=("sail", "rest")),
    )


@pytest.mark.parametrize("before", ["They moved to Toronto", "They agreed.", "They sail"])
def test_what_does_not_lead_in_stays_a_paragraph(before: str) -> None:
    paragraph, items = parse([before, "", "- sail", "- rest"])
    assert (paragraph.lines, items.lead) == ((before,), "")


def test_a_lead_in_outlives_a_list_without_words() -> None:
    assert parse(["We need:", "", "- <br>", "- ![](x.png)"]) == (Block(kind="paragraph", lines=("We need:",)),)


@pytest.mark.parametrize(
    ("lines", "ordered"),
    [
        (["1. sail", "2. rest"], True),
        (["1) sail", "", "2) rest"], True),
        (["- 1. sail", "- 2. rest"], True),
        (["* sail", "* rest"], False),
        (["•\tsail", "•\trest"], False),
    ],
)
def test_a_list_is_numbered_or_not(lines: list[str], ordered: bool) -> None:
    assert parse(lines) == (Block(kind="list", lines=("sail", "rest"), ordered=ordered),)


def test_a_dash_or_a_year_that_begins_a_wrapped_line_is_no_item() -> None:
    assert parse(["The ferry sailed", "– as it always had – in", "19. century style."]) == (
        Block(kind="paragraph", lines=("The ferry sailed – as it always had – in 19. century style.",)),
    )


def test_a_dash_after_a_lead_in_is_an_item() -> None:
    assert parse(["They will:", "– sail", "– rest"]) == (Block(kind="list", lead="They will:", lines=("sail", "rest")),)


@pytest.mark.parametrize(
    "furniture", ["12", "Page 3 of 12", "Classification: Official", "---", "A photo of the quay, taken at dawn", "***"]
)
def test_a_paragraph_and_a_list_go_on_after_a_page_end(furniture: str) -> None:
    text = [
        "The ferry sailed with",
        "",
        furniture,
        "",
        "forty cars. It has:",
        "- a deck",
        "",
        furniture,
        "",
        "- a hold and",
        "",
        "two masts",
    ]
    assert parse(text) == (
        Block(kind="paragraph", lines=("The ferry sailed with forty cars.",)),
        Block(kind="list", lead="It has:", lines=("a deck", "a hold and two masts")),
    )


def test_a_number_or_a_description_within_a_sentence_is_no_furniture() -> None:
    text = ["In the survey", "42", "harbours answered; the logo was", "a photo of the quay."]
    assert parse(text) == (Block(kind="paragraph", lines=("In the survey 42 harbours answered; the logo was a photo of the quay.",)),)


def test_page_lines_go_even_without_blank_lines() -> None:
    assert parse(["The ferry sailed", "Page 3 of 12", "with forty cars."]) == (
        Block(kind="paragraph", lines=("The ferry sailed with forty cars.",)),
    )


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["The colla-", "boration began. Collaboration helps."], "The collaboration began. Collaboration helps."),
        (["A self-", "assessment follows."], "A self-assessment follows."),
        (["The colla\u00ad", "boration began."], "The collaboration began."),
        (["Both pre-", "and postnatal care."], "Both pre- and postnatal care."),
        (["The Anglo-", "Norman keep."], "The Anglo- Norman keep."),
        (["The colla-", "", "7", "", "boration began. Collaboration helps."], "The collaboration began. Collaboration helps."),
    ],
)
def test_a_word_cut_at_a_line_end_is_made_whole(lines: list[str], joined: str) -> None:
    assert parse(lines) == (Block(kind="paragraph", lines=(joined,)),)
    assert parse([f"- {lines[0]}", *lines[1:]]) == (Block(kind="list", lines=(joined,)),)


def test_two_sentences_are_not_joined_over_a_blank_line() -> None:
    assert len(parse(["It sailed.", "", "and then rested", "", "Then it sailed."])) == 3


@pytest.mark.parametrize(
    ("line", "row"),
    [("| a | b |", True), ("a\tb", True), ("•\ta", False), ("1.\ta", False), ("1.\ta\tb", True), ("\tindented", False), ("a | b", False)],
)
def test_rows_have_tabs_within_or_begin_with_a_pipe(line: str, row: bool) -> None:
    assert is_row(line) is row


def test_a_line_is_alone_between_blank_ones() -> None:
    lines = ["a", "", "b", " ", "c", "d"]
    assert [alone(lines, n) for n in (0, 2, 4, 5)] == [True, True, False, False]
