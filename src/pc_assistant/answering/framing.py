"""What stands around a question and asks nothing: a greeting, thanks, the names beneath, who asks and what for.

Some of it is known by its words; whole sentences by what a model has learned of such.
"""

import re
from collections.abc import Callable, Sequence

from pc_assistant.answering.statutes import NAMED
from pc_assistant.retrieval.terms import terms

GREETED = re.compile(
    r"^(?:dear|hi|hiya|hello|hey|good (?:morning|afternoon|evening))\b"
    r"(?: (?!(?:who|what|when|where|which|why|how|can|could|do|does|did|is|are|should|must|will)\b)[\w.'’-]+){0,3}\s*[,!.:;–—-]+\s*",
    re.I,
)
SIGNED = re.compile(
    r"(?: |(?<=[.?!,;]))(?i:(?:(?:many|kind|best|warm|with|yours|and|all the) ){0,4}(?:thanks|thank you|cheers|regards|wishes|sincerely|faithfully)\b"
    r"(?: (?:very much|so much|in advance|a lot|for your (?:help|time)|all)){0,2})(?:[ ,.;!–—-]{1,3}(?:[A-Z][\w'’]*|of|for|and|the|&)){0,12}[ .,;!]{0,4}$"
)
OPENED = re.compile(
    r"^(?:(?:(?:one|some) of )?(?:my|our|the|a)\b(?: [\w’'-]+){1,3} (?:(?:has |have |is |are )?ask(?:s|ed|ing)?|(?:wants?|would like) to know|wonders?)(?: (?:me|us))?"
    r"|(?:just )?(?:a )?(?:quick|simple|silly|daft|dumb|stupid|basic) (?:one|question|query)"
    r"|(?:sorry|apologies|forgive me),?(?: if (?:this|it) (?:is|may be|might be|sounds)(?: an?)?(?: \w+){1,2})?"
    r"|(?:please )?(?:can|could|would) you (?:please |kindly )?(?:tell|explain to) (?:me|us)"
    r"|(?:what should|how do|how should) (?:i|we) (?:tell|explain to|say to) (?:my|our|the)(?: [\w’'-]+){1,2}"
    r"|i(?:'d| would) (?:like|love) to (?:know|understand)|i (?:need|want) to (?:know|understand)|i(?:'m| am) (?:just )?wondering|please)"
    r"(?:\s*[,:;–—-]+\s*(?:but )?| but )"
    r"|^(?:(?:(?:please )?(?:can|could|would) you (?:please |kindly )?)?(?:tell (?:me|us)|let me know|remind me)|(?:do|would) you (?:happen to )?know|(?:do you have )?any idea"
    r"|i(?:'d| would) (?:like|love) to know|i (?:need|want) to know|i(?:'m| am) (?:just )?wondering|i wonder|according to (?:the|your) documents,?)"
    r" (?=(?:who|whose|what|when|where|which|why|how|if|whether)\b)",
    re.I,
)
SAID = "What is said about"  # how a wish to be told of a matter is asked: a question to the documents, not a task for the assistant
AUDIENCE = (
    r"(?:(?:my|our|the|a) (?:boards?|chair|chief executive|ceo|boss|team|executives?|executive team|directors|colleagues|trust)|boards)"
)
BRIEFED = re.compile(
    rf"^(?:(?:(?:please|can you|could you|would you|kindly) )*(?:tell|brief|update) (?:me|us|{AUDIENCE})(?: (?:something|all|everything|a bit))? (?:about|on)"
    r"|(?:i(?:'d| would) like|i want) to (?:know|hear|learn) (?:more )?about"
    r"|(?:please )?(?:(?:i|we)(?:'d| would)? (?:need|want|like)|(?:can|could|may|might) (?:i|we) (?:have|get)|(?:(?:can|could|would) you )?give (?:me|us))"
    r"(?: an?| some| the)?(?: \w+)? (?:briefing|background|overview|information|info|rundown) (?:on|of|about)"
    rf"|what (?:should|must|do|does|can|could) (?:i|we|{AUDIENCE})(?: need to| have to)? (?:tell|know|say|report|hear)(?: to)?(?: {AUDIENCE})? about"
    r"|what (?:do|does|can) (?:(?:the|your|these) (?:documents?|sources?)|you) (?:say|tell (?:me|us)|know) (?:about|on))"
    rf" (?=\w)(?!(?:who|whose|what|when|where|which|why|how|if|whether|it|that|this|them|him|her|you|yourself|the (?:first|second|third|fourth|fifth|last|next|other|others|former|latter|rest))\b)(?P<matter>[^.!?;:]{{2,}}?)(?: for {AUDIENCE})?(?:,? please)?[ ?.!]{{0,5}}$",
    re.I,
)
EXPLAINED = re.compile(  # names of statutes alone have their capitals
    rf"^(?i:(?:please |(?:can|could|would) you |kindly )*(?:explain|summari[sz]e|describe|outline|what(?:'s| is| was))(?: to (?:me|us|{AUDIENCE}))?) "
    rf"(?P<matter>(?:the )?{NAMED.pattern})(?i:(?: (?:for|to) (?:me|us|{AUDIENCE}|an?(?: [\w-]+){{1,3}}))?(?:,? please)?)[ ?.!]{{0,5}}$"
)
BOUNDARY = re.compile(r"((?<=[.!?:;]) )")
SHOUTED = 3  # words: fewer may be nothing but acronyms

Idle = Callable[[Sequence[str]], Sequence[bool]]


def core(text: str, idle: Idle | None = None) -> str:
    """The question of a text on one line, with what it says of the matter; as it is where nothing stands around it. What is written in capitals is lowered.

    `idle` says of sentences whether they ask and tell nothing of any matter. A question stays unless another one does.
    """
    asked = text.lower() if text.isupper() and len(text.split()) > SHOUTED else text
    asked = OPENED.sub("", SIGNED.sub("", GREETED.sub("", asked)))
    if idle:
        asked = OPENED.sub("", _without(asked, idle))
    for wish in (BRIEFED, EXPLAINED):
        asked = wish.sub(rf"{SAID} \g<matter>?", asked)
    return asked[:1].upper() + asked[1:] if terms(asked) and asked != text else text


def _without(text: str, idle: Idle) -> str:
    """A text of several sentences without those that are idle."""
    parts = BOUNDARY.split(text)
    if len(parts) == 1:
        return text
    kept = [not dropped for dropped in idle(parts[::2])]
    asks = [part.endswith("?") for part in parts[::2]]
    if any(asks) and not any(keep and ask for keep, ask in zip(kept, asks, strict=True)):
        kept = [keep or ask for keep, ask in zip(kept, asks, strict=True)]
    return "".join(part + gap for part, gap, keep in zip(parts[::2], [*parts[1::2], ""], kept, strict=True) if keep).strip(" :;")
