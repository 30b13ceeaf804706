"""Acronyms and synonyms of the glossary, both ways."""

from collections.abc import Iterable, Sequence

from pc_assistant.knowledge.reference import Term
from pc_assistant.retrieval.terms import stem, terms, words

LONGEST = 6


class Expander:
    """Finds the glossary's terms in a text and says what else they are called."""

    def __init__(self, glossary: Sequence[Term]) -> None:
        self._entries: dict[tuple[str, ...], list[Term]] = {}
        for entry in glossary:
            for name in (entry.term, entry.long, *entry.synonyms):
                key = tuple(stem(word) for word in words(name))
                if 0 < len(key) <= LONGEST:
                    self._entries.setdefault(key, []).append(entry)

    def found(self, text: str) -> list[Term]:
        """The entries that a text names, longest match first at each spot, in order."""
        stems = [stem(word) for word in words(text)]
        result: list[Term] = []
        position = 0
        while position < len(stems):
            for length in range(min(LONGEST, len(stems) - position), 0, -1):
                entries = self._entries.get(tuple(stems[position : position + length]))
                if entries:
                    result.extend(entry for entry in entries if entry not in result)
                    position += length - 1
                    break
            position += 1
        return result

    def expansion(self, text: str) -> tuple[str, ...]:
        """Terms of the other names of what a text names, without the text's own."""
        own = set(terms(text))
        other = [term for entry in self.found(text) for name in _names(entry) for term in terms(name) if term not in own]
        return tuple(dict.fromkeys(other))

    def spelled_out(self, text: str) -> str:
        """`text` with the long forms of its acronyms after it, for an embedder that does not know them."""
        shown = {word.lower() for word in text.split()}
        longs = [entry.long for entry in self.found(text) if entry.term.isupper() and entry.long.lower() not in text.lower() and shown]
        return f"{text} ({'; '.join(longs)})" if longs else text


def _names(entry: Term) -> Iterable[str]:
    return (entry.term, entry.long, *entry.synonyms)
