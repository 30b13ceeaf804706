"""Inline Markdown and HTML to plain text."""

import html
import re
import unicodedata

# Every repetition has a bound, so that no line, however odd, takes long.
IMAGE = re.compile(r"!\[[^\[\]]{,500}\]\([^()]{,2000}\)")
LINK = re.compile(r"(?<!\\)\[([^\[\]]{,500})\]\((?:\\.|[^()\\]|\([^()]{,500}\)){,2000}\)")
AUTOLINK = re.compile(r"<(?:mailto:)?((?:https?://)[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>", re.I)
COMMENT = re.compile(r"<!--.{,5000}?-->", re.S)
FOOTNOTE = re.compile(r"(?<=[.,;:!?)”’\"])<sup>\s*\d{1,3}\s*</sup>", re.I)
SUPERSCRIPT = re.compile(r"<sup>\s*(\d{1,3})\s*</sup>", re.I)
# Only what HTML knows is a tag: "<name of trust>" is the text of a form.
BREAK = re.compile(r"</?(?:blockquote|br|caption|d[dlt]|div|h[1-6r]|li|ol|p|table|t[dhr]|ul)\b[^<>]*>", re.I)
TAG = re.compile(
    r"</?(?:abbr|a|b|center|cite|code|col|colgroup|del|em|font|img|ins|i|kbd|mark|pre|q|small|span|strike|strong|sub|sup|s|tbody|tfoot|thead|tt|u|var)"
    r"(?:\s++[\w-]++\s*+=[^<>]*+|\s*+/?)>",
    re.I,
)
STRONG = re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.{1,1000}?)(?<=[^\s\\])\1")
EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*]+?)(?<=[^\s*\\])\*(?![\w*])|(?<![\w_\\])_(?=[^\s_])([^_]+?)(?<=[^\s_\\])_(?![\w_])")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|$<>-])")
INVISIBLE = re.compile(r"[\u00ad\u200b\u2060\ufeff\ufffe]")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(text: str) -> str:
    """`text` without inline mark-up, in NFC, white space collapsed. A footnote's mark goes, another raised number stays raised."""
    text = COMMENT.sub("", text)
    text = IMAGE.sub("", text)
    text = LINK.sub(r"\1", text)
    text = AUTOLINK.sub(r"\1", text)
    text = FOOTNOTE.sub("", text)
    text = SUPERSCRIPT.sub(lambda match: match[1].translate(RAISED), text)
    text = BREAK.sub(" ", text)
    text = TAG.sub("", text)
    for _ in range(2):  # bold and italics nest at most once
        text = STRONG.sub(r"\2", text)
        text = EMPHASIS.sub(lambda match: match[1] or match[2], text)
    text = html.unescape(ESCAPE.sub(r"\1", text))
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def key(text: str) -> str:
    """What makes two headings the same: letters and digits, lower case."""
    return " ".join(re.findall(r"(?:[^\W_]|[£%])+", plain(text).lower().replace("’", "").replace("'", "")))
