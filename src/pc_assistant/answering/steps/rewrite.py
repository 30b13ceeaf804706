"""rewrite: misspelt words are mended; a follow-up becomes a question that stands alone. History never changes a question that stands alone already."""

import re
from dataclasses import replace

from pc_assistant.answering.state import State
from pc_assistant.answering.steps.screen import visible
from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.terms import terms

MANNER = re.compile(
    r"^(?:and |so |ok(?:ay)?,? |please |can you |could you |thanks?,? )*(?:make (?:it|that) )?(?P<manner>(?:much )?(?:shorter|briefer|in (?:one|a) (?:line|sentence)|in brief|briefly|in short|summari[sz]e(?: (?:it|that|this))?"
    r"|(?:tell me |say )?more|more (?:detail|details|please)|go on|expand(?: on (?:that|this|it))?|elaborate|in full|continue))(?:,? please)?[\s?.!]*$",
    re.I,
)
SOURCE = re.compile(
    r"\b(?:where (?:does|do|did|is) (?:it|that|this|they|the (?:guidance|toolkit|report)) (?:say|said|written|come|stated)|what(?:'s| is) (?:the|your) source|which (?:document|source|report|page|section)(?: is| does| says| was)?(?: that| this| it)?"
    r"|source\?|says who|where(?:'s| is) that from|how do you know)\b",
    re.I,
)
BARE = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*(?:why(?: (?:is|was|not|so|did they|do they|that|then))?(?: (?:that|this|it|so))?|how(?: so| come| exactly)?|when(?: (?:was|is) (?:that|this|it))?|where|who|such as|like what|for example|examples?|how many|which ones?|by whom)[\s?.!]*$",
    re.I,
)
SWAP = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? |no,? |sorry,? |actually,? |i meant?,? |i mean,? |not that(?: one)?,? )*"
    r"(?:(?:and|what about|how about|what of|same (?:for|question for)|the same for|also(?: for)?|for|in|with|at|i mean[t]?|no,?) )+(?P<other>.{2,80}?)[\s?.!]*$",
    re.I,
)
CORRECTION = re.compile(
    r"^(?:no|sorry|actually|i meant?|i mean|not that one|wrong)\b[\s,.:;–-]*(?:i meant?|i mean|not that(?: one)?|the)?[\s,]*(?P<other>.{2,80}?)[\s?.!]*$",
    re.I,
)
PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|his|her|him|this|these|those|there|that one|the others?|that|ones?|the latter|the former|both)\b",
    re.I,
)
DETERMINED = re.compile(
    r"\b(?:the|this|that|these|those|each of the|both) (?:partnership|collaborative|alliance|group|trusts?|survey|event|model|report|guidance|toolkit|document|briefing|members?|partners?|speaker|programme|board|committee|hub|challenges?|savings?|figures?|same)\b",
    re.I,
)
OPENER = re.compile(r"^(?:and|but|so|also|then|or|plus)\b[\s,]*", re.I)
QUESTION_WORD = re.compile(
    r"^(?:what|which|who|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|must|will|would|has|have|had|may)\b", re.I
)


def rewrite(state: State) -> State:
    """Sets `text` to what a follow-up means, and `standalone` so that the asker sees it."""
    state = replace(state, text=state.corpus.spelling.correct(state.text))
    asked = [visible(turn.content) for turn in state.question.history if turn.role == "user"]
    if not asked:
        return state
    entities = state.corpus.entities
    previous = _resolved(asked, entities)
    text = standalone(state.text, previous, entities)
    if text == state.text:
        return state
    return replace(state, text=text, standalone=text)


def _resolved(asked: list[str], entities: Entities) -> str:
    """The last question as it was understood, the ones before it taken into account."""
    understood = ""
    for text in asked[-4:]:
        understood = standalone(text, understood, entities) if understood else text
    return understood


def standalone(text: str, previous: str, entities: Entities) -> str:
    """What `text` means after the question `previous`; `text` itself where it stands alone."""
    if not previous:
        return text
    before = previous.rstrip(" ?.!")
    manner = MANNER.match(text)
    if manner:
        word = manner["manner"].lower()
        return f"{before}, in brief?" if re.search(r"short|brief|line|sentence|summar", word) else f"{before}?"
    if SOURCE.search(text) and len(text.split()) <= 12:
        return f"{before}?"
    if BARE.match(text):
        return f"{OPENER.sub('', text).rstrip(' ?.!').capitalize()}: {_topic(before)}?"
    other = CORRECTION.match(text) or SWAP.match(text)
    if other and not QUESTION_WORD.match(other["other"]):
        return _swap(before, other["other"], entities)
    named = entities.mentions(text)
    if named and len(terms(text)) > 2:
        return text
    depends = PRONOUN.search(text) or DETERMINED.search(text) or OPENER.match(text) or len(terms(text)) <= 1
    if not depends or (len(terms(text)) >= 7 and not OPENER.match(text) and not _refers(text)):
        return text
    body = OPENER.sub("", text).rstrip(" ?.!")
    return f"{body[0].upper()}{body[1:]} ({_topic(before)})?" if body else f"{before}?"


def _refers(text: str) -> bool:
    """Whether the first words lean on what was said before."""
    return bool(PRONOUN.search(" ".join(text.split()[:6])))


def _topic(previous: str) -> str:
    """What the previous question was about, without its question words."""
    text = re.sub(r"\s*\(.*\)$", "", previous)
    text = re.sub(
        r"^(?:please |can you |could you )?(?:tell me |explain |describe |list |name )?(?:what|which|who|whose|when|where|why|how)(?:'s| (?:is|are|was|were|does|do|did|can|should|many|much|far|has|have))?(?: (?:the|an?|some))?\s+",
        "",
        text,
        flags=re.I,
    )
    return text or previous


def _swap(before: str, other: str, entities: Entities) -> str:
    """The previous question asked of something else: one name for another where both name a collaborative."""
    mentions = entities.mentions(before)
    other = re.sub(r"^(?:the|in|for|at|about|with) (?=\S)", "", other.strip(), flags=re.I) if entities.find(other) else other.strip()
    if mentions and entities.find(other):
        start, end = min(m[1][0] for m in mentions), max(m[1][1] for m in mentions)
        return f"{before[:start]}{other}{before[end:]}?"
    other = re.sub(r"\bone$", "", other).strip()
    return f"{before[0].upper()}{before[1:]} – {other}?"
