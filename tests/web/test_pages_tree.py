"""HTML as a tree, and what scripts may be handed."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from pc_assistant.web.pages.tree import tree


def test_elements_attributes_and_text_are_kept() -> None:
    html = '<p class="a">One<br> two &amp; <b>three</b>\n  </p>\n<input type="checkbox" checked>'
    assert tree(html) == [
        ["p", {"class": "a"}, "One", ["br", {}], " two & ", ["b", {}, "three"], " "],
        " ",
        ["input", {"type": "checkbox", "checked": ""}],
    ]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_text_that_was_escaped_stays_text(text: str) -> None:
    (node,) = tree(f'<p title="{escape(text)}">x{escape(text)}</p>')
    assert isinstance(node, list)
    assert node[1] == {"title": text}
    assert said(node).replace(" ", "") == f"x{text}".replace(" ", "")
    assert all(isinstance(child, str) for child in node[2:])


def said(node: Any) -> str:
    return node if isinstance(node, str) else "".join(said(child) for child in node[2:])
