"""Inline Markdown and HTML to plain text."""

import html
import re
import unicodedata

IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"(?<!\\)\[([^\]]*)\]\((?:\\.|[^()\\]|\([^()]*\))*\)")
BREAK = re.compile(r"<br\s*/?>|</p>|</li>|</ul>|</ol>", re.I)
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
COMMENT = re.compile(r"<!--.*?-->", re.S)
STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])([^_]+?)(?<=[^\s_])_(?![\w_])")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|$-])")
SPACE = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")


def plain(text: str) -> str:
    """`text` without inline mark-up, in NFC, white space collapsed."""
    text = COMMENT.sub("", text)
    text = IMAGE.sub("", text)
    text = LINK.sub(r"\1", text)
    text = BREAK.sub(" ", text)
    text = TAG.sub("", text)
    for _ in range(2):  # bold and italics nest at most once
        text = STRONG.sub(r"\2", text)
        text = EMPHASIS.sub(lambda m: m.group(1) or m.group(2), text)
    text = ESCAPE.sub(r"\1", text)
    text = html.unescape(text)
    return SPACE.sub(" ", unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\ufffe", "")).strip()


def key(text: str) -> str:
    """What makes two headings the same: letters and digits, lower case."""
    return " ".join(re.findall(r"[a-z0-9£%]+", plain(text).lower().replace("’", "").replace("'", "")))
