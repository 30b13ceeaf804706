"""HTML of our own making as a tree that JSON can carry.

The pages' policy forbids that a script hands HTML to the browser (Trusted Types), so the browser builds elements and text nodes from this:
a node is a text, or [tag, attributes, child, child, …].
"""

import re
from html.parser import HTMLParser
from typing import Any

Node = str | list[Any]

VOID = {"br", "hr", "img", "input", "wbr"}
SPACE = re.compile(r"[ \t\r\n\f]+")


def tree(html: str) -> list[Node]:
    """The nodes of a fragment; white space is collapsed as a browser does when it shows it."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.nodes


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self._open: list[list[Any]] = [self.nodes]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node: list[Any] = [tag, {name: value or "" for name, value in attrs}]
        self._open[-1].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].append(SPACE.sub(" ", data))
