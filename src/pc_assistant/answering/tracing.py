"""A finished state to the trace that is kept for its receipt."""

import hashlib
from collections.abc import Mapping

from pc_assistant.answering.state import State
from pc_assistant.domain.traces import Trace


def trace(state: State, made_with: Mapping[str, str]) -> Trace:
    """How the answer of a state came about. The passages are those found and those that the draft rests on."""
    question, lines = state.question, state.draft.lines if state.draft else ()
    chunks = [passage.chunk for passage in state.passages] + [support.chunk for line in lines for support in line.grounds()]
    return Trace(
        documents=question.filters.documents,
        kinds=question.filters.kinds,
        wanted=question.answerer,
        steps=tuple(name for name in state.timings if name != "total"),
        checks=state.checks,
        hashes={chunk.id: hashlib.sha256(chunk.text.encode()).hexdigest() for chunk in chunks},
        made_with=dict(made_with) | ({"language model": state.asked_model} if state.asked_model else {}),
        fallback=state.fallback,
    )
