"""What the questions that were not answered are about: groups that share words that carry meaning."""

from collections import Counter
from collections.abc import Sequence

from pc_assistant.domain.operations import Theme
from pc_assistant.retrieval.terms import STOP, stem, words

MOST = 12
SHOWN = 3
WORDS = 4


def themes(questions: Sequence[str], most: int = MOST) -> tuple[Theme, ...]:
    """At most `most` groups of two questions or more, the largest first; a question is in one of them at most.

    A group is what shares the word that most of the questions left share. A word that nearly all of them have says nothing.
    """
    left = [(question, {stem(word): word for word in words(question) if word not in STOP and len(word) > 2}) for question in questions]
    everywhere = {term for term, number in Counter(term for _, terms in left for term in terms).items() if number > max(4, 0.5 * len(left))}
    found: list[Theme] = []
    while len(found) < most:
        counted = Counter(term for _, terms in left for term in terms if term not in everywhere)
        if not counted:
            break
        shared, number = min(counted.items(), key=lambda item: (-item[1], item[0]))
        if number < 2:
            break
        group = [one for one in left if shared in one[1]]
        left = [one for one in left if shared not in one[1]]
        found.append(_theme(group, everywhere))
    return tuple(sorted(found, key=lambda theme: -theme.number))


def _theme(group: Sequence[tuple[str, dict[str, str]]], everywhere: set[str]) -> Theme:
    shared = Counter(term for _, terms in group for term in terms if term not in everywhere)
    often = sorted((term for term, number in shared.items() if number > len(group) / 2), key=lambda term: (-shared[term], term))[:WORDS]
    surface = {term: Counter(terms[term] for _, terms in group if term in terms).most_common(1)[0][0] for term in often}
    questions = tuple(dict.fromkeys(question for question, _ in group))[:SHOWN]
    return Theme(words=tuple(surface.values()), number=len(group), questions=questions)
