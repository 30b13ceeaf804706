"""answer: passages to a draft, or a refusal where they do not support one."""

from dataclasses import replace

from pc_assistant.answering.answerers.extractive import compose
from pc_assistant.answering.evidence import gather
from pc_assistant.answering.respond import refusal
from pc_assistant.answering.state import State
from pc_assistant.answering.support import judge

TOPICS = 3


def answer(state: State) -> State:
    """Sets the draft and the confidence; refuses where the evidence does not carry an answer."""
    ask, query, snapshot = state.ask, state.query, state.corpus.snapshot
    if ask is None or query is None:
        return state
    evidence = tuple(gather(ask, query, state.passages, snapshot))
    verdict = judge(query, evidence, snapshot, state.corpus.verdicts)
    state = replace(state, evidence=evidence, confidence=verdict.confidence)
    if verdict.reason:
        nearest = tuple(dict.fromkeys(p.chunk.heading for p in state.passages))[:TOPICS] if verdict.reason == "not_covered" else ()
        return replace(state, status="refused", reason=verdict.reason, answer=refusal(verdict.reason, nearest))
    return replace(state, draft=compose(ask, query, evidence, snapshot, state.facets))
