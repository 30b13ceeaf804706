"""The slot that a question leaves open, and whether a text fills it: a figure of the thing counted, the name of who holds a role, a date.

A near miss speaks of the right place and lacks the very thing that was asked for. No score over the whole passage sees that; the slot does.
"""

import re
from collections.abc import Container
from typing import Literal

from pc_assistant.answering.clauses import LIGHT
from pc_assistant.domain.values import Value
from pc_assistant.retrieval.terms import STOP, stem, terms, words

SlotKind = Literal["amount", "contact", "count", "date", "distance", "duration", "money", "name", "none", "share", "wording"]

FIGURE = re.compile(
    r"£?\d[\d,.]*(?:%|m\b|bn\b)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|half|third|quarter|double|both|single|once|twice|no|none)s?\b",
    re.I,
)
FILLS: dict[SlotKind, re.Pattern[str]] = {
    "amount": FIGURE,
    "contact": re.compile(r"@|\b\d[\d\s-]{6,}\d\b|\bwww\.|https?:"),
    "count": FIGURE,
    "date": re.compile(
        r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\b(?:spring|summer|autumn|winter)\b",
        re.I,
    ),
    "distance": re.compile(r"\bmiles?\b|\bkilomet|\bkm\b|\bhours?\b|\bminutes?\b", re.I),
    "duration": re.compile(r"\b(?:day|week|month|year|hour|minute|decade)s?\b|\b(?:19|20)\d\d\b", re.I),
    "money": re.compile(r"£|\bpounds?\b", re.I),
    "name": re.compile(r"\b[A-Z][a-z'’-]+ (?:(?:Mc|Mac|O'|de |van )?[A-Z][\w'’-]+)\b"),
    "share": re.compile(r"%|\bper ?cent\b|\b(?:half|third|quarter|fifth|tenth|majority|one in|in ten|two-thirds)\b", re.I),
    "wording": re.compile(r"[“\"]"),
}
MONEY = r"budgets?|costs?|turnover|revenue|income|salar(?:y|ies)|pay(?! for\b)|paid(?! for\b)|fees?|price|funding|spend(?:ing)?|spent|savings?|saved?|invest(?:ed|ment)?|worth|value|deficit|surplus|£m?|pounds|subscription|contribut(?:e|ion)s?|charges?"
QUESTIONS: tuple[tuple[SlotKind, str], ...] = (
    (
        "contact",
        r"\b(?:tele)?phone number|\be-?mail(?: address)?\b|\bcontact details?\b|\bpostal address\b|\bweb ?site\b|\bhow (?:do|can) (?:i|we) (?:contact|reach|get in touch)\b",
    ),
    ("wording", r"\bexact (?:wording|words|text)\b|\bverbatim\b|\bquote me\b|\bwhich (?:sub-?)?(?:paragraph|clause|subsection)\b"),
    (
        "money",
        rf"\bhow much (?:money|funding|cash)?\b|\b(?:need|want|give me|send|share)\b(?:(?!\babout\b).){{0,40}}\b(?:budget|salary|turnover|deficit|surplus|fees?|subscription)\b|\b(?:what|which)(?: is| was| are| were|'s)? (?:the |its |their )?(?:[\w'&-]+ ){{0,4}}(?:{MONEY})\b(?! (?:of|from) (?:collabor|working))|\bin (?:pounds|£)"
        r"|\b(?:need|want|know|(?:tell|give|show) (?:me|us))\b(?:(?!\babout\b).){0,40}\b(?:budget|turnover|revenue|income|salary|deficit|surplus)\b",
    ),
    ("share", r"\bwhat (?:percentage|proportion|share|fraction|per ?cent)|\b(?:which|what) %|\bpercentage\b"),
    ("distance", r"\bhow (?:far|close)\b"),
    ("duration", r"\bhow (?:long|old|quickly|soon)\b|\bresponse time\b|\bwaiting time\b|\blength of (?:term|tenure)\b"),
    ("count", r"\bhow many\b|\bnumber of\b|\bhow (?:big|large)\b|\bheadcount\b|\bhow many times\b|\bpopulation\b|\bhow often\b"),
    (
        "date",
        r"^(?:and |so |but )*when (?:was|is|were|are|did|does|do|will)\b|\b(?:what|which|in what|in which|on what|on which) (?:year|date|month|day)\b|\bsince when\b|\bby when\b|\bwhat date\b",
    ),
    (
        "name",
        r"\bwho (?:is|was|are|were|'s|currently|now)\b.{0,12}\b(?:the |its |their )?(?:[\w'&-]+ ){0,3}(?:chair|chief|director|officer|lead|leader|head|manager|president|secretary|ceo|cio|sro)\b"
        r"|\bwho (?:currently )?(?:chairs|chaired|heads|headed|leads|led)\b|\bname of\b|\b(?:chair|director|lead|chief executive|ceo|manager)'?s? name\b|\bwhich (?:firm|company|supplier|consultanc|provider of|law firm)",
    ),
)


# The stems of what is counted where the question does not say "how many" of it.
COUNTED: dict[str, tuple[str, ...]] = {
    "population": ("popul", "peopl"),
    "headcount": ("headcount", "staff", "employ"),
    "how big": (),
    "how large": (),
    "how often": (),
}
ORGANISATIONS = frozenset(
    terms(
        "NHS England Improvement Providers Confederation Trust Foundation Hospital Board Committee Collaborative Alliance Group Partnership Network System Care Health"
    )
)
MEMBERS = tuple(terms("members partners trusts organisations providers"))  # who asks how many members there are takes any of them
SUMS = frozenset(
    terms("budget cost turnover revenue income salary pay paid fee price subscription charge deficit surplus")
)  # a saving is no salary
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Slot(Value):
    """What is asked for, and the stems of the thing counted or of the role held."""

    kind: SlotKind = "none"
    focus: tuple[str, ...] = ()


def slot(text: str) -> Slot:
    """The slot that a question leaves open."""
    lowered = " ".join(text.lower().replace("’", "'").split())
    for kind, pattern in QUESTIONS:
        match = re.search(pattern, lowered)
        if match:
            return Slot(kind=kind, focus=_focus(kind, lowered, match))
    return Slot()


def _focus(kind: SlotKind, lowered: str, match: re.Match[str]) -> tuple[str, ...]:
    """For a count the words after it ("how many GPs are…"), none where no thing is named; for the rest the words that the match itself holds."""
    if kind == "count":
        if match.group() in COUNTED:
            return COUNTED[match.group()]
        after = words(lowered[match.end() :])
        taken: list[str] = []
        for word in after:
            if word in STOP | LIGHT and taken:
                break
            if word not in STOP | LIGHT:
                taken.append(stem(word))
            if len(taken) == 2:
                break
        return MEMBERS if {"member", "partner"} & set(taken[:1]) else tuple(taken)
    return tuple(dict.fromkeys(terms(match.group())))


def bound(wanted: Slot, text: str, context: str = "") -> bool:
    """Whether `text` fills the slot: holds the kind of thing asked for, and for a count the thing counted near a figure.

    `context` (lead-in, header, headings) may name the thing counted, but the figure must stand in the text.
    """
    if wanted.kind == "none":
        return True
    if wanted.kind == "count":
        text = YEAR.sub(" ", text)  # the year in which trusts joined is not how many did
    if wanted.focus == MEMBERS:
        return any(_near(focus, said, distance=4, before=True) for focus in MEMBERS for said in (text, YEAR.sub(" ", context)))
    if not FILLS[wanted.kind].search(text):
        return False
    if wanted.kind == "count" and wanted.focus:
        return any(_near(focus, text) for focus in wanted.focus) or bool(set(wanted.focus) & set(terms(context)))
    return True


def met(wanted: Slot, text: str, context: str, places: Container[str]) -> bool:
    """Whether `text` fills the slot with the very thing: a sum of the sort asked for, or someone's name beside the role. The rest as `bound`."""
    if wanted.kind == "name":
        return names_someone(text, wanted, places, context)
    sums = SUMS & set(wanted.focus) if wanted.kind == "money" else set()
    return bound(wanted, text, context) and (not sums or bool(sums & set(terms(f"{text} {context}"))))


def announces(wanted: Slot, lead: str) -> bool:
    """Whether a lead-in tells how many there are of what is counted: "three mental health trusts:"."""
    if wanted.focus == MEMBERS:
        return bound(wanted, lead)
    return wanted.kind == "count" and bool(wanted.focus) and all(_near(focus, YEAR.sub(" ", lead), distance=3) for focus in wanted.focus)


def names_someone(text: str, wanted: Slot, places: Container[str], context: str = "") -> bool:
    """Whether a text, or what stands over it, holds the role asked for, and the text a name that is neither of `places` (stems) nor of an organisation."""
    role = [term for term in wanted.focus if term not in places]
    if not set(role) & set(terms(f"{text} {context}")):
        return False
    return any(not any(term in places or term in ORGANISATIONS for term in terms(match.group())) for match in FILLS["name"].finditer(text))


def _near(focus: str, text: str, distance: int = 6, before: bool = False) -> bool:
    """Whether a figure stands within some words of the thing counted, or of the words before it."""
    tokens = [match.group() for match in re.finditer(r"[£\w][\w,.%’'-]*", text)]
    figures = [i for i, token in enumerate(tokens) if FIGURE.fullmatch(token.strip(".,’'")) or token[0].isdigit() or token[0] == "£"]
    things = [i for i, token in enumerate(tokens) if focus in {stem(word) for word in words(token)}]
    return any((0 < j - i <= distance) if before else abs(i - j) <= distance for i in figures for j in things)
