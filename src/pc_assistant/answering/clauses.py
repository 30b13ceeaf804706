"""Sentences to clauses, and clauses to the words that are compared: figures, modal words, directions, names and the rest."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from pc_assistant.retrieval.terms import STOP, stem, words

NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
        1,
    )
}
QUANTITIES = frozenset(
    "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half third thirds quarter quarters double twice".split()
)
MONTHS = frozenset("january february march april may june july august september october november december".split())
NEGATIONS = frozenset("not never no none nor neither without unless except".split())
MODALS = NEGATIONS | frozenset(
    "must should may might can could shall will would all every only expected required unable longer need".split()
)
# What is cited with one of these may not be repeated without it.
BINDING = NEGATIONS | frozenset(
    """must should may might could would only expected unable some most many few several least need if whether likely unlikely perhaps seem seems
    seemed fear fears feared hope hopes hoped propose proposes proposed intend intends intended doubt doubts warn warns warned false untrue""".split()
)
# Words of time, order and degree that say the opposite when one stands for another.
SIDES = frozenset("before after since until now previously least most more less fewer above below over against".split())
RISING = frozenset(
    "rise rises rose risen rising raise raises raised raising increase increases increased increasing grow grows grew grown higher".split()
)
FALLING = frozenset(
    "fall falls fell fallen falling reduce reduces reduced reducing decrease decreases decreased decreasing lower lowers lowered cut cuts cutting drop drops dropped".split()
)
IRREGULAR = {
    form: verb
    for verb, forms in {
        "begin": "began begun", "bind": "bound", "build": "built", "choose": "chose chosen", "draw": "drew drawn", "feel": "felt", "find": "found",
        "give": "gave given", "hold": "held", "keep": "kept", "know": "knew known", "lead": "led", "leave": "left", "lose": "lost",
        "mean": "meant", "meet": "met", "pay": "paid", "run": "ran", "see": "saw seen", "seek": "sought", "sell": "sold", "send": "sent",
        "show": "showed shown", "speak": "spoke spoken", "spend": "spent", "teach": "taught", "think": "thought",
        "understand": "understood", "win": "won", "write": "wrote written",
    }.items()
    for form in forms.split()
}  # fmt: skip
# Words that a sentence may add without stating anything.
LIGHT = frozenset(
    """come comes came bring brings brought take takes took taken make makes made lie lies become becomes became being get gets got go goes went going
    according way ways one's thing things well thus hence therefore however moreover instead overall so-called namely already yet still additionally
    when where whose""".split()
)
SHORT = (
    (re.compile(r"\b(?:can(?:no|n?['’])t)\b", re.I), "can not"),
    (re.compile(r"\bwon['’]t\b", re.I), "will not"),
    (re.compile(r"n['’]t\b", re.I), " not"),
)
MAY = re.compile(r"\bMay(?= (?:19|20)\d\d\b)|(?<=[\w,] )May\b")  # the month, or a name
CUT = re.compile(r"; |,? (?=(?:while|whereas)\b)|, (?=(?:and|but(?! not\b)|or|against)\b)")
NAMES = re.compile(r"[A-Z][\w&’'-]*+(?:\s++[A-Z][\w&’'-]*+)*+")  # of one word, too, so that no word is looked at twice
SOFT = re.compile(r"(,? and |, )")
PHRASE = re.compile(r"(?:according|after|at|before|between|by|during|for|from|in|of|on|since|to|under|until|with)\b", re.I)
TOWARDS = frozenset(("to", "from"))


@lru_cache(maxsize=20_000)
def normal(word: str) -> str:
    """The form under which a word is compared: its stem; figures for number words; one word for all that rises, one for all that falls."""
    if word in RISING:
        return "↑"
    if word in FALLING:
        return "↓"
    return NUMBERS.get(word) or stem(IRREGULAR.get(word, word))


def counts(word: str) -> bool:
    """Whether a normal form is a figure, a quantity or a month."""
    return any(c.isdigit() for c in word) or word in FIGURES


FIGURES = frozenset(stem(word) for word in QUANTITIES | (MONTHS - {"may"}) | {"mai"})  # as Clause.tokens writes the month of May


@dataclass(frozen=True)
class Clause:
    """One clause of a sentence or of what it cites."""

    text: str

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Its words in order, in lower case, contracted negations in full."""
        text = self.text
        for pattern, full in SHORT:
            text = pattern.sub(full, text)
        return tuple(words(MAY.sub("Mai", text)))

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The normal forms of the words that carry meaning, in order; modal words and sides are looked at by themselves."""
        light = STOP | LIGHT | MODALS | SIDES
        return tuple(normal(word) for word in self.tokens if word not in light)

    @cached_property
    def figures(self) -> frozenset[str]:
        """Its figures, quantities and months."""
        return frozenset(form for form in self.forms if counts(form))

    @cached_property
    def content(self) -> frozenset[str]:
        """Its other words that carry meaning."""
        return frozenset(self.forms) - self.figures

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Its words, two by two as they follow each other."""
        return frozenset(pairwise(map(normal, self.tokens)))

    @cached_property
    def names(self) -> frozenset[tuple[str, str]]:
        """Two by two, the words of its names of several words."""
        found = (match.group().split() for match in NAMES.finditer(MAY.sub("Mai", self.text)))
        pairs = ((words(a), words(b)) for name in found for a, b in pairwise(name))
        return frozenset((normal(a[-1]), normal(b[0])) for a, b in pairs if a and b and not {a[-1], b[0]} & STOP)

    @cached_property
    def modals(self) -> frozenset[str]:
        """Its modal words and negations."""
        return MODALS & frozenset(self.tokens)

    @cached_property
    def binding(self) -> frozenset[str]:
        """The words that may not be dropped."""
        return BINDING & frozenset(self.tokens)

    @cached_property
    def sides(self) -> frozenset[str]:
        """Its words of time, order and degree."""
        return SIDES & frozenset(self.tokens)

    @cached_property
    def governed(self) -> Counter[tuple[str, str]]:
        """Each modal word, negation and limit with the next word that carries meaning, or with none."""
        found: Counter[tuple[str, str]] = Counter()
        for place, word in enumerate(self.tokens):
            if word in MODALS | BINDING:
                found[word, next(iter(Clause(" ".join(self.tokens[place + 1 : place + 6])).forms), "")] += 1
        return found

    @cached_property
    def aims(self) -> frozenset[tuple[str, str]]:
        """Each "to" and "from" with the next word that carries meaning: who gives whom what, and where things come from."""
        found = set()
        for place, word in enumerate(self.tokens):
            if word in TOWARDS:
                following = Clause(" ".join(self.tokens[place + 1 : place + 5])).forms
                found |= {(word, form) for form in following[:1]}
        return frozenset(found)

    def before(self, figure: str) -> frozenset[str]:
        """The nearest word before a figure, wherever it stands, other figures passed over."""
        return self._nearest(self.forms, figure)

    def beside(self, figure: str) -> frozenset[str]:
        """The nearest words before and after a figure; none where it opens the clause."""
        before = self.before(figure)
        return before | self._nearest(self.forms[::-1], figure) if before else before

    @staticmethod
    def _nearest(forms: tuple[str, ...], figure: str) -> frozenset[str]:
        places = [place for place, form in enumerate(forms) if form == figure]
        return frozenset(form for place in places for form in [other for other in forms[:place] if not counts(other)][-1:])


@lru_cache(maxsize=5_000)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a sentence. Where figures stand on both sides of an "and" or a comma, each belongs to a clause of its own."""
    found: list[str] = []
    for part in CUT.split(" ".join(text.split())):
        piece, *rest = SOFT.split(part)
        for joint, bit in zip(rest[::2], rest[1::2], strict=True):
            apart = "and" in joint or not PHRASE.match(bit)
            if apart and Clause(bit).figures and Clause(piece).figures and not PHRASE.match(piece):
                found.append(piece)
                piece = bit
            else:
                piece += joint + bit
        found.append(piece)
    return tuple(Clause(piece) for piece in found if piece)
