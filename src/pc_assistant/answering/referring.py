"""Does a question lean on what was said before it? By its pronouns and bare definite names, by whether it names what they stand for itself, and
where there are none ("how often does the chair change?") by what a model has learned of such questions.

A pronoun has its antecedent in the question where a clause with words of meaning comes before it ("What is Act as One and what has it
changed?"), or a subject of the same number ("Can members pool their funds?"): a small part of the constraints of Lappin and Leass, An
Algorithm for Pronominal Anaphora Resolution, 1994.
"""

import re
from collections.abc import Callable

from pc_assistant.retrieval.terms import terms

AUX = r"(?:is|are|was|were|do|does|did|can|could|should|must|will|would|has|have|had|may|might)"
FRAME = re.compile(
    rf"^(?:what|which|who|whose|when|where|why|how|{AUX}|define|describe|explain|give|list|name|outline|show|summari[sz]e|tell)\b", re.I
)
OPENER = re.compile(r"^(?:and|but|so|also|then|or|plus)\b[\s,]*", re.I)
COURTESY = re.compile(
    r"^(?:(?:thanks?(?: you)?(?: (?:so|very) much)?|many thanks|cheers|ok(?:ay)?|great|right|hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|how are you|goodbye|bye)\b[\s,.!?]*)+",
    re.I,
)
DEFINING = re.compile(r"^(?:what(?:'s| is| are) an? |what does \S+ (?:mean|stand for)|define )", re.I)
OURS = re.compile(r"\b(?:we|our|us|i)\b", re.I)

PLURAL = frozenset("they them their theirs themselves these those".split())
SINGULAR = frozenset("it its itself".split())
PERSONAL = frozenset("he she his her hers him".split())
ANAPHOR = re.compile(
    r"\b(?:(?-i:[Ii]ts?)|itself|they|them|theirs?|themselves|he|she|his|hers?|him|these|this(?! (?:year|month|week)\b)|those(?! (?:who|that|which|of|in|with|from)\b)"
    r"|(?<=\bis )that(?! (?:all|any|an?|the|every|each|no|it|they|we|there)\b)|(?:(?<=\bdid )|(?<=\bdoes ))that|(?<=\babout )that|that(?: one)?(?=[\s?.!]*$)"
    r"|(?:the|which) others?(?=[\s?.!]*$)|the (?:latter|former|same)(?=[\s?.!]*$)|(?:in|from|over|happen(?:s|ed)?|work|about) there(?=[\s?.!]*$))\b",
    re.I,
)
ADJECTIVE = (
    r"(?:true|right|correct|mandatory|compulsory|necessary|possible|legal|lawful|ok|okay|allowed|permitted|required|worth|better|best|enough|important|easy|hard|common|normal|clear"
    r"|likely|usual|fine|wise|sensible|expected|advisable|essential|open|new|awkward|proportionate|an? (?:\w+ )?(?:headache|time|idea|problem|risk|mistake))"
)
# "Is it true that …": this "it" stands for what follows.
EXPLETIVE = re.compile(
    rf"\bit (?:\w+ ){{0,2}}?{ADJECTIVE} (?:to|that|for|if|whether|what|\w+ing)\b|\bit (?:costs?|takes?|matters?|helps?)\b.{{0,30}}?\b(?:to|if|when|whether|that)\b"
    r"|\bit(?: is|'s) worth\b|\b(?:when|if) it comes to\b|\bmakes? it \w+ to\b|\bin it for\b",
    re.I,
)
KINDS = "partnership|collaborative|alliance|group|trust|survey|event|model|report|guidance|toolkit|document|briefing|member|partner|speaker|programme|board|committee|hub|challenge|saving|figure"
BARE_NAME = re.compile(
    r"\b(?:the|each of the) (?:partnership|collaborative|alliance|hub|models?|members?|partners?|speaker|challenges?|savings?|figures?)\b"
    r"(?! (?:of|in|for|that|which|who|between|with|from|under|at|called|to|agreement|and)\b)"
    rf"|\bthe (?:group|trusts?|board|committee|programme)(?=[\s?.!,]*$|[?.!,;]| {AUX}\b)|\b(?:this|that) (?:{KINDS})\b|\b(?:these|those|both) (?:{KINDS})s?\b",
    re.I,
)
ELLIPSIS = re.compile(
    rf"^how many {AUX}\b|^how many(?: \w+)?(?:[\s?.!]*$|,? and (?:what|which|who) are (?:they|these)\b)|^which (?:{AUX}|of (?:them|these|those))\b"
    r"|\bthe (?:first|second|third|fourth|fifth|sixth|last)(?: one)?[\s?.!]*$|\b(?:give|show|name) (?:me |us )?(?:an?|another|one) example\b(?! of)|^what do you mean[\s?.!]*$"
    r"|^(?:please )?(?:give|show|tell) (?:me |us )?(?:only|just)\b|^(?:only|just) the\b|^(?:what|how) about\b|\bthen[\s?.!]*$",
    re.I,
)
BOUNDARY = re.compile(
    r"[.;:,?!–—(]|\b(?:and|or|but|if|when|once|because|while|where|since|until|unless|so|that|which|who|whom|whose|how|what|why|whether|than|as|before|after)\b",
    re.I,
)
# The words after the first auxiliary verb, or after "which" and "how many" where none follows: there the subject is.
SUBJECT = re.compile(
    rf"^(?:(?:how many|how much|how|why|when|where|what|which)\b(?: [\w'-]+){{0,4}}? )?{AUX} (?P<words>.+)$|^(?:how many|which) (?P<asked>(?:(?!{AUX}\b)\S+ )+)$",
    re.I,
)
MANY = re.compile(r"\b(?:\w+[^s\W]s|people|staff|children|any(?:one|body))\b", re.I)
ONE = re.compile(r"\b(?:an?|any|each|every|our|one)\s+\w", re.I)
NAME = re.compile(r"\b[A-Z]\w+")


def leans(text: str, sensed: Callable[[str], bool] = lambda text: False) -> bool:
    """Whether a question cannot be understood without the one before it. `sensed` is asked where no word of it tells."""
    text = COURTESY.sub("", text)
    body = OPENER.sub("", text)
    if body != text and not DEFINING.match(body):
        return True
    if not re.search(r"\w", body) or (re.search(r"\byou\b", body, re.I) and not terms(body)):  # nothing, or about the assistant
        return False
    if not terms(body) or (len(terms(body)) == 1 and not FRAME.match(body)):
        return True
    return bool(ELLIPSIS.search(body)) or _refers(body) or sensed(text)


def _refers(text: str) -> bool:
    """Whether the first pronoun or bare definite name stands for something that the question does not name before it."""
    without = EXPLETIVE.sub(lambda match: "-" * len(match.group()), text)
    found = [match for match in (ANAPHOR.search(without), None if OURS.search(text) else BARE_NAME.search(without)) if match]
    if not found:
        return False
    first = min(found, key=lambda match: match.start())
    before = text[: first.start()]
    if any(terms(before[: boundary.start()]) for boundary in BOUNDARY.finditer(before)):
        return False
    if not FRAME.match(text) and len(terms(before)) > 1:  # a statement: its subject comes first
        return False
    return not _agrees(before, first.group().lower())


def _agrees(before: str, anaphor: str) -> bool:
    """Whether a subject stands before the pronoun that it can stand for."""
    if anaphor in SINGULAR and ONE.search(before):
        return True
    match = SUBJECT.match(before)
    if not match:
        return False
    subject = match["words"] or match["asked"]
    if anaphor in PLURAL:
        return bool(MANY.search(subject))
    return bool(NAME.search(subject)) or (anaphor in SINGULAR and bool(match["asked"]) and not MANY.search(subject))
