"""The text of an original by section, as far as plain text shows it."""

import re
from functools import cached_property
from pathlib import Path

from pc_assistant.domain.errors import UsageError
from pc_assistant.evaluation.jsonl import text_of
from pc_assistant.evaluation.sections import same_words
from pc_assistant.evaluation.text import plain

_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+\S")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[a-z]+[^>]*>")
_LONGEST_HEADING = 120


class Original:
    """One original document, as lines."""

    def __init__(self, text: str) -> None:
        self._lines = [_TAG.sub("", _LINK.sub(r"\1", line)) for line in text.split("\n")]

    @cached_property
    def text(self) -> str:
        """Everything in one line, mark-up taken out."""
        return plain(" ".join(self._lines))

    @cached_property
    def _words(self) -> list[str]:
        return [same_words(line) for line in self._lines]

    def section(self, path: str) -> str | None:
        """The text beneath a heading line (or a path of them joined by " > "), None where there is no such line.

        A heading may stand in several places (the contents list, every case study): their texts are joined. A section ends at the next
        heading: in Markdown of the same or a higher level, else the next short line without a full stop between blank lines.
        """
        starts = list(range(len(self._lines)))
        for place, part in enumerate(path.split(" > ")):
            lines = [at for at, words in enumerate(self._words) if words and words == same_words(part)]
            starts = lines if place == 0 else sorted({min(after) for start in starts if (after := [at for at in lines if at > start])})
        return plain(" ".join(" ".join(self._lines[start : self._end(start)]) for start in starts)) if starts else None

    def _end(self, start: int) -> int:
        opening = _MARKDOWN_HEADING.match(self._lines[start])
        for at in range(start + 1, len(self._lines)):
            heading = _MARKDOWN_HEADING.match(self._lines[at])
            if (heading and (not opening or len(heading[1]) <= len(opening[1]))) or (not opening and self._looks_like_heading(at)):
                return at
        return len(self._lines)

    def _looks_like_heading(self, at: int) -> bool:
        line = self._lines[at].strip()
        alone = not self._lines[at - 1].strip() and not "".join(self._lines[at + 1 : at + 2]).strip()
        return alone and 0 < len(line) <= _LONGEST_HEADING and line[0].isupper() and line[-1].isalnum()


def read_originals(directory: Path) -> dict[str, Original]:
    """The originals of a folder by document id. Raises UsageError where there is none."""
    found = {path.stem: Original(text_of(path)) for path in sorted(directory.glob("*")) if path.suffix in (".txt", ".md")}
    if not found:
        raise UsageError(f"{directory} holds no original (*.txt or *.md)")
    return found
