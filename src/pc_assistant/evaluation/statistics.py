"""How sure is a number? Intervals, paired differences, and what a number of cases can show.

Percentile bootstrap after Efron and Tibshirani (1993), "An introduction to the bootstrap"; the exact test of paired pass or fail after
McNemar (1947) with the binomial distribution. All are seeded and do not depend on the order of the cases.
"""

from collections.abc import Iterable, Mapping
from math import comb, fsum, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.values import Value

RESAMPLES = 2000
LEVEL = 0.95
POWER = 0.8

Floats = NDArray[np.float64]


class Estimate(Value):
    """A mean over `n` cases with its interval, its median and 95th percentile.

    `detectable` is the smallest difference between two runs of `n` cases that would be seen in 80 of 100 trials, taking the two as
    independent; paired runs show less than that.
    """

    n: int
    mean: float
    low: float
    high: float
    p50: float
    p95: float
    detectable: float


class Difference(Value):
    """What changed from one run to another, `after - before`, over the same cases. `detectable` is as in `Estimate`, for these pairs."""

    n: int
    before: float
    after: float
    difference: float
    low: float
    high: float
    detectable: float


def estimate(values: Iterable[float], seed: int = 0, resamples: int = RESAMPLES, level: float = LEVEL) -> Estimate:
    """The mean of at least one value with its percentile-bootstrap interval."""
    data = np.array(sorted(values), dtype=np.float64)
    mean = fsum(data) / len(data)
    means = data[_draws(len(data), seed, resamples)].mean(axis=1)
    low, high = _interval(means, level)
    p50, p95 = np.quantile(data, [0.5, 0.95])
    detectable = minimum_detectable_difference(len(data), float(data.std()) * sqrt(2))
    return Estimate(n=len(data), mean=mean, low=min(low, mean), high=max(high, mean), p50=float(p50), p95=float(p95), detectable=detectable)


def paired_difference(
    before: Mapping[str, float], after: Mapping[str, float], seed: int = 0, resamples: int = RESAMPLES, level: float = LEVEL
) -> Difference | None:
    """The difference of two means with its paired-bootstrap interval; None where a side is empty.

    Cases are resampled, each with both its scores. A case that has a score on one side only (a precision is judged over what was refused)
    counts on that side, so nothing is dropped.
    """
    if not before or not after:
        return None
    ids = sorted(before.keys() | after.keys())
    old = np.array([before.get(case_id, np.nan) for case_id in ids])
    new = np.array([after.get(case_id, np.nan) for case_id in ids])
    draws = _draws(len(ids), seed, resamples)
    differences = _means(new[draws]) - _means(old[draws])
    low, high = _interval(differences[~np.isnan(differences)], level)
    mean_before, mean_after = fsum(before.values()) / len(before), fsum(after.values()) / len(after)
    both = ~(np.isnan(old) | np.isnan(new))
    spread = float((new - old)[both].std()) if both.any() else 0.0
    return Difference(
        n=len(ids),
        before=mean_before,
        after=mean_after,
        difference=mean_after - mean_before,
        low=low,
        high=high,
        detectable=minimum_detectable_difference(len(ids), spread),
    )


def mcnemar(worse: int, better: int) -> float:
    """Two-sided exact p-value that as many cases went one way by chance, of `worse + better` that changed between pass and fail."""
    changed = worse + better
    tail: float = sum(comb(changed, count) for count in range(min(worse, better) + 1)) / 2**changed
    return min(1.0, 2 * tail)


def minimum_detectable_difference(n: int, deviation: float, level: float = LEVEL, power: float = POWER) -> float:
    """The smallest mean difference that `n` cases show with the given power, by the normal approximation (Lachin, 1981).

    `deviation` is the standard deviation of one case's difference.
    """
    normal = NormalDist()
    return (normal.inv_cdf(1 - (1 - level) / 2) + normal.inv_cdf(power)) * deviation / sqrt(n)


def _draws(n: int, seed: int, resamples: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, n, size=(resamples, n))


def _means(resampled: Floats) -> Floats:
    """Row means over what is not NaN; NaN where nothing is left."""
    there = ~np.isnan(resampled)
    count = there.sum(axis=1)
    total = np.where(there, resampled, 0.0).sum(axis=1)
    means: Floats = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return means


def _interval(values: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
