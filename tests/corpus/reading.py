"""How easily a text reads: the Flesch reading ease (Flesch 1948, Journal of Applied Psychology 32(3)) with a small syllable counter."""

import re
from collections.abc import Iterable

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_ENDING = re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy])le$|(?<![aeiouytd])ed$|(?<![aeiouyscxzg])es$|e(?=(?:ment|ful|less|ly|ness)s?$)")
SPLIT_VOWELS = re.compile(
    r"ia(?!l|n\b)|io(?!n|us)|eo(?!n\b|p)|(?<!q)ua|iu|(?<![ctgx])iou|[eoy]ing$|uou|crea|(?<=[rd])ea$|(?:sc|[^ct])ie(?=n[ct]|t)"
)


def syllables(word: str) -> int:
    """Syllables of one English word, by its groups of vowels; an acronym is said letter by letter."""
    if len(word) > 1 and word.isupper():
        return len(word) + 2 * word.count("W")
    word = re.sub(r"[^a-z]", "", word.lower())
    return max(1, len(VOWELS.findall(SILENT_ENDING.sub("", word))) + len(SPLIT_VOWELS.findall(word)))


def reading_ease(sentences: Iterable[str]) -> float:
    """206.835 − 1.015 words a sentence − 84.6 syllables a word: 100 is very easy, 30 and below very hard. Numerals are not counted."""
    counted = [words for sentence in sentences if (words := WORD.findall(sentence))]
    total = sum(map(len, counted))
    if not total:
        return 100.0
    beats = sum(syllables(word) for words in counted for word in words)
    return 206.835 - 1.015 * total / len(counted) - 84.6 * beats / total
