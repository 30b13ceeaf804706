"""rewrite: what stands around a question is left out, and misspelt words are mended; a follow-up becomes a question that stands alone. History never changes one that does already."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pc_assistant.answering.framing import SAID, Idle, core
from pc_assistant.answering.referring import AUX, ELLIPSIS, OPENER, leans
from pc_assistant.answering.state import Corpus, State, Step
from pc_assistant.answering.steps.screen import is_instruction, visible, without_personal_data
from pc_assistant.domain.ports import Embedder
from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.terms import terms

MANNER = re.compile(
    r"^(?:and |so |ok(?:ay)?,? |please |can you |could you |thanks?,? )*(?:make (?:it|that) )?(?P<manner>(?:much )?(?:shorter|briefer|in (?:one|a) (?:line|sentence)|in brief|briefly|in short|summari[sz]e(?: (?:it|that|this))?"
    r"|(?:tell me |say )?more|more (?:detail|details|please)|go on|expand(?: on (?:that|this|it))?|elaborate|in full|continue))(?:,? please)?[\s?.!]*$",
    re.I,
)
SOURCE = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*(?:where (?:does|do|did|is) (?:it|that|this|they|the (?:guidance|toolkit|report|document)s?) (?:say|said|written|come|stated)(?: (?:that|this|so|it|from))*"
    r"|what(?:'s| is| was) (?:the|your) source(?: (?:of|for) (?:that|this|it))?|which (?:document|source|report|page|section)(?: (?:is|does|did|says|said|was|states|that|this|it|so|in|from|say|come))*"
    r"|(?:the |your )?source|says who|where(?:'s| is) (?:that|this|it) from|how do you know(?: (?:that|this))?)[\s?.!]*$",
    re.I,
)
BARE = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? )*(?:why(?: (?:is|was|not|so|did they|do they|that|then))?(?: (?:that|this|it|so))?|how(?: so| come| exactly)?|when(?: (?:was|is) (?:that|this|it))?|where|who|such as|like what|for example|examples?|how many|which ones?|by whom)[\s?.!]*$",
    re.I,
)
SWAP = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? |no,? |sorry,? |actually,? |i meant?,? |i mean,? |not that(?: one)?,? )*"
    r"(?:(?:and|what about|how about|what of|same (?:for|question for)|the same for|also(?: for)?|for|in|with|at|i mean[t]?|no,?) )+(?P<other>.{2,80}?)[\s?.!]{,20}$",
    re.I,
)
CORRECTION = re.compile(
    r"^(?:no|sorry|actually|i meant?|i mean|not that one|wrong)\b[\s,.:;–-]{,20}(?:i meant?|i mean|not that(?: one)?|the)?[\s,]{,20}(?P<other>.{2,80}?)[\s?.!]{,20}$",
    re.I,
)
BACK = re.compile(
    r"^(?:(?:ok(?:ay)?|right|so|and|now|just)[\s,.]+)*(?:(?:going|coming|turning) )?back to (?P<topic>[^,:;?–—]{2,60}?)\s*[,:;–—-]\s*(?P<body>\S.*)$",
    re.I | re.S,
)
CORRECTING = frozenset(
    terms(
        "wrong no not sorry ask asked asking mean meant area place trust one collaborative thing instead rather actually want after talking i'm it's that's"
    )
)
ASKING = re.compile(r"\?|\b(?:what|which|who|whose|when|where|why|how)\b", re.I)
QUESTION = rf"(?:what|which|who|whom|whose|when|where|why|how|{AUX})"
ASKS = re.compile(rf"^{QUESTION}\b|,.{{0,60}}\b{QUESTION}\b", re.I)
PROPER = re.compile(r"(?:[A-Z][\w'’&-]*)(?: (?:and|of|the|upon|[A-Z][\w'’&-]*))*")
COUNTED = re.compile(rf"\bhow (?:many|much) (?P<thing>(?:(?!{AUX}\b)[\w'’-]+ ){{1,3}}){AUX}\b", re.I)

REQUEST = re.compile(
    rf"^{re.escape(SAID)} |^(?:(?:please|can you|could you|would you|i(?:'d| would) like (?:you )?to)[\s,]+)*(?:(?:tell|give|show) (?:me|us)|(?:know|hear)(?= about\b)|explain|describe|outline|summari[sz]e)"
    r"(?: (?:more|something|all|a (?:summary|bit)|an overview))*(?: (?:about|on|of))?\s+(?!(?:that|to|me|us|it|this)\b)",
    re.I,
)


Leans = Callable[[str], bool]


def make_rewrite(embedder: Embedder) -> Step:
    """The step, which also asks models, where they were fitted for this embedder, what stands around a question and whether it leans on the one before it."""

    def learned(state: State) -> State:
        corpus = state.corpus
        framing = corpus.verdicts.framing

        def idle(parts: Sequence[str]) -> list[bool]:
            return [framing is not None and framing.score({}, vector) > 0 for vector in embedder.embed(parts)]

        return rewrite(state, lambda text: leans(text, lambda text: senses(text, corpus, embedder)), idle if framing else None)

    return learned


def senses(text: str, corpus: Corpus, embedder: Embedder) -> bool:
    """Whether a question is like those that were asked after another one, and could not have been before it."""
    leaning = corpus.verdicts.leaning
    return leaning is not None and leaning.score({}, embedder.embed([corpus.expander.spelled_out(text)])[0]) > 0


def rewrite(state: State, leaning: Leans = leans, idle: Idle | None = None) -> State:
    """Sets `text` to what a follow-up means, and `standalone` so that the asker sees it."""
    state = replace(state, text=state.corpus.spelling.correct(core(state.text, idle)))
    asked = [without_personal_data(visible(turn.content)) for turn in state.question.history if turn.role == "user"]
    text, earlier = _back(state.text, [core(text, idle) for text in asked if text and not is_instruction(text)])
    text = standalone(text, _resolved(earlier, state.corpus, leaning), state.corpus, leaning)
    if text == state.text:
        return state
    return replace(state, text=text, standalone=text)


def _resolved(asked: list[str], corpus: Corpus, leaning: Leans) -> str:
    """The last question as it was understood, the ones before it taken into account."""
    understood = ""
    for text in asked[-4:]:
        understood = standalone(text, understood, corpus, leaning) if understood else text
    return understood


def _back(text: str, asked: list[str]) -> tuple[str, list[str]]:
    """A text that goes back to an earlier subject, without saying so, and the last question on that subject; else both as they are."""
    match = BACK.match(text)
    subject = set(terms(match["topic"])) if match else set()
    earlier = [question for question in asked if subject & set(terms(question))][-1:]
    return (_capital(match["body"]), earlier) if match and earlier else (text, asked)


def standalone(text: str, previous: str, corpus: Corpus, leaning: Leans = leans) -> str:
    """What `text` means after the question `previous`; `text` itself where it stands alone."""
    if not previous:
        return text
    before, entities = previous.rstrip(" ?.!"), corpus.entities
    manner = MANNER.match(text)
    if manner:
        word = manner["manner"].lower()
        return f"{before}, in brief?" if re.search(r"short|brief|line|sentence|summar", word) else f"{before}?"
    if SOURCE.match(text):
        return f"{before}?"
    if BARE.match(text):
        return f"{OPENER.sub('', text).rstrip(' ?.!').capitalize()}: {_topic(before)}?"
    other = CORRECTION.match(text) or SWAP.match(text)
    if other and not ASKS.search(other["other"]):
        return _swap(before, other["other"], corpus)
    if _corrects(text, entities):
        spans = dict.fromkeys(span for _, span in entities.mentions(text))
        return _swap(before, " and ".join(text[start:end] for start, end in spans), corpus)
    counted = COUNTED.search(before)
    if counted and re.search(rf"\bhow (?:many|much) {AUX}\b", text, re.I):
        text = re.sub(r"\bhow (many|much) ", lambda match: f"{match.group()}{counted['thing']}", text, count=1, flags=re.I)
        return _capital(OPENER.sub("", text))
    if (entities.find(text) and len(terms(text)) > 2 and not ELLIPSIS.search(OPENER.sub("", text))) or not leaning(text):
        return text
    body = OPENER.sub("", text).rstrip(" ?.!")
    return f"{_capital(body)} ({_topic(before)})?" if body else f"{before}?"


def _corrects(text: str, entities: Entities) -> bool:
    """Whether a text only says which collaborative was meant."""
    return bool(entities.find(text)) and not ASKING.search(text) and not set(terms(entities.without_names(text, ""))) - CORRECTING


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _topic(previous: str) -> str:
    """What the previous question was about, without its question words."""
    text = REQUEST.sub("", re.sub(r"\s*\(.*\)$", "", previous))
    text = re.sub(
        r"^(?:please |can you |could you )?(?:tell me |explain |describe |list |name )?(?:what|which|who|whose|when|where|why|how)(?:'s| (?:is|are|was|were|does|do|did|can|should|many|much|far|has|have))?(?: (?:the|an?|some))?\s+",
        "",
        text,
        flags=re.I,
    )
    return text or previous


def _swap(before: str, other: str, corpus: Corpus) -> str:
    """The previous question asked of something else: one name, or one term of the glossary, for another where both are such."""
    other = re.sub(r"^(?:(?:in|for|at|about|with) )?(?:the )?(?=\S)", "", other.strip(), flags=re.I)
    other = re.sub(r"\s+one$", "", other) or other
    mentions = corpus.entities.mentions(before)
    named = corpus.entities.mentions(other)
    if named and re.match(r"['’]s? ", other[named[-1][1][1] :]):  # "Dorset's budget" asks something else of another place
        return f"{_capital(other)}?"
    if mentions and (named or PROPER.fullmatch(other)):
        start, end = min(m[1][0] for m in mentions), max(m[1][1] for m in mentions)
        return f"{before[:start]}{other}{before[end:]}?"
    term = re.sub(r"^an? ", "", other, flags=re.I)
    spans = [span for _, span in corpus.expander.mentions(before)]
    if len(spans) == 1 and [span for _, span in corpus.expander.mentions(term)] == [(0, len(term))]:
        return f"{_capital(before[: spans[0][0]])}{term}{before[spans[0][1] :]}?"
    return f"{_capital(before)} – {other}?"
