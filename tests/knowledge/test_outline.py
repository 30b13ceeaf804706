from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.knowledge.outline import contents, headings, sections
from tests.knowledge.texts import phrases, spoken


def paths(text: str, outline: Iterable[tuple[str, ...]] = ()) -> list[tuple[str, ...]]:
    return [heading.path for heading in headings(text.split("\n"), outline)]


MARKDOWN = """
# Harbour

Words.

### Tides ###

Words.

### Winds

Words.

## Fares

Words.
"""


def test_markdown_headings_stand_beneath_what_is_above_them_in_rank() -> None:
    assert paths(MARKDOWN) == [("Harbour",), ("Harbour", "Tides"), ("Harbour", "Winds"), ("Harbour", "Fares")]


def test_headings_without_one_above_are_siblings() -> None:
    assert paths("## Tides\n\nWords.\n\n## Winds\n\nWords.") == [("Tides",), ("Winds",)]


def test_underlined_markdown_headings() -> None:
    assert paths("Harbour\n=======\nWords.\n\nTides\n---\n\nWords.\n\n---\n\nwords") == [("Harbour",), ("Harbour", "Tides")]


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_nothing_in_fenced_code_is_a_heading(fence: str) -> None:
    assert paths(f"# Harbour\n\n{fence}sh\n# a comment\n{fence}\n\n# Tides\n\nWords.") == [("Harbour",), ("Tides",)]


def test_a_fence_that_never_closes_hides_nothing() -> None:
    assert paths("```\n\n# Harbour\n\nWords.") == [("Harbour",)]


SHORT = """
The ferry sails daily.

Tides and winds

Tides turn twice.

1 Fares

- one fare
"""


def test_a_short_line_between_blank_ones_is_a_heading_where_text_follows() -> None:
    assert paths(SHORT) == [("Tides and winds",), ("1 Fares",)]


@pytest.mark.parametrize(
    "line",
    [
        "a line in lower case",
        "It sailed.",
        "It sails;",
        "Sail, they said, and do so before the tide turns and the wind with it",
        "Port\tBude",
        "| Port | Bude |",
        "- Item",
        "2. Item",
        "12",
        "www.sea.example/harbour",
        "harbour@sea.example",
        "© The harbour",
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert paths(f"Words.\n\n{line}\n\nWords follow.") == []


def test_of_two_short_lines_the_first_is_a_chapter_and_of_more_none() -> None:
    chapters = "Harbour\n\nTides\n\nThey turn.\n\nWinds\n\nThey turn too.\n\nTown\n\nShops\n\nThey open."
    assert paths(chapters) == [("Harbour",), ("Harbour", "Tides"), ("Harbour", "Winds"), ("Town",), ("Town", "Shops")]
    names = "The quay\n\nBude\n\nCornwall\n\nEngland\n\nShops\n\nThey open."
    (section,) = [section for section in sections(names.split("\n")) if section.heading == "Shops"]
    assert section.path == ("Shops",)
    assert spoken(line for block in sections(names.split("\n"))[0].blocks for line in block.lines) == [
        "The",
        "quay",
        "Bude",
        "Cornwall",
        "England",
    ]


def test_a_short_line_before_a_heading_or_the_end_is_text() -> None:
    first, second = sections("# Harbour\n\nBude quay\n\n# Town\n\nWords.\n\nPrinted in Bude".split("\n"))
    assert [block.lines for block in first.blocks] == [("Bude quay",)]
    assert [block.lines for block in second.blocks] == [("Words.",), ("Printed in Bude",)]


def test_a_short_line_stands_beneath_a_marked_heading() -> None:
    assert paths("# Harbour\n\n## Tides\n\nWords.\n\nIn winter\n\nWords.\n\nIn summer\n\nWords.") == [
        ("Harbour",),
        ("Harbour", "Tides"),
        ("Harbour", "Tides", "In winter"),
        ("Harbour", "Tides", "In summer"),
    ]


CONTENTS = """
Contents

{}

Tides

They turn.

In winter

They freeze.

Fares

They rise.
"""


@pytest.mark.parametrize("leader", ["\t", " ..... ", ".....", "      "])
def test_a_contents_list_names_the_chapters_and_is_left_out(leader: str) -> None:
    text = CONTENTS.format(
        "\n".join(f"{title}{leader}{page}" for title, page in (("Foreword", 2), ("Tides", 3), ("Fares", 12), ("Index", 99)))
    )
    titles, places = contents(text.split("\n"))
    assert (titles, places) == ({"foreword", "tides", "fares", "index"}, {3, 4, 5, 6})
    assert paths(text) == [("Tides",), ("Tides", "In winter"), ("Fares",)]
    assert "99" not in spoken(line for section in sections(text.split("\n")) for block in section.blocks for line in block.lines)


def test_a_contents_list_is_known_by_its_titles_where_nothing_announces_it() -> None:
    text = CONTENTS.replace("Contents", "In this guide").format("Tides\t3\nIn winter\t4\nFares\t9\nIndex\t99")
    assert contents(text.split("\n"))[0] == {"tides", "in winter", "fares", "index"}


def test_a_table_of_rising_numbers_is_no_contents_list() -> None:
    text = "Boats a year\n\n2018\t3\n2019\t4\n2020\t5\n2021\t6\n\nThey grew."
    (section,) = sections(text.split("\n"))
    assert section.blocks[0].kind == "table"
    assert spoken(section.blocks[0].lines) == ["2019", "4", "2020", "5", "2021", "6"]


def test_falling_page_numbers_are_no_contents_list() -> None:
    assert contents("Contents\n\nTides\t9\nFares\t3\nShops\t4\nIndex\t2".split("\n")) == (set(), set())


OUTLINE = [("Harbour", "Tides"), ("Harbour", "Fares"), ("Town", "Fares"), ("Town", "Fares", "In winter")]


def test_a_known_outline_places_the_headings_and_makes_no_others() -> None:
    text = "Harbour\n\nTides\n\nThey turn.\n\nA short line\n\nWords.\n\nFARES:\n\nThey rise.\n\nTown\n\n**Fares**\n\nThey fall.\n\nIn winter\n\nNone."
    assert paths(text, OUTLINE) == [
        ("Harbour",),
        ("Harbour", "Tides"),
        ("Harbour", "Fares"),
        ("Town",),
        ("Town", "Fares"),
        ("Town", "Fares", "In winter"),
    ]


def test_an_outline_whose_chapters_the_text_does_not_show_still_fits() -> None:
    assert paths("Tides\n\nThey turn.\n\nIn winter\n\nNone.", OUTLINE) == [OUTLINE[0], OUTLINE[3]]


def test_a_marked_heading_that_the_outline_has_not_stands_beneath_its_chapter() -> None:
    assert paths("# Harbour\n\n## Tides\n\nThey turn.\n\n## Ropes\n\nOf hemp.", OUTLINE)[-1] == ("Harbour", "Ropes")


def test_sections_hold_what_stands_under_their_heading() -> None:
    first, second, third = sections("Before.\n# Harbour\nWords.\n\n## Tides\n\nMore.".split("\n"), title="A guide")
    assert (first.path, first.heading, first.blocks[0].lines) == (("A guide",), "A guide", ("Before.",))
    assert (second.path, second.level, second.anchor) == (("Harbour",), 1, "harbour")
    assert (third.path, third.level, third.blocks[0].lines) == (("Harbour", "Tides"), 2, ("More.",))


def test_a_text_without_words_has_no_sections() -> None:
    assert sections(["", " "], title="A guide") == ()


line = st.one_of(phrases.map(lambda text: text.capitalize()), phrases.map("- {}".format), phrases.map("# {}".format), st.just(""))


@given(
    st.lists(line, max_size=30).map(lambda found: [part for one in found for part in (one, "")]),
    st.lists(st.tuples(phrases, phrases), max_size=3),
)
def test_every_word_of_a_text_is_in_a_heading_or_a_block_in_order(lines: list[str], outline: list[tuple[str, str]]) -> None:
    told = [
        text for section in sections(lines, outline) for text in (section.heading, *(t for b in section.blocks for t in (b.lead, *b.lines)))
    ]
    assert spoken(told) == spoken(lines)


@given(st.lists(line, max_size=30))
def test_without_markdown_every_heading_of_a_text_has_text_or_is_a_chapter(lines: list[str]) -> None:
    found = sections([part for one in lines if not one.startswith("#") for part in (one, "")])
    for here, following in zip(found, [*found, None][1:], strict=True):
        assert here.blocks or (following and following.path[:-1] == here.path)


@given(st.lists(st.text(max_size=30), max_size=20), st.lists(st.lists(st.text(max_size=8), max_size=3).map(tuple), max_size=3))
def test_any_text_can_be_divided(lines: list[str], outline: list[tuple[str, ...]]) -> None:
    found = sections(lines, outline)
    assert len({section.anchor for section in found}) == len(found)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("part", [".", " ", "\t", "[", "![", "[](", "**a ", "*a ", "<!--", "<a ", "|--", "- ", "&amp", "A. "])
def test_an_odd_line_does_not_take_long(part: str) -> None:
    for line in (f"a{part * 5000}b", f"{part * 5000} 7"):
        assert "Words." in [kept for section in sections([line, "", "Words."]) for block in section.blocks for kept in block.lines]
