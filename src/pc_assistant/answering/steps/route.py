"""route: greetings, questions on what is held, and clinical or personal matters are not questions to the corpus."""

import re
from dataclasses import replace

from pc_assistant.answering.asking import analyse
from pc_assistant.answering.draft import Draft, Line, Support
from pc_assistant.answering.respond import refusal
from pc_assistant.answering.state import Corpus, State
from pc_assistant.domain.answers import RefusalReason
from pc_assistant.knowledge.indexing import ABOUT
from pc_assistant.retrieval.terms import terms

GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|thanks?(?: you)?(?: (?:so|very) much)?|cheers|ok(?:ay)?|great|bye|goodbye|how are you|many thanks|there|again|all)[\s,.!?]*)+$",
    re.I,
)
HELD = r"(?:documents?|sources?|reports?|papers|publications)"
INVENTORY = re.compile(
    rf"\b(?:what|which|list|how many)\b.{{0,25}}\b{HELD}\b.{{0,25}}\b(?:do you|have you|you (?:hold|have|know|use|rely)|in your (?:library|corpus|collection))\b"
    rf"|^(?:what|which|how many) {HELD} are (?:there|held|available)[\s?.!]*$|^(?:list|show|name)(?: me)? your {HELD}\b|\bwhat are your sources\b|\bwhat topics (?:do you|can (?:you|i))\b"
    r"|\bwhat (?:do you know|can you (?:do|answer|help|tell)(?: me)?(?: with)?|can i ask(?: you)?)(?: about)?(?: (?:nhs )?provider collaboratives?)?[\s?.!]*$"
    r"|^(?:and |so )?(?:who|what) are you[\s?.!]*$|\bwhere do(?:es)? your (?:answers?|information) come from\b",
    re.I,
)
PERSONAL = re.compile(
    r"^(?:am|should|will) i\b|\bhow (?:long|much|many)\b.{0,20}\b(?:will|am|do) i\b|\bcan i (?:take the|work|get a refund|appeal)\b|\bi(?:'m| am) (?:pregnant|ill|unwell|bleeding|sick|in pain|being|worried about my)\b"
    r"|\b(?:sick|maternity|redundancy) (?:pay|leave)\b|\btribunal\b|\bmade redundant\b|\bnotice period\b|\bdate of birth\b|\bi (?:whistleblew|resigned|was (?:turned down|refused|passed over))\b|\bcancerous\b|\bi feel like\b|\bcan't go on\b"
    r"|\b(?:hba1c|cholesterol|blood (?:pressure|test|sugar))\b|\b(?:in-?patient|patient) on ward\b|\b(?:moved|move) up the waiting list\b|\bmy (?:sister|brother|nan|gran\w*|aunt|uncle|friend|contract|job|notice|consultant|rota|knee|hip|back|leg)\b"
    r"|\bmy (?:mum|mother|dad|father|son|daughter|child|wife|husband|partner(?! (?:trust|organisation|provider)s?\b)|baby|patient|symptoms?|diagnosis|medication|prescription|pain|(?:gp |out-?patient |hospital )?appointment"
    r"|salary|pay|pension|contract of employment|dismissal|grievance|redundancy|test results?|operation|referral|medical records?|depression|anxiety|blood)\b"
    r"|\bmy (?:boss|employer|manager|chief executive) (?:is (?!an?\b|the\b)\w+ing|has (?:dismissed|sacked|suspended|bullied|harassed|threatened)|won't|refuses|keeps|bull(?:ies|ied)|harass(?:es|ed))\b"
    r"|\bshould i (?:take|stop taking|see a doctor|resign|sue)\b|\bi(?:'ve| have) (?:been )?(?:diagnosed|dismissed|sacked|bullied|a (?:pain|lump|rash|headache|fever|cough))\b|\bi feel (?:suicidal|ill|unwell|depressed)\b"
    r"|\bwhat (?:dose|dosage)\b|\bdos(?:e|age) of\b|\bmg of\b|\bside effects? of (?!.{0,25}\b(?:merg|collab|integrat|join|reform|reorgan|model|polic))|\bhave (?:any )?side effects\b|\bam i (?:entitled|eligible|liable)\b"
    r"|\bcan i (?:sue|be sacked|be dismissed|claim (?:unfair|compensation|damages|benefits|redundancy|sick))\b|\bsuicidal\b|\bkill myself\b|\b(?:i|my|me)\b.{0,40}\bsuicide\b(?! prevention)"
    r"|\bi(?:'ve| have)?\b.{0,40}\bchest pains?\b|\bi (?:was|am being|have been|'ve been) (?:bullied|dismissed|harassed|sacked|suspended|discriminated)\b|\bdo i have an? (?:\w+ ){0,2}case\b"
    r"|\blook up\b.{0,20}\bpatient\b|\bpatient \[removed\]|\bunfair(?:ly)? dismiss|\bpatient (?:called|named|with nhs number)\b"
    r"|\bsymptoms of (?!.{0,25}\b(?:fail|system|collab|poor|weak|govern|organis|distrust|pressure))|\bhow (?:do|can|should|would) (?:i|you) (?:treat|cure)\b|\b(?:treat|cure) my\b|\b(?:home|private) address\b|\bdeclared bankrupt\b|\bwill i (?:personally|be)\b",
    re.I,
)
TASK = re.compile(
    r"^(?:please |can you |could you |would you |i (?:want|need|would like) you to )*(?:(?:write|compose|sing|paint|book|buy|solve)\b(?!-| (?:down|in (?:one|a|brief)|briefly)\b)"
    r"|draft (?:me |us )?(?:an?|the|my|our|this|that|some)\b|translate\b(?! the (?:guidance|policy|vision))|calculate\b.{0,20}\d|order (?:me|us|an?|some|\d+)\b)"
    r"|\btell (?:me|us) a (?:joke|story)\b|\b(?:poem|haiku|limerick|recipe(?! for (?:success|failure|disaster))|horoscope|(?<!postcode )lottery|weather forecast|football|song lyrics)\b"
    r"|\bwhat(?:'s| is) [\d.,%£ ]*\d[\d.,%£ ]*(?:(?:of|x|plus|minus|times|divided by)\s+£?\d|[*+×]\s*£?\d)",
    re.I,
)


def route(state: State) -> State:
    """Finishes what is not a question to the corpus; else says what kind of answer is asked for."""
    text = state.text
    if GREETING.match(text):
        return _refuse(state, "greeting")
    if any(PERSONAL.search(words.replace("’", "'")) for words in (text, state.question.text)):
        return _refuse(state, "personal_matter")
    if TASK.search(text):
        return _refuse(state, "out_of_scope")
    if INVENTORY.search(text) and not state.corpus.entities.find(text):
        return replace(state, draft=inventory(state.corpus), confidence=1.0)
    if not re.search(r"[^\W\d_]{2}", text) or not terms(text):
        return _refuse(state, "no_question")
    return replace(state, ask=analyse(text))


def inventory(corpus: Corpus) -> Draft:
    """What is held, each document by the words of its own entry."""
    lines = [Line(text="I answer from these documents:", kind="fixed")]
    for text in corpus.snapshot.held:
        chunk = next((chunk for chunk in text.chunks if chunk.section == (ABOUT,)), None) or next(iter(text.chunks), None)
        if chunk:
            unit = chunk.units[0]
            support = Support(chunk=chunk, document=text.document, unit=unit)
            lines.append(Line(text=chunk.quote(unit), kind="item", supports=(support,)))
    return Draft(lines=tuple(lines))


def _refuse(state: State, reason: RefusalReason) -> State:
    return replace(state, status="refused", reason=reason, answer=refusal(reason))
