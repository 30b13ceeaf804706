"""Texts for property tests: words, sentences, blocks and sections, ordinary and odd."""

import re
from collections.abc import Iterable

from hypothesis import strategies as st

from pc_assistant.domain.documents import Block, Section

ORDINARY = "the ferry sails to Lundy at nine with £2m, 40% of s65Z5 NHS-led (see Môn) “cargo” don't 2021/22 a.m. No. 5.5 Then: it; stops! Why?".split()
words = st.sampled_from(ORDINARY)
phrases = st.lists(words, min_size=1, max_size=12).map(" ".join)
passages = st.lists(words, min_size=1, max_size=120).map(" ".join)
odd = st.text(max_size=60)
lines = st.one_of(phrases, passages, odd, st.just("x" * 150), st.just("!?" * 90))
leads = st.one_of(st.just(""), phrases, passages)
headings = st.lists(st.one_of(phrases, passages), min_size=1, max_size=3)
blocks = st.builds(
    Block,
    kind=st.sampled_from(["paragraph", "list", "table"]),
    lines=st.lists(lines, min_size=1, max_size=8).map(tuple),
    lead=leads,
    page=st.none() | st.integers(1, 9),
).map(lambda block: block.model_copy(update={"lead": ""}) if block.kind == "paragraph" else block)
sections = st.lists(
    st.builds(
        lambda path, blocks: Section(path=tuple(path), heading=path[-1], level=len(path), anchor="a", blocks=tuple(blocks)),
        headings,
        st.lists(blocks, max_size=5),
    ),
    min_size=1,
    max_size=3,
)


def squashed(texts: Iterable[str]) -> str:
    """The characters of texts, white space left out."""
    return "".join("".join(texts).split())


def spoken(texts: Iterable[str]) -> list[str]:
    """The words of texts, marks left out."""
    return [word for text in texts for word in re.findall(r"\w+", text)]
