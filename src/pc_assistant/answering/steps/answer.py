"""answer: passages to a draft, or a refusal where they do not support one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pc_assistant.answering.answerers.extractive import budget_for, compose
from pc_assistant.answering.asking import analyse
from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft, Line
from pc_assistant.answering.evidence import gather, spoken_of
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.parts import asks, parts, unanswered
from pc_assistant.answering.respond import refusal
from pc_assistant.answering.state import State, Step
from pc_assistant.answering.support import judge
from pc_assistant.domain.errors import LanguageModelFailed

if TYPE_CHECKING:  # only who has a language model needs what it imports
    from pc_assistant.answering.answerers.llm import Writer

TOPICS = 3


def make_answer(retrieve: Step, writer: "Writer | None" = None) -> Step:
    """The step, with a language model or without. Whether there is an answer is decided without it. `retrieve` finds what answers a part alone."""

    def with_model(state: State) -> State:
        state = answer(state)
        if state.reason == "not_covered":
            state = answered_in_part(state, retrieve) or state
        wanted = state.status is None and state.ask is not None and state.question.answerer != "extractive"
        return written(state, writer) if writer and wanted else state

    return with_model


def answer(state: State) -> State:
    """Sets the extractive draft and the confidence; refuses where the evidence does not carry an answer."""
    ask, query, corpus, snapshot = state.ask, state.query, state.corpus, state.corpus.snapshot
    if ask is None or query is None:
        return state
    evidence = tuple(gather(ask, query, state.passages, snapshot, corpus.ranking, corpus.verdicts.documents))
    verdict = judge(query, evidence, snapshot, corpus.verdicts)
    state = replace(state, evidence=evidence, confidence=verdict.confidence)
    if verdict.reason:
        nearest = tuple(dict.fromkeys(p.chunk.heading for p in state.passages))[:TOPICS] if verdict.reason == "not_covered" else ()
        return replace(state, status="refused", reason=verdict.reason, answer=refusal(verdict.reason, nearest))
    missing = unanswered(query.text, spoken_of(query, evidence), state.facets)
    draft = compose(ask, query, evidence, snapshot, state.facets, budget_for(ask, verdict.confidence, bool(state.facets)))
    return replace(state, draft=draft.model_copy(update={"missing": missing}))


def answered_in_part(refused: State, retrieve: Step) -> State | None:
    """An answer to a refused question without the part that nothing answers; null where it asks for one thing or the rest is refused, too."""
    missing = unanswered(refused.text, spoken_of(refused.query, refused.evidence)) if refused.query else None
    if not missing:
        return None
    rest = ", and ".join(part for part in parts(refused.text) if part != missing)
    if not asks(rest):
        return None
    alone = answer(retrieve(replace(refused, text=rest, ask=analyse(rest), status=None, reason=None, answer="")))
    if alone.status or not alone.draft:
        return None
    return replace(alone, text=refused.text, draft=alone.draft.model_copy(update={"missing": missing}))


def written(state: State, writer: "Writer") -> State:
    """Sets the draft of the language model, the extractive one in reserve; leaves that where the model fails, and says why.

    A sentence that has passed is shown at once, to whoever wants to see it, and what has been shown stands, also where the model then fails.
    """
    state = replace(state, asked_model=writer.model.name)
    lines: list[Line] = []
    shown = ""
    try:
        for line in writer.write(state.text, state.passages):
            lines.append(line)
            if state.show and supported(line)[0]:
                text = render(Draft(lines=tuple(line for line in lines if supported(line)[0])))[0]
                state.show(text[len(shown) :])
                shown = text
    except LanguageModelFailed as error:
        state = replace(state, fallback=str(error))
        if not shown:
            return state
    return replace(
        state,
        draft=Draft(lines=tuple(lines), missing=state.draft and state.draft.missing),
        spare=state.draft,
        answerer="llm",
        prompt_version=writer.prompt.version,
    )
