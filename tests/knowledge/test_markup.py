import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.knowledge.markup import key, plain


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("**bold _nested_ words** and *more*", "bold nested words and more"),
        ("snake_case_name, 2*3*4 and 5 * 3 * 2", "snake_case_name, 2*3*4 and 5 * 3 * 2"),
        (r"\*not marked\* and \[1\]", "*not marked* and [1]"),
        ("[the tide](https://sea.example/a_(b)) [1] (see below)", "the tide [1] (see below)"),
        ("write to <harbour@sea.example> or <https://sea.example/x>", "write to harbour@sea.example or https://sea.example/x"),
        ("<p>one<br/>two</p><ul style='x'><li>three</li></ul>", "one two three"),
        ("H<sub>2</sub>O at <b>9</b><i>am</i>", "H2O at 9am"),
        ("state <name of trust> here; a < b and c > d", "state <name of trust> here; a < b and c > d"),
        ("the end.<sup>12</sup> Then 10<sup>6</sup> m<sup>2</sup> on the 9<sup>th</sup>", "the end. Then 10⁶ m² on the 9th"),
        ("![a chart](c.png) kept <!-- dropped --> words", "kept words"),
        ("&lt;b&gt; &amp; &pound;2m", "<b> & £2m"),
        ("soft\u00adhyphen, zero\u200bwidth,\u00a0no\u2009break\tand  wide", "softhyphen, zerowidth, no break and wide"),
        ("Mo\u0302n", "Môn"),
    ],
)
def test_markup_goes_and_words_stay(marked: str, words: str) -> None:
    assert plain(marked) == words


@given(st.text())
def test_plain_text_has_single_spaces_and_no_margins(text: str) -> None:
    words = plain(text)
    assert words == " ".join(words.split())


@given(st.text(alphabet="abc ABC 123 £%,.;:’'()/–-+"))
def test_text_without_markup_keeps_its_words(text: str) -> None:
    assert plain(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("What's new?", "**What’s new**", True),
        ("Form  and governance:", "FORM AND GOVERNANCE", True),
        ("£2m", "2m", False),
        ("Ynys Môn", "Ynys Mon", False),
        ("Добро", "", False),
    ],
)
def test_headings_are_the_same_by_letters_and_digits(one: str, other: str, same: bool) -> None:
    assert (key(one) == key(other)) is same
