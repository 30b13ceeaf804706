"""Two runs side by side: what changed, by how much, and in which words."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.score import CaseResult, by_metric
from pc_assistant.evaluation.statistics import Difference, mcnemar, paired_difference


class Edit(NamedTuple):
    """A run of words that both texts have, or only the first ("-") or the second ("+")."""

    sign: Literal[" ", "-", "+"]
    words: str


class Changed(Value):
    """One case whose answer, or whose scores, are not the same."""

    before: CaseResult
    after: CaseResult
    edits: tuple[Edit, ...]
    scores: dict[str, tuple[float | None, float | None]]


class Comparison(Value):
    """`differences` by metric over the cases that both runs asked; `p` is McNemar's for passed."""

    differences: dict[str, Difference]
    better: int
    worse: int
    p: float
    changed: tuple[Changed, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def compare(before: Sequence[CaseResult], after: Sequence[CaseResult]) -> Comparison:
    """`after` against `before`, over the cases of both."""
    old, new = {result.id: result for result in before}, {result.id: result for result in after}
    both = sorted(old.keys() & new.keys())
    scores_old, scores_new = by_metric(old[case_id] for case_id in both), by_metric(new[case_id] for case_id in both)
    differences = {metric.name: paired_difference(scores_old.get(metric.name, {}), scores_new.get(metric.name, {})) for metric in shelf()}
    better = sum(new[case_id].passed and not old[case_id].passed for case_id in both)
    worse = sum(old[case_id].passed and not new[case_id].passed for case_id in both)
    return Comparison(
        differences={name: difference for name, difference in differences.items() if difference},
        better=better,
        worse=worse,
        p=mcnemar(worse, better),
        changed=tuple(change for case_id in both if (change := _change(old[case_id], new[case_id]))),
        only_before=tuple(sorted(old.keys() - new.keys())),
        only_after=tuple(sorted(new.keys() - old.keys())),
    )


def word_diff(before: str, after: str) -> tuple[Edit, ...]:
    """The edits that turn one text into the other, word by word; joined without the "+" they give `before`, without the "-" `after`."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    edits: list[Edit] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            edits.append(Edit(" ", "".join(old[old_from:old_to])))
        else:
            edits += [Edit("-", "".join(old[old_from:old_to]))] if old_to > old_from else []
            edits += [Edit("+", "".join(new[new_from:new_to]))] if new_to > new_from else []
    return tuple(edits)


def as_text(comparison: Comparison) -> str:
    """The comparison for a terminal: metrics, then each changed case with its words as `[-old-]` and `{+new+}`."""
    lines = [f"{'metric':30} {'before':>8} {'after':>8} {'change':>8}  95% interval        n  detectable"]
    for name, change in comparison.differences.items():
        sure = "*" if change.low > 0 or change.high < 0 else " "
        means = f"{change.before:8.3f} {change.after:8.3f} {change.difference:+8.3f}{sure}"
        lines.append(f"{name:30} {means} {change.low:+8.3f} to {change.high:+8.3f} {change.n:4} {change.detectable:8.3f}")
    lines += ["", f"passed: {comparison.worse} worse, {comparison.better} better, McNemar p = {comparison.p:.4f}"]
    lines += [f"only before: {', '.join(comparison.only_before)}"] if comparison.only_before else []
    lines += [f"only after: {', '.join(comparison.only_after)}"] if comparison.only_after else []
    for case in comparison.changed:
        lines += ["", f"{case.after.id} ({verdict(case.before)} → {verdict(case.after)}): {case.after.record.case.question}"]
        lines += [f"  {name}: {_number(old)} → {_number(new)}" for name, (old, new) in case.scores.items()]
        lines.append("  " + "".join(_marked(edit) for edit in case.edits).replace("\n", "\n  "))
    return "\n".join(lines)


def verdict(result: CaseResult) -> str:
    """One word for a case, with the cause where it failed."""
    return "passed" if result.cause is None else result.cause.name


def _change(before: CaseResult, after: CaseResult) -> Changed | None:
    moved = {
        metric.name: (old.value if old else None, new.value if new else None)
        for metric in shelf()
        if metric.unit != "ms"
        for old, new in [(before.scores.get(metric.name), after.scores.get(metric.name))]
        if (old.value if old else None) != (new.value if new else None)
    }
    edits = word_diff(_said(before), _said(after))
    if not moved and all(edit.sign == " " for edit in edits):
        return None
    return Changed(before=before, after=after, edits=edits, scores=moved)


def _said(result: CaseResult) -> str:
    answer = result.record.answer
    return f"({answer.status}) {answer.answer}" if answer else f"(failed) {result.record.attempt.error}"


def _marked(edit: Edit) -> str:
    return {" ": edit.words, "-": f"[-{edit.words}-]", "+": f"{{+{edit.words}+}}"}[edit.sign]


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
