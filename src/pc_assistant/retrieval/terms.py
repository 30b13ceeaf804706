"""Text to terms: the words by which questions and passages are compared."""

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

# "s65Z5", "£2m", "40%", "NHS-led", "A&E" survive as one term.
WORD = re.compile(r"\d+[a-z]\d+[a-z]?\b|£?\d[\d,]*(?:\.\d+)?(?:%|[a-z]{1,2}\b)?|[^\W\d_]+(?:[&'’][^\W\d_]+|\d+[a-z]*\d*)*", re.I)
COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:-[^\W_]++)++")
SECTION = re.compile(r"s(\d+[a-z]\d+)")
STOP = frozenset(
    """a about above after again all also am an and any are as at be been before being below between both but by can cannot could did do does
    doing down during each etc few for from further get give given had has have having he her here hers him his how i if in into is it its
    itself just let like me more most much my no nor not now of off on once only or other our ours out over own please said same say says she
    should so some such tell than that the their theirs them then there these they this those through to too under until up us very was we
    were what when where which while who whom why will with would you your yours""".split()
)
_stem = Stemmer.Stemmer("english").stemWord


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one lower-case word; figures stay as they are."""
    return str(word if word[0].isdigit() or word[0] == "£" else _stem(word))


def words(text: str) -> list[str]:
    """The lower-case words and figures of a text in order; thousands separators are dropped."""
    return [match.group().lower().replace("’", "'").replace(",", "").removesuffix("'s") for match in WORD.finditer(text)]


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning; compounds whole ("nhs-led") beside their parts, and "65z5" beside "s65z5"."""
    return list(_terms(text))


@lru_cache(maxsize=20_000)  # the units of a corpus are compared with question after question
def _terms(text: str) -> tuple[str, ...]:
    held = words(text)
    found = [stem(word) for word in held if word not in STOP]
    found += [match[1] for word in held if (match := SECTION.fullmatch(word))]
    found += [match.group().lower() for match in COMPOUND.finditer(text)]
    return tuple(found)


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """Every term of the texts."""
    return frozenset(term for text in texts for term in terms(text))
