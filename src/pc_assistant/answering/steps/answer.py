"""answer: passages to a draft, or a refusal where they do not support one."""

from dataclasses import replace

from pc_assistant.answering.answerers.extractive import compose
from pc_assistant.answering.evidence import gather
from pc_assistant.answering.respond import refusal
from pc_assistant.answering.state import State
from pc_assistant.answering.support import judge


def answer(state: State) -> State:
    """Sets the draft and the confidence; refuses where the evidence does not carry an answer."""
    if state.draft is not None:
        return state
    assert state.ask is not None and state.query is not None
    evidence = tuple(gather(state.ask, state.query, state.passages, state.corpus.snapshot))
    verdict = judge(state.query, evidence, state.corpus.snapshot, state.corpus.verdicts)
    state = replace(state, evidence=evidence, confidence=verdict.confidence)
    if verdict.reason:
        topics = tuple(dict.fromkeys(p.chunk.heading for p in state.passages))[:3] if verdict.reason == "not_covered" else ()
        return replace(state, status="refused", reason=verdict.reason, answer=refusal(verdict.reason, topics))
    return replace(state, draft=compose(state.ask, state.query, evidence, state.corpus.snapshot, state.facets))
