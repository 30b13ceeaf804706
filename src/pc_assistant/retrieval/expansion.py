"""Acronyms and synonyms of the glossary, both ways."""

import re
from collections.abc import Callable, Iterable, Sequence

from pc_assistant.knowledge.reference import Term
from pc_assistant.retrieval.terms import WORD as WORDS
from pc_assistant.retrieval.terms import stem, terms, words

LONGEST = 6
WORD = re.compile(r"[^\W_][\w&/]*")


class Expander:
    """Finds the glossary's terms in a text and says what else they are called."""

    def __init__(self, glossary: Sequence[Term]) -> None:
        self._entries: dict[tuple[str, ...], list[Term]] = {}
        for entry in glossary:
            for name in (entry.term, entry.long, *entry.synonyms):
                key = _key(name)
                if 0 < len(key) <= LONGEST:
                    self._entries.setdefault(key, []).append(entry)

    def found(self, text: str) -> list[Term]:
        """The entries that a text names, longest match first at each spot, in order."""
        return list(dict.fromkeys(entry for entries, _ in self.mentions(text) for entry in entries))

    def mentions(self, text: str) -> list[tuple[list[Term], tuple[int, int]]]:
        """Entries of one name with the span that names them, longest match first at each spot, in order."""
        spans = [match.span() for match in WORDS.finditer(text)]
        stems = [stem(word) for word in words(text)]
        result: list[tuple[list[Term], tuple[int, int]]] = []
        position = 0
        while position < len(stems):
            for length in range(min(LONGEST, len(stems) - position), 0, -1):
                entries = self._entries.get(tuple(stems[position : position + length]))
                if entries:
                    result.append((entries, (spans[position][0], spans[position + length - 1][1])))
                    position += length - 1
                    break
            position += 1
        return result

    def expansion(self, text: str) -> tuple[str, ...]:
        """Terms of the other names of what a text names, without the text's own."""
        own = set(terms(text))
        other = [term for entry in self.found(text) for name in _names(entry) for term in terms(name) if term not in own]
        return tuple(dict.fromkeys(other))

    def acronyms(self, text: str) -> list[tuple[str, str]]:
        """The acronyms in a text that does not say what they stand for, as they stand there, each with its long form."""
        lowered = text.lower()
        found = [(word, entry) for word in WORD.findall(text) for entry in self._entries.get(_key(word), ())]
        longs = [(word, entry.long) for word, entry in found if _shortens(word, entry) and entry.long.lower() not in lowered]
        return list(dict.fromkeys(longs))

    def read(self, text: str, held: Callable[[Sequence[str]], int]) -> str:
        """`text` with the long forms of those of its acronyms that the corpus never uses; `held` says how many of its texts hold all of some terms."""
        longs = {word: long for word, long in self.acronyms(text) if held(terms(long)) and not held(terms(word))}
        return WORD.sub(lambda match: longs.get(match.group(), match.group()), text)

    def spelled_out(self, text: str) -> str:
        """`text` with the long forms of its acronyms after it, for an embedder that does not know them."""
        shown = {word.lower() for word in text.split()}
        longs = [entry.long for entry in self.found(text) if entry.term.isupper() and entry.long.lower() not in text.lower() and shown]
        return f"{text} ({'; '.join(longs)})" if longs else text


def _key(name: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(name))


def _shortens(word: str, entry: Term) -> bool:
    """Whether a word is an acronym of the entry, or its plural: CIC is not CiC, but cic may be either."""
    acronyms = {name.removesuffix("s") for name in _names(entry) if _short(name) and not set(words(name)) <= set(words(entry.long))}
    return word.removesuffix("s") in acronyms | {acronym.lower() for acronym in acronyms}


def _short(name: str) -> bool:
    return " " not in name and sum(map(str.isupper, name)) > 1


def _names(entry: Term) -> Iterable[str]:
    return (entry.term, entry.long, *entry.synonyms)
