"""verify: what is not supported goes; what is left decides the status."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import FIXED, Draft, Line, LineKind
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.respond import PARTIAL, refusal
from pc_assistant.answering.state import State
from pc_assistant.domain.traces import Check

# What stands beneath a line that opens a list or a table.
BENEATH: Mapping[LineKind, frozenset[LineKind]] = {
    "lead": frozenset({"item"}),
    "header": frozenset({"row"}),
    "fixed_header": frozenset({"cells"}),
    "fixed": frozenset({"item", "row"}),
}
NOTHING_SUPPORTED = "nothing that it wrote is supported by what it cites"
NOTHING_BENEATH = "nothing is left beneath it"


def verify(state: State) -> State:
    """Renders the lines that pass. Where none states anything, those in reserve are looked at, and then it refuses."""
    assert state.draft is not None
    missing = state.draft.missing
    verdicts = [(line, *supported(line)) for line in state.draft.lines]
    kept = _without_orphans([line for line, held, _ in verdicts if held])
    state = replace(state, checks=tuple(_checks(verdicts, kept)))
    if not any(line.grounds() for line in kept) and state.spare:
        spare = replace(state, draft=state.spare, spare=None, answerer="extractive", prompt_version=None, fallback=NOTHING_SUPPORTED)
        other = verify(spare)
        return replace(other, checks=(*state.checks, *other.checks))
    if not any(line.grounds() for line in kept):
        return replace(state, status="refused", reason="not_covered", answer=refusal("not_covered"))
    if missing:
        kept = [*kept, Line(text=PARTIAL.format(missing=missing), kind="fixed", group=len(kept) + 1)]
    draft = Draft(lines=tuple(kept), missing=missing)
    text, citations = render(draft)
    return replace(state, draft=draft, answer=text, citations=citations, status="partial" if missing else "answered")


def _checks(verdicts: list[tuple[Line, bool, str]], kept: list[Line]) -> Iterator[Check]:
    """What is recorded of each line that states something, shown or not."""
    shown = set(map(id, kept))
    for line, held, why in verdicts:
        if line.kind not in FIXED:
            text = line.text or " | ".join(cell.text for cell in line.cells)
            cited = tuple(dict.fromkeys(support.chunk.id for support in line.grounds()))
            yield Check(text=text, kept=id(line) in shown, why=NOTHING_BENEATH if held and id(line) not in shown else why, passages=cited)


def _without_orphans(lines: list[Line]) -> list[Line]:
    """Without lead-ins and headers beneath which nothing is left."""
    followers = [*lines[1:], None][: len(lines)]
    return [line for line, following in zip(lines, followers, strict=True) if not _opens(line) or (following and _holds(line, following))]


def _opens(line: Line) -> bool:
    return line.kind in BENEATH and (line.kind != "fixed" or line.text.endswith(":"))


def _holds(line: Line, following: Line) -> bool:
    return following.kind in BENEATH[line.kind] and following.group == line.group
