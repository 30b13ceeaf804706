"""The same question as hurried people write it."""

from random import Random
from typing import get_args

from pc_assistant.domain.conversations import MAX_QUESTION
from pc_assistant.evaluation.record import Variant
from pc_assistant.evaluation.text import STOP_WORDS

VARIANTS: tuple[Variant, ...] = get_args(Variant)
TYPO_SHARE = 0.15


def perturb(question: str, variant: Variant, random: Random) -> str | None:
    """The question in one variant; None where the variant changes nothing or no longer fits the length of a question."""
    match variant:
        case "typos":
            changed = _typos(question, random)
        case "capitals":
            changed = question.upper()
        case "keywords":
            changed = _keywords(question)
        case "padding":
            changed = f"Hello, I hope you can help me with something. {question} Many thanks in advance, that would be a great help."
    return changed if changed and changed != question and len(changed) <= MAX_QUESTION else None


def _typos(question: str, random: Random) -> str:
    """Swaps two neighbouring inner letters in about one long word in seven, at least in one."""
    words = question.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    for place in random.sample(long, min(len(long), max(1, round(len(words) * TYPO_SHARE)))):
        word = words[place]
        at = random.randrange(1, len(word) - 2)
        words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def _keywords(question: str) -> str:
    words = [word.strip("?!.,;:\"'()") for word in question.split()]
    return " ".join(word for word in words if word and word.casefold() not in STOP_WORDS)
