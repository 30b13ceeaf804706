"""Markdown of Teams messages: what the answer says, and nothing that Teams would read as markup."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pc_assistant.bots.teams.text import escaped, markdown, plain
from pc_assistant.channels.blocks import of_answer

READER = MarkdownIt("commonmark").enable("strikethrough")
# Printable text; white space is made single, so it is not what this is about.
LINES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "), max_size=60)
NASTY = st.text(st.sampled_from("\\`*_[]()<>&#~-+=.1) ab!|;:/\"'"), max_size=40)


def read(markdown_text: str) -> str:
    """What a reader of Markdown sees; fails where there is anything but one paragraph of words."""
    tokens = READER.parse(markdown_text)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"]), markdown_text
    children = [child for token in tokens for child in token.children or ()]
    assert all(child.type in {"text", "softbreak", "text_special"} for child in children), (markdown_text, children)
    return "".join(child.content for child in children)


@given(LINES | NASTY)
@example("- not a list")
@example("12. not a list")
@example("# no heading")
@example("---")
@example("a_b_c and _d_ and **e** and ~~f~~ <b>g</b> &lt; R&D [1] [x](y)")
@example("\\*")
def test_every_text_is_shown_as_it_is(text: str) -> None:
    assert read(escaped(text)) == " ".join(text.split())


def shown(answer: str) -> list[str]:
    return [markdown(block) for block in of_answer(answer, {1, 2})]


def test_markers_stay_with_their_sentences_and_only_theirs_are_markers() -> None:
    assert shown("It sails. [1] It waits. [2]\n\nSee \\[3\\] and [7].") == ["It sails. [1] It waits. [2]", "See \\[3\\] and \\[7\\]."]


def test_a_list_has_a_line_an_item() -> None:
    assert shown("- a ticket [1]\n- - a coat [1]") == ["- a ticket [1]\n- \\- a coat [1]"]


def test_a_row_says_which_column_each_cell_stands_in() -> None:
    table = "| Day | Sailings |  |\n| --- | --- | --- |\n| Monday | 4 | late [1] |\n| Tuesday |  | never [1] |"
    assert shown(table) == ["- Day: Monday; Sailings: 4; late [1]\n- Day: Tuesday; never [1]"]


def test_columns_that_are_compared_become_lists() -> None:
    table = "| Ferry | Bridge |\n| --- | --- |\n| It sails. [1] | It stands. [2] |\n| It waits. [1] | – |"
    assert shown(table) == ["**Ferry**\n\n- It sails. [1]\n- It waits. [1]\n\n**Bridge**\n\n- It stands. [2]"]


def test_plain_words_have_neither_markup_nor_markers() -> None:
    assert (
        plain(of_answer("It \\*sails\\*. [1]\n\n- a coat [2]\n\n| Day |\n| --- |\n| Monday [1] |", {1, 2}))
        == "It *sails*. a coat Day: Monday"
    )
