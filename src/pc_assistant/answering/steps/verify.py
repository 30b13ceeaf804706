"""verify: what is not supported goes; what is left decides the status."""

from dataclasses import replace

from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft, Line
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.respond import PARTIAL, refusal
from pc_assistant.answering.state import State


def verify(state: State) -> State:
    """Renders the lines that pass; refuses where none states anything."""
    assert state.draft is not None
    kept = _without_orphans([line for line in state.draft.lines if supported(line)[0]])
    if not any(line.grounds() for line in kept):
        return replace(state, status="refused", reason="not_covered", answer=refusal("not_covered"))
    missing = state.draft.missing
    if missing:
        kept = [*kept, Line(text=PARTIAL.format(missing=missing), kind="fixed", group=len(kept) + 1)]
    draft = Draft(lines=tuple(kept), missing=missing)
    text, citations = render(draft)
    return replace(state, draft=draft, answer=text, citations=citations, status="partial" if missing else "answered")


def _without_orphans(lines: list[Line]) -> list[Line]:
    """Without lead-ins and headers beneath which nothing is left."""
    kept = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        opens = line.kind in {"lead", "header", "fixed_header"} or (line.kind == "fixed" and line.text.endswith(":"))
        if not opens or (following is not None and following.kind in {"item", "row", "cells"}):
            kept.append(line)
    return kept
