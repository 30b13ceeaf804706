"""verify: what is not supported goes; what is left decides the status."""

from collections.abc import Mapping
from dataclasses import replace

from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft, Line, LineKind
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.respond import PARTIAL, refusal
from pc_assistant.answering.state import State

# What stands beneath a line that opens a list or a table.
BENEATH: Mapping[LineKind, frozenset[LineKind]] = {
    "lead": frozenset({"item"}),
    "header": frozenset({"row"}),
    "fixed_header": frozenset({"cells"}),
    "fixed": frozenset({"item", "row"}),
}


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
    followers = [*lines[1:], None][: len(lines)]
    return [line for line, following in zip(lines, followers, strict=True) if not _opens(line) or (following and _holds(line, following))]


def _opens(line: Line) -> bool:
    return line.kind in BENEATH and (line.kind != "fixed" or line.text.endswith(":"))


def _holds(line: Line, following: Line) -> bool:
    return following.kind in BENEATH[line.kind] and following.group == line.group
