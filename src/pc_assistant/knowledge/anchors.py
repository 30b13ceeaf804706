"""Where a section stands in its document: the fragment of a URL."""

import unicodedata

from pc_assistant.knowledge.markup import key

LONGEST = 80


class Anchors:
    """Makes URL fragments that are unique within one document."""

    def __init__(self) -> None:
        self._made: set[str] = set()
        self._times: dict[str, int] = {}

    def make(self, text: str) -> str:
        """A fragment for a heading: its words in plain letters joined by hyphens, numbered from the second time on."""
        letters = unicodedata.normalize("NFKD", key(text)).encode("ascii", "ignore").decode()
        base = "-".join(letters.replace("%", "").split())[:LONGEST].strip("-") or "section"
        anchor = base
        while anchor in self._made:
            self._times[base] = self._times.get(base, 1) + 1
            anchor = f"{base}-{self._times[base]}"
        self._made.add(anchor)
        return anchor
