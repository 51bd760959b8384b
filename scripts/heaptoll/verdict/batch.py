"""Estimates, intervals and p-values of many comparisons at once; all of a batch have as many base and head values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from heaptoll.statistics import order_statistic_rank
from heaptoll.verdict import differences, rank_sum

Floats = NDArray[np.float64]

# Differences kept at a time: 32 MiB of them.
_KEPT = 4_000_000


@dataclass(frozen=True)
class Changes:
    """Of r comparisons, in ns per operation, each of shape (r,): `value`, the change; its interval `low` to `high`;
    `p_slower`, the one-sided p-value of "the change is at most +zone", and `p_faster`, of "at least -zone".

    `coverage`: of each interval, at least. `reached`: whether that is the confidence asked for. `least_p`: the smallest
    one-sided p-value that so many values can give.
    """

    value: Floats
    low: Floats
    high: Floats
    p_slower: Floats
    p_faster: Floats
    coverage: float
    reached: bool
    least_p: float


def paired(base: Floats, head: Floats, zone: Floats, confidence: float) -> Changes:
    """Of `base` and `head` of shape (r, n), paired in the second axis, and `zone` of shape (r,); all in ns.

    The change is the median of head - base. Its interval: `statistics.order_statistic_interval`. The p-values are those
    of the sign test at the zone's edge: a difference that lies on the edge speaks for no change.
    """
    change = head - base
    n = change.shape[1]
    k, coverage, reached = order_statistic_rank(n, confidence)
    ordered = np.sort(change, axis=1)
    above = np.count_nonzero(change > zone[:, np.newaxis], axis=1)
    below = np.count_nonzero(change < -zone[:, np.newaxis], axis=1)
    return Changes(
        np.median(change, axis=1), ordered[:, k - 1], ordered[:, n - k],
        np.asarray(binom.sf(above - 1, n, 0.5), dtype=np.float64),
        np.asarray(binom.sf(below - 1, n, 0.5), dtype=np.float64),
        coverage, reached, 0.5**n,
    )  # fmt: skip


def unpaired(base: Floats, head: Floats, zone: Floats, confidence: float) -> Changes:
    """Of `base` of shape (r, n), `head` of shape (r, m) and `zone` of shape (r,); all in ns.

    The change is the Hodges-Lehmann estimate, the median of all n m differences head - base. Its interval is the one of
    Moses: the differences at the ranks that the null distribution of the Mann-Whitney statistic gives. The p-values are
    those of the Mann-Whitney test of head shifted by the zone: a pair that the shift makes equal speaks for no change,
    so that values rounded to be equal never make a p-value smaller than it is.

    Source: J. L. Hodges and E. L. Lehmann, Annals of Mathematical Statistics 34 (1963), 598-611; M. Hollander, D. A.
    Wolfe and E. Chicken, Nonparametric Statistical Methods, 3rd ed., Wiley 2014, sections 4.2 and 4.3.
    """
    rows, pairs = len(base), base.shape[1] * head.shape[1]
    values, above, below = np.empty((3, rows)), np.empty(rows, np.int64), np.empty(rows, np.int64)
    k, coverage, reached = rank_sum.interval_rank(base.shape[1], head.shape[1], confidence)
    ranks = [(pairs + 1) // 2, pairs // 2 + 1, k, pairs - k + 1]
    step = max(_KEPT // pairs, 1)
    for first in range(0, rows, step):
        part = slice(first, first + step)
        if pairs <= _KEPT:
            values[:, part], above[part], below[part] = _all_pairs(base[part], head[part], zone[part], ranks)
        else:
            lower, upper, *ends = differences.smallest(base[first], head[first], ranks)
            values[:, first] = (lower + upper) / 2, *ends
            above[first], below[first] = differences.beyond(base[first], head[first], float(zone[first]))
    n, m = base.shape[1], head.shape[1]
    return Changes(
        values[0], values[1], values[2],
        rank_sum.at_most(pairs - above, n, m), rank_sum.at_most(pairs - below, n, m),
        coverage, reached, rank_sum.least_p(n, m),
    )  # fmt: skip


def _all_pairs(
    base: Floats, head: Floats, zone: Floats, ranks: list[int]
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Median and ends of the interval, of shape (3, r), and how many differences lie above and below the zone."""
    change = (head[:, np.newaxis, :] - base[:, :, np.newaxis]).reshape(len(base), -1)
    above = np.count_nonzero(change > zone[:, np.newaxis], axis=1)
    below = np.count_nonzero(change < -zone[:, np.newaxis], axis=1)
    change.partition(sorted({rank - 1 for rank in ranks}), axis=1)
    lower, upper, low, high = (change[:, rank - 1] for rank in ranks)
    return np.stack([(lower + upper) / 2, low, high]), above, below
