"""screen: hidden characters and personal data go; instructions to the assistant are not questions."""

import re
import unicodedata
from dataclasses import replace

from pc_assistant.answering.respond import personal_data_removed, refusal
from pc_assistant.answering.state import State

EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.I)
PHONE = re.compile(r"(?<!\w)(?:\+44\s?\d{2,4}|0\d{2,4})[\s-]?\d{3,4}[\s-]?\d{3,4}\b")
TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)")
REMOVED = "[removed]"

INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip|drop)\b.{0,40}\b(?:instruction|rule|prompt|guideline|previous|above|prior|earlier|training|safeguard|restriction|filter"
    r"|citation|source|document|context|verification)s?\b"
    r"|\b(?:system|developer|hidden|initial|secret|internal|original)\s+(?:prompt|message|instruction)s?\b"
    r"|\b(?:reveal|print|show|repeat|output|display|dump|leak|tell me|give me|what (?:is|are|were))\b.{0,30}\b(?:your|the)\s+(?:\w+\s+)?(?:prompt|instructions|rules|configuration|api key|password|secret)s?\b"
    r"|\byou are (?:now|no longer)\b|\bfrom now on\b|\bwhatever the (?:documents?|sources?|corpus|guidance) sa(?:y|id|ys)\b|\b(?:repeat|print|copy) (?:the|all|everything|what)\b.{0,30}\b(?:above|before this|verbatim|word for word)\b|^continue as agreed\b|\bas (?:we )?agreed (?:earlier|before)\b|\bpretend\b|\brole[- ]?play\b|\bact as (?:an?|if|though|my|the)\b|\bimagine you (?:are|were)\b|\bsimulate\b"
    r"|\bjail ?break|(?-i:\bDAN\b)|\b(?:developer|debug|admin|god|sudo|unrestricted) mode\b|\bdo anything now\b"
    r"|<\s*/?\s*(?:system|assistant|instruction|user|im_start|im_end)\b|\[/?(?:INST|SYS|SYSTEM|ASSISTANT)\]|<\|.{0,20}\|>|^\s*(?:system|assistant|developer)\s*:"
    r"|\b(?:respond|reply|answer)\s+(?:only|just|exactly)?\s*(?:with|by saying|in)\s+(?:the (?:word|phrase|sentence)|[\"“'‘]|only|yes|no\b|json|base64)"
    r"|\b(?:repeat|say) after me\b|\b(?:just|simply|please|must|always)?\s*(?:say|state|confirm|write|declare|tell (?:me|everyone|them))\s+that\b.{0,80}\b(?:illegal|unlawful|banned|abolished|approved|mandatory|true|false|no longer)\b"
    r"|\bwithout (?:any )?(?:citations?|sources?|checking|verification)\b|\bmake (?:one|something|it|them|figures?|numbers?) up\b|\bmake up (?:an?|some|figures?|numbers?)\b|\binvent an?\b|\bfabricate\b|\bwrite an? (?:fake|false|forged)\b"
    r"|\b(?:decode|execute|run|eval)\b.{0,30}\b(?:base64|rot13|hex|code|command|script|following)\b|\bbase64\b|\brot13\b"
    r"|\bnew (?:instructions?|rules?|policy|task|directive)\s*:|\bend of (?:prompt|instructions|document|context)\b|\bunfiltered\b|\bno restrictions?\b",
    re.I,
)
ENCODED = re.compile(r"(?<!\S)[A-Za-z0-9+/]{32,}={0,2}(?!\S)")


def screen(state: State) -> State:
    """Finishes with `instruction` where the question tells the assistant what to be or to say."""
    text = visible(state.text)
    cleaned = without_personal_data(text)
    if cleaned != text:
        state = replace(state, notices=(*state.notices, personal_data_removed()))
    state = replace(state, text=cleaned, asked=cleaned)
    if INSTRUCTION.search(cleaned) or ENCODED.search(cleaned):
        return replace(state, status="refused", reason="instruction", answer=refusal("instruction"))
    return state


def visible(text: str) -> str:
    """`text` without control, format and private-use characters; white space becomes single spaces."""
    kept = "".join(
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFKC", text)
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    return " ".join(kept.split())


def without_personal_data(text: str) -> str:
    """`text` with e-mail addresses, telephone, National Insurance and valid NHS numbers replaced."""
    text = EMAIL.sub(REMOVED, text)
    text = NATIONAL_INSURANCE.sub(REMOVED, text)
    text = TEN_DIGITS.sub(lambda match: REMOVED if is_nhs_number(match.group()) else match.group(), text)
    return PHONE.sub(REMOVED, text)


def is_nhs_number(text: str) -> bool:
    """Whether ten digits pass the modulus 11 check of the NHS Data Dictionary (NHS NUMBER)."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9] and check != 10
