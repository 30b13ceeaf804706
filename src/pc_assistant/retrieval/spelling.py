"""Misspelt words of a question to words of the corpus."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from pc_assistant.retrieval.terms import STOP, stem, words

LEAST = {4: 0.74, 5: 0.74, 6: 0.70}
LONG = 0.68
WORD = re.compile(r"[^\W\d_]{4,}")
ACRONYM = re.compile(r"[A-Z]{2,7}s?")


class Spelling:
    """Corrects words that neither the corpus nor the embedder knows to the nearest word of the corpus."""

    def __init__(self, texts: Iterable[str], knows: Callable[[str], bool], counted: Mapping[str, int] | None = None) -> None:
        """Of the words of `texts` after those that have been `counted` already."""
        counts = Counter(counted)
        counts.update(word for text in texts for word in words(text))
        self._counts = Counter({word: n for word, n in counts.items() if len(word) >= 4 and word.isalpha()})
        self._counts.update({word: 50 for word in STOP if len(word) >= 4 and word.isalpha()})
        self._choices = list(self._counts)
        self._stems = {stem(word) for word in counts} | {stem(word) for word in STOP}
        self._knows = knows

    def correct(self, text: str) -> str:
        """`text` with its misspelt words replaced; figures, acronyms and known words stay as they are."""
        return WORD.sub(lambda match: self._word(match.group()), text)

    def _word(self, word: str) -> str:
        lowered = word.lower()
        if ACRONYM.fullmatch(word) or stem(lowered) in self._stems or self._knows(lowered):
            return word
        least = LEAST.get(len(lowered), LONG)
        near = process.extract(lowered, self._choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=least, limit=5)
        if not near:
            return word
        best, _, _ = max(
            near, key=lambda found: (round(found[1] + (0.05 if found[0][0] == lowered[0] else 0.0), 2), self._counts[found[0]])
        )
        return best.capitalize() if word[0].isupper() else best
