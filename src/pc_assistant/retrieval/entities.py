"""Which collaboratives a text names, and which chunks speak of them."""

import re
from collections.abc import Sequence

from pc_assistant.knowledge.reference import Collaborative
from pc_assistant.retrieval.snapshot import Snapshot


class Entities:
    """Finds names, short names and places of collaboratives; the longest name at a spot wins."""

    def __init__(self, collaboratives: Sequence[Collaborative], snapshot: Snapshot) -> None:
        self._by_name: dict[str, set[str]] = {}
        for entry in collaboratives:
            for name in (entry.name, *entry.short, *entry.places):
                for variant in _variants(name):
                    self._by_name.setdefault(variant, set()).add(entry.id)
        names = sorted(self._by_name, key=len, reverse=True)
        self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)") if names else None
        self._spoken_of: dict[int, frozenset[str]] = {}
        paths: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for entry in collaboratives:
            for section in entry.sections:
                paths.setdefault(section.doc, []).append((entry.id, section.path))
        for place, chunk in enumerate(snapshot.chunks):
            ids = {i for i, path in paths.get(chunk.document_id, ()) if chunk.section[: len(path)] == path}
            if len(ids) > 3:  # a table or overview of many: each only where its words name it
                ids &= self.find(f"{chunk.heading}\n{chunk.text}")
            if ids:
                self._spoken_of[place] = frozenset(ids)
        self.names = {entry.id: entry.name for entry in collaboratives}

    def find(self, text: str) -> set[str]:
        """The ids of the collaboratives that a text names."""
        return {i for i, _ in self.mentions(text)}

    def mentions(self, text: str) -> list[tuple[str, tuple[int, int]]]:
        """Ids with the span that names each, in order."""
        if not self._pattern:
            return []
        return [(i, match.span()) for match in self._pattern.finditer(_fold(text)) for i in sorted(self._by_name[match.group()])]

    def places(self, ids: Sequence[str]) -> tuple[int, ...]:
        """The chunks that speak of one of `ids`."""
        return tuple(place for place, spoken in self._spoken_of.items() if spoken & set(ids))

    def without_names(self, text: str, instead: str) -> str:
        """`text` with `instead` for each name."""
        for start, end in sorted({span for _, span in self.mentions(text)}, reverse=True):
            text = text[:start] + instead + text[end:]
        return text

    def score(self, ids: Sequence[str], place: int) -> float:
        """1 where the chunk speaks of one of `ids`, -1 where it speaks of others only, 0 where of none."""
        spoken = self._spoken_of.get(place)
        if not ids or spoken is None:
            return 0.0
        return 1.0 if spoken & set(ids) else -1.0


def _fold(text: str) -> str:
    """Lower case, the same length as `text`."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).replace("’", "'").replace("-", " ")


def _variants(name: str) -> set[str]:
    folded = " ".join(_fold(name).split())
    found = {folded, folded.removeprefix("the ")}
    if " and " in folded:
        found |= {v.replace(" and ", " & ") for v in set(found)}
    for ending in (" nhs foundation trust", " nhs trust", " nhs ft"):
        found |= {v.removesuffix(ending) for v in set(found) if v.endswith(ending)}
    return {v for v in found if len(v) > 2}
