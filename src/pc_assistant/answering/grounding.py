"""Is a line supported by what it cites? Checked without a model, for every answerer.

A line that repeats its support is supported. Any other is taken apart into clauses, and each of them must rest on neighbouring clauses of
one cited text: a sentence that joins the beginning of one with the end of another is not supported. What the rules find and what they
miss is measured on pairs written for it; the table is in docs/language-models.md.
"""

import re
from collections.abc import Iterator, Sequence

from pc_assistant.answering.clauses import Clause, clauses
from pc_assistant.answering.draft import FIXED, Line, Support

PRONOUN = re.compile(r"(?:It|Its|They|Their|These|This|Those|That|He|His|She|Her)\b")
NAME = re.compile(r"\b[A-Z][\w&’'-]+")
VERBS = frozenset("must should may might can could shall will not expected".split())
KINDS = (re.compile(r"(?:19|20)\d\d"), re.compile(r".*%"), re.compile(r"£.*"))


def supported(line: Line) -> tuple[bool, str]:
    """Whether a line states what its supporting words state, and if not, why."""
    if line.kind == "cells":
        faults = [why for held, why in map(supported, line.cells) if not held]
        return (not faults, faults[0] if faults else "every cell is supported")
    if line.kind in FIXED:
        return (True, "fixed words") if not line.supports else (False, "fixed words cannot cite")
    if not line.supports:
        return False, "nothing is cited"
    text = " ".join(line.text.split())
    cited = [" ".join(support.words.split()) for support in line.supports]
    if text in {*cited, " ".join(cited)}:
        return True, "verbatim"
    fault = _fault_of_sentence(text, _texts(line.supports), _above(line.supports))
    return (False, fault) if fault else (True, "each clause is in what is cited")


def _texts(supports: Sequence[Support]) -> list[tuple[Clause, ...]]:
    """The cited texts in clauses: an item with its lead-in, and a sentence that begins with a pronoun with the one cited before it."""
    found: list[tuple[Clause, ...]] = []
    for support in dict.fromkeys(supports):
        unit, chunk = support.unit, support.chunk
        text = clauses(support.words)
        if unit.lead is not None:
            text = (*clauses(chunk.quote(chunk.units[unit.lead])), *text)
        elif found and PRONOUN.match(support.words):
            text = (*found[-1], *text)
        found.append(text)
    return found


def _above(supports: Sequence[Support]) -> Clause:
    """The headings that the cited texts stand under: a name in a sentence may come from there."""
    return Clause(" | ".join(heading for support in supports for heading in (*support.chunk.section, support.chunk.heading)))


def _fault_of_sentence(text: str, texts: Sequence[tuple[Clause, ...]], above: Clause) -> str | None:
    whole, every = Clause(text), [form for cited in texts for clause in cited for form in clause.forms]
    if not whole.content:
        return "it says nothing that could be in what is cited"
    for figure in sorted(whole.figures):
        if whole.forms.count(figure) > every.count(figure):
            return f"the figure {figure} is not in what is cited"
    first: str | None = None
    for said in _readings(text):
        fault = _fault_of_reading(said, texts, above)
        if fault is None:
            return None
        first = first or fault
    return first


def _readings(text: str) -> Iterator[tuple[Clause, ...]]:
    """The sentence in its clauses, and with one of them parted at an "and"."""
    said = clauses(text)
    yield said
    for place, clause in enumerate(said):
        for joint in re.finditer(r"\s+and\s+", clause.text):
            yield (*said[:place], Clause(clause.text[: joint.start()]), Clause(clause.text[joint.end() :]), *said[place + 1 :])


def _fault_of_reading(said: Sequence[Clause], texts: Sequence[tuple[Clause, ...]], above: Clause) -> str | None:
    """Why some clause rests on no cited text, or None. A clause on another text than the one before it needs a subject of that text."""
    before: set[int] = set()
    for place, clause in enumerate(said):
        frame = said[0] if place else None
        resting: set[int] = set()
        faults = []
        for number, text in enumerate(texts):
            if before and number not in before and not _own_subject(clause, said[0], text):
                faults.append("it joins what is cited from different places")
                continue
            found = [_fault(clause, run, frame, above) for run in _runs(text)]
            if None in found:
                resting.add(number)
            else:
                faults.append(min((fault for fault in found if fault), key=_rank))
        if not resting:
            return min(faults, key=_rank)
        before = resting
    return None


def _runs(text: Sequence[Clause]) -> list[Sequence[Clause]]:
    """Neighbouring clauses, the shortest runs first."""
    return [text[start : start + length] for length in range(1, len(text) + 1) for start in range(len(text) - length + 1)]


def _own_subject(clause: Clause, first: Clause, text: Sequence[Clause]) -> bool:
    forms = frozenset(form for part in text for form in part.forms)
    opens = bool(clause.forms and text[0].forms) and clause.forms[0] == text[0].forms[0]
    names = bool(NAME.search(clause.text))
    return opens or names or bool(first.forms and first.forms[0] in forms)


def _rank(fault: str) -> int:
    """The most telling fault first: one that names a figure or a modal word, before words that are not there."""
    return next((n for n, start in enumerate(("the figure", "“", "it")) if fault.startswith(start)), 3)


def _fault(clause: Clause, run: Sequence[Clause], frame: Clause | None, above: Clause) -> str | None:
    """Why a clause does not rest on a run of clauses, or None. `frame` is the sentence's first clause, whose words a later one may leave out."""
    known = Clause(" ".join(part.text for part in run))
    for figure in sorted(clause.figures):
        if clause.forms.count(figure) > known.forms.count(figure):
            return f"the figure {figure} is not in what is cited"
    for word in sorted((clause.modals - known.modals) | (clause.sides - known.sides)):
        return f"“{word}” is not in what is cited"
    for word in sorted(known.binding - clause.binding):
        return f"“{word}” of what is cited is dropped"
    if fault := _moved(clause, known):
        return fault
    names = Clause(" ".join(NAME.findall(clause.text))).content
    if unknown := sorted(clause.content - known.content - (names & above.content)):
        return f"the words {', '.join(unknown)} are not in what is cited"
    if unknown_names := sorted(clause.names - known.pairs - above.pairs):
        return f"the name {' '.join(unknown_names[0])} is not in what is cited"
    for word, form in sorted(clause.aims - known.aims):
        if any(other == word for other, _ in known.aims - clause.aims):
            return f"“{word} {form}” is not in what is cited"
    return _misplaced(clause, run, frame) or _swapped(clause, known)


def _moved(clause: Clause, known: Clause) -> str | None:
    """A modal word or negation that stands several times in what is cited and was dropped once, or one that has gone to another word."""
    for word, form in sorted(known.governed - clause.governed):
        often = known.tokens.count(word) > clause.tokens.count(word)
        if often and word in known.binding and form in clause.forms:
            return f"“{word}” of what is cited is dropped before “{form}”"
    if len(known.modals) > 1:
        for word, form in sorted(clause.governed - known.governed):
            if word in VERBS and form in {other for verb, other in known.governed if verb in VERBS}:
                return f"“{word}” stands before “{form}”, as it does not in what is cited"
    return None


def _misplaced(clause: Clause, run: Sequence[Clause], frame: Clause | None) -> str | None:
    """A figure that is said of something else than in what is cited, where the run has several clauses with figures."""
    said = clause.content | (frame.content if frame else frozenset())
    counted = [part for part in run if part.figures]
    if len(counted) < 2:
        return None
    used = [part for part in counted if clause.figures & _only(part, counted, "figures")]
    if len(used) > 1:
        return "it joins figures that are apart in what is cited"
    for part in counted:
        own = _only(part, run, "content")
        fault = "a figure is given another owner than in what is cited"
        if part in used and own and len(own & said) < len(own) / 2:
            return fault
        if used and part not in used and ((part is not run[0] and own & clause.content) or part.sides & clause.sides - used[0].sides):
            return fault
    return None


def _only(part: Clause, run: Sequence[Clause], what: str) -> frozenset[str]:
    """What stands in one clause of a run alone."""
    own: frozenset[str] = getattr(part, what)
    return own - frozenset().union(*(getattr(other, what) for other in run if other is not part))


def _swapped(clause: Clause, known: Clause) -> str | None:
    """Two figures of one kind that have changed places: one stands where another does in what is cited, or beside other words."""
    for kind in KINDS:
        alike = {figure for figure in known.figures if kind.fullmatch(figure)}
        for figure in sorted(alike & clause.figures) if len(alike) > 1 else ():
            here, there = clause.beside(figure), known.beside(figure)
            taken = frozenset().union(*(known.before(other) for other in alike - {figure})) - known.before(figure)
            if here and there and (not here & there or clause.before(figure) & taken):
                return f"the figure {figure} stands elsewhere in what is cited"
    return None
