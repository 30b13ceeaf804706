"""Is a run worse than its baseline by more than the noise?"""

from collections.abc import Mapping, Sequence

from pc_assistant.domain.values import Value
from pc_assistant.evaluation.baseline import DIGITS, Baseline
from pc_assistant.evaluation.metric import Metric
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.score import CaseResult, by_metric
from pc_assistant.evaluation.statistics import LEVEL, estimate, mcnemar, paired_difference

SLIGHT = 0.02  # of the mean: what another processor's int8 arithmetic may move, and no reader would notice


class Worse(Value):
    """One metric that fell, by how much, on what evidence, and the cases that went down."""

    metric: str
    before: float
    after: float
    evidence: str
    flipped: tuple[str, ...]

    def __str__(self) -> str:
        flipped = f"; worse: {', '.join(self.flipped)}" if self.flipped else ""
        return f"{self.metric}: {self.before:.3f} → {self.after:.3f} ({self.evidence}){flipped}"


class Verdict(Value):
    """The gate's answer: it passes where nothing is worse and every case of the baseline was asked."""

    worse: tuple[Worse, ...]
    missing: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """True where the run may be merged."""
        return not self.worse and not self.missing


def judge(baseline: Baseline, results: Sequence[CaseResult], level: float = LEVEL) -> Verdict:
    """Compares a scored run with its baseline, case by case where the baseline holds scores; cases that it does not hold are left out.

    A share of passes and fails is worse where the exact McNemar test says so, any other metric where the paired-bootstrap interval of the
    difference lies wholly on the bad side and is more than slight. A strict metric is worse where its mean falls at all.
    """
    held = {case_id for values in baseline.scores.values() for case_id in values}
    asked = {result.id for result in results}
    now = by_metric(results)
    worse = (
        _paired(
            metric,
            baseline.scores[metric.name],
            {case_id: value for case_id, value in now.get(metric.name, {}).items() if case_id in held},
            level,
        )
        if metric.name in baseline.scores
        else _unpaired(metric, baseline, now.get(metric.name, {}), level)
        for metric in shelf()
        if metric.gate != "no" and metric.name in baseline.metrics
    )
    return Verdict(
        worse=tuple(one for one in worse if one), missing=tuple(sorted(held - asked)), new=tuple(sorted(asked - held)) if held else ()
    )


def _paired(metric: Metric, before: Mapping[str, float], after: Mapping[str, float], level: float) -> Worse | None:
    sign = 1.0 if metric.better == "higher" else -1.0
    after = {case_id: round(value, DIGITS) for case_id, value in after.items()}
    change = paired_difference(before, after, level=level)
    if change is None:
        return None
    both = before.keys() & after.keys()
    down = sorted(case_id for case_id in both if sign * (after[case_id] - before[case_id]) < 0)
    up = sum(sign * (after[case_id] - before[case_id]) > 0 for case_id in both)
    size = f"{change.difference:+.3f}, {level:.0%} interval {change.low:+.3f} to {change.high:+.3f}, n = {change.n}"
    if metric.gate == "strict":
        evidence, is_worse = f"{size}; nothing is forgiven here", change.after < change.before - 10**-DIGITS
    elif before.keys() == after.keys() and {*before.values(), *after.values()} <= {0.0, 1.0}:
        p = mcnemar(len(down), up)
        evidence, is_worse = f"{size}; {len(down)} worse, {up} better, McNemar p = {p:.4f}", len(down) > up and p < 1 - level
    else:
        fell = -sign * change.difference > SLIGHT * abs(change.before)
        evidence, is_worse = size, fell and max(sign * change.low, sign * change.high) < 0
    return Worse(metric=metric.name, before=change.before, after=change.after, evidence=evidence, flipped=tuple(down)) if is_worse else None


def _unpaired(metric: Metric, baseline: Baseline, after: Mapping[str, float], level: float) -> Worse | None:
    if not after:
        return None
    sign = 1.0 if metric.better == "higher" else -1.0
    before, now = baseline.metrics[metric.name], estimate(after.values(), level=level)
    fell = sign * (now.mean - before.mean) < -(10**-DIGITS)
    if not fell or (metric.gate == "noise" and max(sign * now.low, sign * now.high) >= sign * before.mean):
        return None
    size = f"{now.mean - before.mean:+.3f}, {level:.0%} interval of the run {now.low:.3f} to {now.high:.3f}, n = {now.n}"
    evidence = f"{size}; no scores to pair with"
    return Worse(metric=metric.name, before=before.mean, after=now.mean, evidence=evidence, flipped=())
