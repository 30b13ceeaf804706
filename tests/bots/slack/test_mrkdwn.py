"""Slack's markup: safe, and within its limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.bots.slack.mrkdwn import LONGEST_LINK, escape, fit, fit_plain, link, packed, pieces, read, size

TEXT = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("&<>|*_ \n😀"))


@given(TEXT)
def test_nothing_in_a_text_is_read_as_markup_and_nothing_is_lost(text: str) -> None:
    safe = escape(text)
    assert not set("<>") & set(safe)
    assert safe.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(TEXT, st.integers(1, 60))
def test_what_is_cut_is_within_its_limit_and_cuts_no_entity(text: str, most: int) -> None:
    cut = fit(text, most)
    assert size(cut) <= most
    assert "&" not in cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert cut == escape(text) or cut.endswith("…")
    assert size(fit_plain(text, most)) <= most


@settings(deadline=None, max_examples=30)
@given(st.lists(TEXT.map(lambda text: text.replace("\n", " ")), max_size=8), st.integers(1500, 1600))
def test_packed_texts_hold_every_word_in_order_within_the_limit(lines: list[str], most: int) -> None:
    texts = packed(([*pieces(line)] for line in [*lines, "word " * 700, "&" * 4000]), most)
    assert all(0 < size(text) <= most and text.strip() for text in texts)
    assert "".join("".join(texts).split()) == "".join(escape("".join([*lines, "word " * 700, "&" * 4000])).split())


def test_lines_are_broken_between_lines_first() -> None:
    assert packed([["one two"], [], ["three"], ["four"]], 14) == ["one two\n\nthree", "four"]
    assert packed([["one ", "two ", "three"]], 8) == ["one two", "three"]


@pytest.mark.parametrize(
    ("url", "text", "made"),
    [
        ("https://a.example/b?c=d&e=f#g", "[1]", "<https://a.example/b?c=d&amp;e=f#g|[1]>"),
        ("https://a.example/x|y>z<", "a > b", "<https://a.example/x%7Cy%3Ez%3C|a &gt; b>"),
        ("https://a.example/" + "x" * LONGEST_LINK, "[1]", "[1]"),
    ],
)
def test_a_link_stays_one_link(url: str, text: str, made: str) -> None:
    assert link(url, text) == made


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@U0BOT> When &lt; nine &amp; ten?", "When < nine & ten?"),
        ("When, <@U0BOT>?", "When, ?"),
        ("ask <@U1|alex> and <@U2> in <#C1|general>", "ask @alex and @somebody in #general"),
        ("see <https://a.example/x|the page> or <https://b.example>", "see the page or https://b.example"),
        ("<mailto:jane@example.org|jane@example.org> <!here> <!subteam^S1|@team>", "jane@example.org  @team"),
        ("&lt;@U0BOT&gt;", "<@U0BOT>"),
    ],
)
def test_what_a_person_typed(typed: str, meant: str) -> None:
    assert read(typed, "U0BOT") == meant
