"""The Markdown files of the repository: where they link to, and the anchors that they have."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
OF_HTML = re.compile(r"""<a (?:id|name)=["']([^"']+)["']""")
NOT_OURS = ("originals", "runs", "node_modules")
PARSER = MarkdownIt("commonmark").enable("table")


def files(root: Path = ROOT) -> list[Path]:
    """Every Markdown file of the repository."""
    found: list[Path] = []
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".") and name not in NOT_OURS]
        found += [Path(folder, name) for name in names if name.endswith(".md")]
    return sorted(found)


def links(text: str) -> list[str]:
    """What its links and pictures point to, in order."""
    found: list[str] = []
    for token in PARSER.parse(text):
        for below in token.children or ():
            target = below.attrGet("href") if below.type == "link_open" else below.attrGet("src") if below.type == "image" else None
            if target is not None:
                found.append(str(target))
    return found


def anchors(text: str) -> set[str]:
    """The anchors of its headings, as GitHub makes them, and those that it sets itself."""
    seen: Counter[str] = Counter()
    found = set(OF_HTML.findall(text))
    tokens = PARSER.parse(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = "".join(below.content for below in tokens[place + 1].children or () if below.type in ("text", "code_inline"))
            slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return found


def faults(file: Path, root: Path = ROOT) -> Iterator[str]:
    """Each link of a file that leads nowhere, with what is the matter. Nothing is fetched: links to elsewhere are not looked at."""
    for target in links(file.read_text(encoding="utf-8")):
        if ELSEWHERE.match(target):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path) if path else file
        if not there.resolve().is_relative_to(root) or not there.exists():
            yield f"{target}: there is no such file"
        elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text(encoding="utf-8")):
            yield f"{target}: there is no such heading"
