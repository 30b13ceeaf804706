"""screen: hidden characters and personal data go; instructions to the assistant are not questions."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from pc_assistant.answering.respond import personal_data_removed, refusal
from pc_assistant.answering.state import State

EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}\b")
NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.I)
PHONE = re.compile(r"(?<!\w)(?:\+44\s?(?:\(0\)\s?)?\d{2,4}|\(?0\d{2,4}\)?)[\s-]?\d{3,4}[\s-]?\d{3,4}\b")
TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\d)")
REMOVED = "[removed]"

# Where an order begins: a sentence, after words of courtesy. A trust that "acts as the host" or "ignores the earlier rules" is no order.
ORDER = (
    r"(?:^|[.!?;:]\s*)(?:(?:hello|hi|hey|please|now|then|so|ok(?:ay)?|great|instead|just|simply|always|kindly|also|and|next|first),?\s+)*"
    r"(?:you (?:must|should|will|shall|are to|have to|need to|can)\s+(?:now\s+|always\s+|only\s+)?|(?:can|could|will|would) you\s+(?:please\s+|now\s+)?"
    r"|(?:i|we) (?:want|need|order|ask|command|would like|expect) you to\s+|let's\s+)?"
)
OURS = r"(?:instruction|prompt|rule|guideline|safeguard|restriction|filter|guardrail|message|training)s?"
INSTRUCTIONS = (
    # Set aside what you were told, or what the documents say.
    rf"{ORDER}(?:ignore|disregard|forget|override|bypass|skip|drop|omit)\b.{{0,40}}\b(?:{OURS}|previous|above|prior|earlier|citations?|sources?|documents?|corpus|guidance|context|verification)\b",
    rf"\b(?:ignor|disregard|forget|overrid|bypass)\w*\b.{{0,30}}\b(?:your|previous|prior|above|earlier)\b.{{0,20}}\b(?:{OURS}|sources|citations|documents)\b",
    r"\b(?:ignore|disregard|forget|bypass|omit) (?:the |all |your |any )*(?:citations|sources|documents|instructions)\b.{0,20}\band (?:use|tell|say|answer|just|instead)\b",
    r"\bwhatever the (?:documents?|sources?|corpus|guidance) sa(?:y|id|ys)\b|\bomit (?:the |all )?(?:citations?|sources?)\b|\b(?:don't|do not|never) cite\b|\bno need (?:for citations?|to cite)\b",
    rf"{ORDER}(?:answer|reply|respond|write|say|tell me|state|speak)\b.{{0,60}}\bwithout (?:any )?(?:citations?|sources?|references|checking|verification)\b",
    r"\byour (?:\w+ )?(?:rules|safeguards|restrictions|filters|guardrails)\b|\b(?:stop|without|quit) (?:following|obeying) (?:your|the) \w+",
    r"(?:^|[.!?;]\s*)(?:your )?new (?:instructions?|rules?|policy|task|directive)\s*:|\byour new (?:instructions?|task|role|job|rules?) (?:is|are)\b|\bend of (?:prompt|instructions|document|context)\b",
    # Show what you were told.
    r"\b(?:system|developer|hidden|secret|internal|initial|original)\s+(?:prompt|instruction)s?\b|\byour (?:\w+ )?(?:prompts?|instructions?|configuration|api key|password|secrets?)\b",
    rf"{ORDER}(?:reveal|print|output|display|dump|leak|repeat)\b.{{0,30}}\bthe (?:\w+ )?(?:prompt|instructions|rules|configuration|api key|password|secret)s?\b",
    r"\b(?:repeat|print|copy) (?:the|all|everything|what)\b.{0,30}\b(?:above|before this|verbatim|word for word)\b|\bwhat (?:were|are|have) you (?:been )?(?:told|instructed)\b",
    r"\b(?:text|instructions|guidelines|orders|rules|message) (?:that |which )?you (?:were|are|have been) (?:given|told|shown)\b",
    r"\b(?:hidden|secret) (?:guidelines?|orders?|rules?|messages?)\b|\byour (?:own )?guidelines\b",
    # Be something else.
    r"\byou are (?:now|no longer) (?:(?:an?|the|in|free|called|allowed|able|my|bound)\b|(?-i:[A-Z]))|\b(?:comply with|obey) (?:me|my)\b|\bimagine you (?:are|were)\b|\brole[- ]?play\b",
    r"(?:^|[.!?;:,]\s*)from now on\b(?!, an?\b)|\bfrom now on,? (?:you|answer|reply|respond|ignore|speak|call|say)\b",
    rf"{ORDER}(?:act as (?:an?|if|though|my|the)|pretend|simulate|(?:play|assume|take) (?:on )?the (?:role|part|persona|identity) of|stop being)\b|\bpretend (?:to be|you|that you|i)\b",
    rf"{ORDER}(?:speak|talk|answer|write|respond|reply)\b.{{0,30}}\b(?:like an? \w|as if you (?:are|were)|in the (?:style|voice) of)",
    r"\bjail ?break|(?-i:\bDAN\b)|\b(?:developer|debug|god|sudo|unrestricted|maintenance) mode\b|\bdo anything now\b|\bunfiltered\b|\b(?:you have|with) no (?:restrictions|limits|rules)\b|^no restrictions\b",
    r"<!--|<\s*/?\s*(?:system|assistant|instruction|user|im_start|im_end)\b|\[/?(?:INST|SYS|SYSTEM|ASSISTANT)\]|<\|.{0,20}\|>|^\s*(?:system|assistant|developer)\s*:",
    r"\bstay in character\b|\byou(?:'re| are) playing\b|\byou(?:'re| are) (?:now )?my (?:\w+ ?writer|assistant|actor|character)\b|\bnew job\s*:",
    r"\bfrom (?:this message|here|then|that point) on\b.{0,30}\b(?:reply|answer|respond|treat|speak|say|start)\b|\btreat (?:whatever|everything) i (?:type|say|write)\b",
    # Say what no document says.
    r"\bput (?:\w+ ){0,2}words in(?:to)? (?:\w+ ){0,2}\w+['’]s mouth\b|\b(?:leave out|drop|skip|without) (?:the |your )?(?:bits? about )?(?:sources|citations)\b",
    r"\bwithout (?:using )?the (?:documents|sources|corpus)\b|\bwhat you (?:remember|already know)\b|\byou(?:'re| are) my (?:mate|friend)\b",
    r"\bwhat (?:language )?model are you\b|\bwhich files\b|\b(?:disable|switch off|turn off) (?:your|the) \w+|\bjust guess\b|\bguess the\b",
    r"\bi(?:'m| am) (?:the|your) (?:engineer|developer|creator|administrator|owner)\b|\braw (?:source|passages|context)\b",
    r"\bdocument now (?:reads|says)\b|\btell the (?:reader|user|board) that\b|\bhack\b|\banswer\b.{0,30}\bwhatever (?:it|i|the)\b",
    r"\b(?:respond|reply|answer)\s+(?:only|just|exactly)?\s*(?:with|by saying|in)\s+(?:the (?:word|phrase|sentence)|[\"“'‘]|only|yes|no\b|json|base64|french|german|spanish|latin)|\b(?:repeat|say) after me\b",
    rf"{ORDER}(?:say|state|confirm|write|declare|tell (?:me|everyone|them|the board))\s+that\b(?![^.!]*\?).{{0,80}}\b(?:illegal|unlawful|banned|abolished|approved|mandatory|true|false|no longer)\b",
    r"\byour (?:honest|own|personal|true|real|private) (?:opinions?|views?)\b|\bas saying the opposite\b|\bplausible (?:doi|quotes?|quotations?|sources?|references?|citations?|page)\b",
    rf"{ORDER}(?:change|alter|adjust|replace)\b.{{0,60}}\bfrom £?\d.{{0,20}}\bto £?\d|{ORDER}(?:store|remember|save) this for\b|{ORDER}attribute\b.{{0,40}}[\"“‘':]",
    r"\bignorez\b.{0,30}\b(?:consignes|instructions|règles)\b|(?-i:\b(?:SYSTEM|ASSISTANT)\s?:)",
    rf"{ORDER}(?:make up an?|make (?:it|them) up|make up (?:some|figures?|numbers?|data)|invent|fabricate)\b|\bmake (?:one|something|figures?|numbers?) up\b|\bwrite an? (?:fake|false|forged)\b",
    r"^continue as agreed\b|(?:^|[.!?;:,]\s*)as (?:we )?agreed (?:earlier|before)\b",
    r"\b(?:decode|execute|run|eval)\b.{0,30}\b(?:base64|rot13|hex|code|command|script|following)\b|\bbase64\b|\brot13\b",
)
INSTRUCTION = re.compile("|".join(INSTRUCTIONS), re.I)
MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*\d)\w{4,}\b", re.I)
LOOK_ALIKE = str.maketrans("013457", "oieast")
SPACED = re.compile(r"(?<!\w)(?:\w ){7,}\w(?!\w)")  # l i k e  t h i s: nobody asks so
ENCODED = re.compile(r"(?<!\S)[A-Za-z0-9+/]{32,}={0,2}(?!\S)")


def screen(state: State) -> State:
    """Finishes with `instruction` where the question tells the assistant what to be or to say."""
    text = visible(on_one_line(state.text))
    cleaned = without_personal_data(text)
    if cleaned != text:
        state = replace(state, notices=(*state.notices, personal_data_removed()))
    state = replace(state, text=cleaned, asked=cleaned)
    if is_instruction(cleaned):
        return replace(state, status="refused", reason="instruction", answer=refusal("instruction"))
    return state


def is_instruction(text: str) -> bool:
    """Whether a visible text tells the assistant what to be, to reveal or to say, as it stands or in a disguise that it could be read in."""
    return bool(ENCODED.search(text) or SPACED.search(text)) or any(INSTRUCTION.search(reading) for reading in (text, *_disguised(text)))


def _disguised(text: str) -> Iterator[str]:
    """Backwards; with letters for the digits that look like them."""
    yield text[::-1]
    if len(MIXED.findall(text)) > 1:
        yield text.translate(LOOK_ALIKE)


def visible(text: str) -> str:
    """`text` without control, format and private-use characters; white space becomes single spaces."""
    kept = "".join(
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFKC", text)
        if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    return " ".join(kept.split())


def on_one_line(text: str) -> str:
    """`text` with a semicolon after each line that ends with a letter or figure, as those of a signature do, so that its end stays to be seen."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(
        f"{line};" if line[-1].isalnum() and below[:1].isalpha() else line for line, below in zip(lines, [*lines[1:], ""], strict=True)
    )


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
    return check % 11 == digits[9]  # 10 is no digit: such a number is not given out
